import NIOPosix
public import SystemIO

/// Sends the lines of files, or of standard input, to a collector.
///
/// ```swift
/// let shipper = try Shipper(options: ShipOptions(address: "127.0.0.1:5170"))
/// let report = try await shipper.run(inputs: [.file("app.log")]) { print($0.lines) }
/// ```
/// With acknowledgements each line arrives at least once; a line can arrive twice when a connection is lost.
public struct Shipper: Sendable {
    private let options: ShipOptions
    private let address: CollectorAddress
    private let clock: any WallClock

    /// - Throws: `ShipError` when the address is no address, or the rate is not above 0.
    public init(options: ShipOptions, clock: any WallClock = SystemWallClock()) throws(ShipError) {
        self.options = options
        self.clock = clock
        address = try CollectorAddress(options.address)
        if let rate = options.rate, !(rate > 0 && rate.isFinite) {
            throw ShipError(.options, "cannot ship \(rate) lines a second: the rate must be above 0")
        }
    }

    /// Ships the inputs one after the other. Returns when all lines are on the collector's disk; without
    /// acknowledgements, when they are sent.
    ///
    /// - Parameter progress: called at most every `progressInterval` seconds while lines go out, and before each
    ///   wait for the next attempt after a failure.
    /// - Throws: `ShipError` when an input cannot be read or the collector does not take the lines.
    public func run(
        inputs: [ShipInput], progress: @escaping @Sendable (ShipProgress) -> Void
    ) async throws -> ShipReport {
        let readers = try inputs.map(InputReader.init)
        let run = try await ShipRun(options, address, clock, progress)
        // Blocking reads get a thread of their own: standard input may have nothing to say for hours.
        let pool = NIOThreadPool(numberOfThreads: 1)
        pool.start()
        defer { pool.shutdownGracefully { _ in } }
        do {
            for reader in readers { try await run.ship(reader, on: pool) }
            return try await run.finish()
        } catch {
            await run.close()
            throw error
        }
    }
}

/// One run of a shipper. Used by one task.
private final class ShipRun {
    private let options: ShipOptions
    private let clock: any WallClock
    private let reporter: ProgressReporter
    private let sender: any Sender
    private var pacer: Pacer?
    private var rewriter: TimeRewriter?
    private var cutLines = 0

    init(
        _ options: ShipOptions, _ address: CollectorAddress, _ clock: any WallClock,
        _ progress: @escaping @Sendable (ShipProgress) -> Void
    ) async throws {
        self.options = options
        self.clock = clock
        let reporter = ProgressReporter(interval: options.progressInterval, clock: clock, progress)
        self.reporter = reporter
        switch options.transport {
        case .tcp: sender = TCPSender(address, options, clock: clock) { reporter.report(problem: $0) }
        case .udp: sender = try await UDPSender(address)
        }
        let rate = options.rate ?? (options.transport == .udp ? ShipOptions.udpRate : nil)
        pacer = rate.map(Pacer.init)
        rewriter = options.rewriteTime.map { _ in TimeRewriter(now: clock.now) }
    }

    func ship(_ reader: InputReader, on pool: NIOThreadPool) async throws {
        var splitter = LineSplitter()
        while let block = try await pool.runIfActive({ try reader.nextBlock() }) {
            if let batch = splitter.add(block) { try await ship(batch) }
        }
        if let rest = splitter.finish() { try await ship(rest) }
        cutLines += splitter.cutLines
    }

    private func ship(_ lines: LineBatch) async throws {
        let batch = rewriter?.rewrite(lines) ?? lines
        guard let linesAtOnce = pacer?.linesAtOnce else { return try await send(batch) }
        for piece in batch.split(lines: linesAtOnce) {
            let delay = pacer?.delay(lines: piece.lineCount, now: clock.monotonic()) ?? 0
            if delay > 0 { try await Task.sleep(nanoseconds: UInt64(delay)) }
            try await send(piece)
        }
    }

    private func send(_ batch: LineBatch) async throws {
        try Task.checkCancellation()
        try await sender.send(batch)
        reporter.count(batch, acknowledged: sender.acknowledgedLines)
    }

    func finish() async throws -> ShipReport {
        try await sender.finish()
        let progress = reporter.current
        return ShipReport(
            lines: progress.lines - sender.skippedLines, bytes: progress.bytes - sender.skippedBytes,
            seconds: progress.seconds, acknowledged: sender.acknowledgedLines, reconnects: sender.reconnects, skipped: sender.skippedLines,
            cut: cutLines)
    }

    func close() async { await sender.close() }
}

/// Counts what was sent and tells of it now and then. Used by one task.
private final class ProgressReporter {
    private let interval: Int64
    private let clock: any WallClock
    private let progress: @Sendable (ShipProgress) -> Void
    private let start: Int64
    private var next: Int64
    private var counted = ShipProgress()

    init(interval: Double, clock: any WallClock, _ progress: @escaping @Sendable (ShipProgress) -> Void) {
        self.interval = Int64(max(0, interval) * 1e9)
        self.clock = clock
        self.progress = progress
        start = clock.monotonic()
        next = start + self.interval
    }

    var current: ShipProgress {
        var progress = counted
        progress.seconds = Double(clock.monotonic() - start) / 1e9
        return progress
    }

    func count(_ batch: LineBatch, acknowledged: Int) {
        counted.lines += batch.lineCount
        counted.bytes += batch.bytes.count
        counted.acknowledged = acknowledged
        let now = clock.monotonic()
        guard now >= next else { return }
        next = now + interval
        progress(current)
    }

    func report(problem: String) {
        var progress = current
        progress.problem = problem
        self.progress(progress)
    }
}
