import ArgumentParser
import Shipping

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

    @Option(help: "Lines a second. Default: as fast as the collector takes them; over UDP 20,000.")
    var rate: Double?

    @Option(help: "'now' moves all times so that the first record is from now, for replays.")
    var rewriteTime: RewriteTime?

    @Flag(name: .shortAndLong, help: "No progress, no summary.")
    var quiet = false

    func run() async throws {}
}
