import NIOCore
import SystemIO

/// Why a receiver cannot start.
public struct ReceiverError: Error, Equatable, CustomStringConvertible {
    public let description: String

    /// - Parameter protocol: such as `tcp`.
    public static func cannotListen(on protocol: String, host: String, port: Int, _ error: any Error) -> ReceiverError {
        // NIO's own text names a system call and the code beside the reason.
        let reason = (error as? IOError).map { SystemIOError.words(for: $0.errnoCode) } ?? "\(error)"
        let host = host.contains(":") ? "[\(host)]" : host
        return ReceiverError(
            description: "cannot listen on \(`protocol`) \(host):\(port): \(reason); choose a free address")
    }
}
