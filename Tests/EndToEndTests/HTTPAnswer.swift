/// The answer to one request on a connection of its own, read without any client library.
struct HTTPAnswer {
    let status: Int
    /// By name in lower case.
    let headers: [String: String]
    let body: String

    /// - Parameter request: one after which the collector closes the connection.
    static func of(_ request: String, from address: String) throws -> HTTPAnswer {
        let connection = try TCPConnection(address)
        connection.send(request)
        return try HTTPAnswer(connection.readAll())
    }

    init(_ text: String) throws {
        guard let end = text.firstRange(of: "\r\n\r\n") else { throw TestFailure("no HTTP answer: \(text)") }
        let lines = text[..<end.lowerBound].split(separator: "\r\n")
        status = Int(lines[0].split(separator: " ")[1]) ?? 0
        headers = Dictionary(
            lines.dropFirst().map { line in
                let colon = line.firstIndex(of: ":") ?? line.endIndex
                return (line[..<colon].lowercased(), line[colon...].dropFirst(2).description)
            }, uniquingKeysWith: { $1 })
        let rest = String(text[end.upperBound...])
        body = headers["transfer-encoding"] == "chunked" ? HTTPAnswer.unchunked(rest) : rest
    }

    private static func unchunked(_ text: String) -> String {
        var (body, rest): ([UInt8], ArraySlice<UInt8>) = ([], Array(text.utf8)[...])
        while let line = rest.firstIndex(of: UInt8(ascii: "\r")),
            let size = Int(String(decoding: rest[..<line], as: UTF8.self), radix: 16), size > 0
        {
            body += rest.dropFirst(line - rest.startIndex + 2).prefix(size)
            rest = rest.dropFirst(line - rest.startIndex + 2 + size + 2)
        }
        return String(decoding: body, as: UTF8.self)
    }
}
