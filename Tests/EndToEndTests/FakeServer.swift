import Foundation

#if canImport(Glibc)
    import Glibc
#endif

/// Takes one connection and one request, answers with the bytes it was given, and closes; or takes none at all.
final class FakeServer: @unchecked Sendable {
    private let descriptor: Int32
    private var isOpen = true
    let url: String

    /// - Parameter answer: nil for a server that never answers.
    init(answer: String?) throws {
        let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        self.descriptor = descriptor
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = inet_addr("127.0.0.1")
        var size = socklen_t(MemoryLayout<sockaddr_in>.size)
        let bound = withUnsafeMutablePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { address in
                bind(descriptor, address, size) == 0 && listen(descriptor, 1) == 0
                    && getsockname(descriptor, address, &size) == 0
            }
        }
        guard bound else { throw TestFailure("cannot listen") }
        url = "http://127.0.0.1:\(UInt16(bigEndian: address.sin_port))"
        guard let answer else { return }
        Thread.detachNewThread {
            let client = accept(descriptor, nil, nil)
            // All of the request: closing with bytes unread would reset the connection.
            var (request, buffer) = ("", [UInt8](repeating: 0, count: 4_096))
            while !Self.isWhole(request) {
                let count = read(client, &buffer, buffer.count)
                guard count > 0 else { break }
                request += String(decoding: buffer[..<count], as: UTF8.self)
            }
            _ = Array(answer.utf8).withUnsafeBytes { write(client, $0.baseAddress, $0.count) }
            Glibc.close(client)
        }
    }

    private static func isWhole(_ request: String) -> Bool {
        guard let end = request.firstRange(of: "\r\n\r\n"),
            let length = request.firstMatch(of: /content-length: (\d+)/.ignoresCase()).flatMap({ Int($0.1) })
        else { return false }
        return request[end.upperBound...].utf8.count >= length
    }

    deinit { close() }

    /// Nothing listens there from now on.
    func close() {
        guard isOpen else { return }
        isOpen = false
        shutdown(descriptor, Int32(SHUT_RDWR))
        Glibc.close(descriptor)
    }
}
