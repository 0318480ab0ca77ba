import Foundation

#if canImport(Glibc)
    @preconcurrency import Glibc
#endif

/// A plain blocking TCP connection.
///
/// One thread may send while another reads: they share only the descriptor.
final class TCPConnection: @unchecked Sendable {
    private let descriptor: Int32
    private var unread: [UInt8] = []

    init(_ address: String) throws {
        let parts = address.split(separator: ":")
        descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        var target = sockaddr_in()
        target.sin_family = sa_family_t(AF_INET)
        target.sin_port = (parts.last.flatMap { UInt16($0) } ?? 0).bigEndian
        target.sin_addr.s_addr = inet_addr(String(parts[0]))
        let connected = withUnsafePointer(to: &target) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
            }
        }
        guard connected == 0 else { throw TestFailure("cannot connect to \(address)") }
        // A write to a collector that was killed must fail, not end the tests.
        signal(SIGPIPE, SIG_IGN)
    }

    deinit { close(descriptor) }

    /// False when the other side has gone.
    @discardableResult
    func send(_ bytes: [UInt8]) -> Bool {
        var sent = 0
        while sent < bytes.count {
            let count = bytes.withUnsafeBytes { write(descriptor, $0.baseAddress! + sent, bytes.count - sent) }
            guard count > 0 else { return false }
            sent += count
        }
        return true
    }

    @discardableResult
    func send(_ text: String) -> Bool { send(Array(text.utf8)) }

    /// Ends this side; the other can still write.
    func finish() { shutdown(descriptor, Int32(SHUT_WR)) }

    /// The next line, nil at the end.
    func readLine() -> String? {
        while true {
            if let newline = unread.firstIndex(of: UInt8(ascii: "\n")) {
                defer { unread.removeSubrange(...newline) }
                return String(decoding: unread[..<newline], as: UTF8.self)
            }
            var buffer = [UInt8](repeating: 0, count: 65_536)
            let count = read(descriptor, &buffer, buffer.count)
            guard count > 0 else { return nil }
            unread += buffer[..<count]
        }
    }

    /// All that comes until the other side ends.
    func readAll() -> String {
        var text = ""
        while let line = readLine() { text += line + "\n" }
        return text + String(decoding: unread, as: UTF8.self)
    }

    /// Sends lines and waits until all are acknowledged.
    static func sendAcknowledged(_ lines: String, to address: String) throws {
        let connection = try TCPConnection(address)
        connection.send("LOCKSTITCH/1 ack\n" + lines)
        connection.finish()
        let wanted = "ack \(lines.utf8.count { $0 == UInt8(ascii: "\n") })"
        while let answer = connection.readLine() {
            if answer == wanted { return }
            guard answer.hasPrefix("ack ") else { throw TestFailure("the collector answered '\(answer)'") }
        }
        throw TestFailure("the connection ended before '\(wanted)'")
    }
}
