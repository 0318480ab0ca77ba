import ArgumentParser
import Foundation

/// Where the collector is that a command asks.
struct ServerOptions: ParsableArguments {
    static let defaultURL = "http://127.0.0.1:5171"

    @Option(help: "The collector's HTTP address (also LOCKSTITCH_URL).")
    var url: String = ProcessInfo.processInfo.environment["LOCKSTITCH_URL"] ?? Self.defaultURL

    @Option(help: "Seconds that the collector may take to answer.")
    var timeout: Int = 30

    func validate() throws {
        guard (1...3_600).contains(timeout) else { throw ValidationError("--timeout must be between 1 and 3600") }
    }

    func client() throws -> APIClient { try APIClient(url, timeout: timeout) }
}
