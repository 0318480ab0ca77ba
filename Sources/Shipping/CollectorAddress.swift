/// The host and port of a collector.
struct CollectorAddress: Equatable, CustomStringConvertible {
    let host: String
    let port: Int

    /// - Throws: `ShipError` when the text is not `HOST:PORT` or `[IPV6]:PORT`.
    init(_ text: String) throws(ShipError) {
        guard let colon = text.lastIndex(of: ":"), let port = Int(text[text.index(after: colon)...]),
            (1...65_535).contains(port), let host = Self.host(text[..<colon])
        else {
            throw ShipError(
                .options, "cannot ship to '\(text)': no such address; write HOST:PORT, or [IPV6]:PORT")
        }
        self.host = host
        self.port = port
    }

    private static func host(_ text: Substring) -> String? {
        if text.hasPrefix("["), text.hasSuffix("]"), text.count > 2 { return String(text.dropFirst().dropLast()) }
        return text.isEmpty || text.contains(where: { ":[]/ ".contains($0) }) ? nil : String(text)
    }

    var description: String { host.contains(":") ? "[\(host)]:\(port)" : "\(host):\(port)" }
}
