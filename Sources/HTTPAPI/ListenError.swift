import NIOCore
import SystemIO

/// Why the HTTP API cannot listen.
public struct ListenError: Error, CustomStringConvertible {
    public let description: String

    init(host: String, port: Int, _ error: any Error) {
        // NIO's own text names a system call and the code beside the reason.
        let reason = (error as? IOError).map { SystemIOError.words(for: $0.errnoCode) } ?? "\(error)"
        let host = host.contains(":") ? "[\(host)]" : host
        description = "cannot listen on http \(host):\(port): \(reason); choose a free address"
    }
}
