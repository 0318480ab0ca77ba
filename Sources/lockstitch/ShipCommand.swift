import ArgumentParser
import Foundation
import Shipping
import Synchronization

struct ShipCommand: AsyncParsableCommand {
    enum TransportName: String, ExpressibleByArgument, CaseIterable {
        case tcp, udp
    }

    enum RewriteTime: String, ExpressibleByArgument, CaseIterable {
        case now
    }

    static let configuration = CommandConfiguration(
        commandName: "ship",
        abstract: "Send files, or standard input, to a collector.",
        discussion: """
            Over TCP each line is acknowledged once it is on the collector's disk; after a lost connection the lines \
            without an acknowledgement are sent again.

            Examples:
              lockstitch ship app.log
              journalctl -o json -f | lockstitch ship -
              lockstitch ship --rate 500 --rewrite-time now Samples/trainticket.ndjson
            """)

    @Argument(help: "Files; '-' is standard input.")
    var files: [String]

    @Option(help: "The collector's address for lines.")
    var to: String = "127.0.0.1:5170"

    @Option(help: "tcp or udp.")
    var transport: TransportName = .tcp

    @Flag(help: "Send over TCP without waiting for acknowledgements.")
    var noAck = false

    @Option(help: "The parser for all lines: json, logfmt, text, or a definition of the collector. TCP only.")
    var parser: String?

    @Option(help: "Lines a second. Default: as fast as the collector takes them; over UDP 20,000.")
    var rate: Double?

    @Option(help: "'now' moves all times so that the first record is from now, for replays.")
    var rewriteTime: RewriteTime?

    @Flag(name: .shortAndLong, help: "No progress, no summary.")
    var quiet = false

    func validate() throws {
        if let rate, !(rate > 0) { throw ValidationError("--rate must be above 0") }
        if let parser, transport == .udp || parser.contains(where: \.isWhitespace) {
            throw ValidationError("--parser takes a name, and is for TCP")
        }
        if noAck, transport == .udp { throw ValidationError("--no-ack is for TCP; over UDP nothing is acknowledged") }
    }

    func run() async throws {
        try await CommandFailure.exiting {
            let display = quiet ? nil : ProgressDisplay()
            do {
                let shipper = try Shipper(options: options)
                let report = try await shipper.run(inputs: inputs) { display?.show($0) }
                display?.clear()
                if !quiet { Terminal.writeError(Self.summary(report, to: to, isAcknowledged: options.acknowledgements)) }
            } catch let error as ShipError {
                display?.clear()
                switch error.kind {
                case .options: throw ValidationError(error.description)
                case .input: throw CommandFailure(error.description, code: 2)
                case .collector: throw CommandFailure(error.description, code: 1)
                }
            }
        }
    }

    private var options: ShipOptions {
        var options = ShipOptions(address: to)
        options.transport = transport == .udp ? .udp : .tcp
        options.acknowledgements = !noAck && transport == .tcp
        options.parser = parser
        // One connection carries all files, so only a single one can be named.
        if files.count == 1, files[0] != "-", transport == .tcp { options.source = URL(fileURLWithPath: files[0]).path }
        options.rate = rate
        options.rewriteTime = rewriteTime.map { _ in .now }
        return options
    }

    private var inputs: [ShipInput] { files.map { $0 == "-" ? .standardInput : .file($0) } }

    private static func summary(_ report: ShipReport, to address: String, isAcknowledged: Bool) -> String {
        let rate = report.seconds > 0 ? Int(Double(report.lines) / report.seconds) : report.lines
        var text = "shipped \(report.lines) lines to \(address) in \(String(format: "%.2f", report.seconds)) s, \(rate) lines/s"
        if isAcknowledged { text += ", all acknowledged" }
        if report.reconnects > 0 { text += ", \(report.reconnects) reconnects" }
        if report.cut > 0 { text += ", \(report.cut) too long lines cut" }
        if report.skipped > 0 { text += ", \(report.skipped) lines skipped as too long for a datagram" }
        return text
    }
}

/// The progress line on a terminal; elsewhere only what goes wrong.
private final class ProgressDisplay: Sendable {
    private let isInteractive = isatty(STDERR_FILENO) == 1
    private let lastProblem = Mutex<String?>(nil)

    func show(_ progress: ShipProgress) {
        if let problem = progress.problem {
            let isNew = lastProblem.withLock { last in
                defer { last = problem }
                return last != problem
            }
            guard isNew else { return }
            clear()
            Terminal.writeError("lockstitch: \(problem)")
        } else if isInteractive {
            let rate = progress.seconds > 0 ? Int(Double(progress.lines) / progress.seconds) : 0
            write("\r\u{1b}[K\(progress.lines) lines, \(rate) lines/s, \(progress.acknowledged) acknowledged")
        }
    }

    func clear() {
        if isInteractive { write("\r\u{1b}[K") }
    }

    private func write(_ text: String) { try? FileHandle.standardError.write(contentsOf: Data(text.utf8)) }
}
