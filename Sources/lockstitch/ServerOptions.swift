import ArgumentParser
import Foundation

/// Where the collector is that a command asks.
struct ServerOptions: ParsableArguments {
    static let defaultURL = "http://127.0.0.1:5171"

    @Option(help: "The collector's HTTP address (also LOCKSTITCH_URL).")
    var url: String = ProcessInfo.processInfo.environment["LOCKSTITCH_URL"] ?? Self.defaultURL

    func client() throws -> APIClient { try APIClient(url) }
}
