import NIOCore
import NIOPosix
import SystemIO

/// Why a connection to a collector failed, in words.
public enum ConnectionErrorText {
    /// - Parameter error: one that NIO gave. Its own texts name system calls and codes, too.
    public static func text(of error: any Error) -> String {
        switch error {
        case let error as NIOConnectionError:
            error.connectionErrors.first.map { text(of: $0.error) } ?? "the name '\(error.host)' is not known"
        case let error as IOError: SystemIOError.words(for: error.errnoCode)
        case ChannelError.connectTimeout: "it does not answer"
        case ChannelError.ioOnClosedChannel, ChannelError.eof: "the connection was closed"
        default: "\(error)"
        }
    }
}
