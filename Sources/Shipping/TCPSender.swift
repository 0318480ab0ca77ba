import NIOCore
import SystemIO

/// Sends lines over TCP, over as many connections as it takes.
final class TCPSender: Sender {
    private static let firstDelay = 0.1
    private static let longestDelay = 5.0
    /// Bytes handed to a socket that has not taken them yet, beyond which sending waits.
    private static let unwrittenBytesMax = 1 << 20

    private let address: CollectorAddress
    private let options: ShipOptions
    private let clock: any WallClock
    private let onProblem: (String) -> Void
    private var window = AckWindow()
    private var connection: CollectorConnection?
    private var connections = 0
    private var linesTaken = 0
    private var delay = firstDelay
    /// When the collector last made progress before it failed, on the monotonic clock; nil while it makes progress.
    private var failingSince: Int64?

    /// - Parameter onProblem: called before each wait for the next attempt.
    init(
        _ address: CollectorAddress, _ options: ShipOptions, clock: any WallClock,
        onProblem: @escaping (String) -> Void
    ) {
        self.address = address
        self.options = options
        self.clock = clock
        self.onProblem = onProblem
    }

    var acknowledgedLines: Int { options.acknowledgements ? window.settledLines : 0 }
    var reconnects: Int { max(0, connections - 1) }
    var skippedLines: Int { 0 }
    var skippedBytes: Int { 0 }

    func send(_ batch: LineBatch) async throws {
        window.append(batch)
        linesTaken += batch.lineCount
        let windowBytes = options.windowBytes
        try await work { window, state in
            window.bytes <= windowBytes && state.unwrittenBytes <= Self.unwrittenBytesMax
        }
    }

    func finish() async throws {
        if !window.isEmpty { try await work { window, _ in window.isEmpty } }
        await connection?.finish(timeout: .seconds(2))
        connection = nil
    }

    func close() {
        connection?.close()
        connection = nil
    }

    /// Keeps a connection open and writes what is not written, until `isDone`.
    private func work(until isDone: (AckWindow, CollectorConnection.State) -> Bool) async throws {
        while true {
            do throws(ConnectionLost) {
                try await workOnce(until: isDone)
                return
            } catch {
                close()
                try await recover(from: error)
            }
        }
    }

    private func workOnce(
        until isDone: (AckWindow, CollectorConnection.State) -> Bool
    ) async throws(ConnectionLost) {
        let connection = try await openConnection()
        while let batch = window.nextToWrite() { connection.write(batch) }
        var isValid = true
        try await connection.wait(timeout: .nanoseconds(Int64(options.retrySeconds * 1e9))) { state in
            isValid = absorb(state)
            return !isValid || isDone(window, state)
        }
        if !isValid { throw ConnectionLost(reason: "it acknowledges lines that were not sent") }
    }

    private func openConnection() async throws(ConnectionLost) -> CollectorConnection {
        if let connection { return connection }
        let opened = try await CollectorConnection.open(
            address, greeting: options.greeting, acknowledgements: options.acknowledgements, timeout: .seconds(5))
        connections += 1
        connection = opened
        window.restart()
        return opened
    }

    /// Takes over what the connection has achieved. False if it cannot be.
    private func absorb(_ state: CollectorConnection.State) -> Bool {
        let before = window.settledLines
        let isValid = window.settle(lines: options.acknowledgements ? state.acknowledged : state.writtenLines)
        if window.settledLines > before {
            failingSince = nil
            delay = Self.firstDelay
        }
        return isValid
    }

    /// Waits before the next attempt.
    ///
    /// - Throws: `ShipError` when there was no progress for too long.
    private func recover(from lost: ConnectionLost) async throws {
        try Task.checkCancellation()
        let now = clock.monotonic()
        let start = failingSince ?? now
        failingSince = start
        let remaining = options.retrySeconds - Double(now - start) / 1e9
        guard remaining > 0 else { throw failure(lost.reason) }
        onProblem("cannot ship to \(address): \(lost.reason); trying again")
        try await Task.sleep(nanoseconds: UInt64(min(delay, remaining) * 1e9))
        delay = min(delay * 2, Self.longestDelay)
    }

    private func failure(_ reason: String) -> ShipError {
        let rest = options.acknowledgements ? "; \(acknowledgedLines) of \(linesTaken) lines were acknowledged" : ""
        return ShipError(.collector, "cannot ship to \(address): \(reason)\(rest)")
    }
}
