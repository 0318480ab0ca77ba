/// `http://HOST:PORT`, where a collector answers.
struct CollectorURL: Equatable, CustomStringConvertible {
    /// Without the brackets of an IPv6 address.
    let host: String
    let port: Int

    /// Nil for anything but `http://HOST[:PORT]` with at most a `/` after it. The port is 80 if it is left out, as in
    /// any such URL.
    init?(_ text: String) {
        guard text.lowercased().hasPrefix("http://") else { return nil }
        var rest = text.dropFirst(7)
        if rest.hasSuffix("/") { rest.removeLast() }
        var port: Substring = "80"
        if let colon = rest.lastIndex(of: ":"), !rest[colon...].contains("]") {
            port = rest[rest.index(after: colon)...]
            rest = rest[..<colon]
        }
        guard let number = UInt16(port), number > 0, let host = Self.host(rest) else { return nil }
        self.host = host
        self.port = Int(number)
    }

    private static func host(_ text: Substring) -> String? {
        if text.hasPrefix("["), text.hasSuffix("]"), text.contains(":") { return String(text.dropFirst().dropLast()) }
        return text.isEmpty || text.contains(where: { ":[]/?#@ ".contains($0) }) ? nil : String(text)
    }

    /// `HOST:PORT`, as the `Host` header has it.
    var authority: String { host.contains(":") ? "[\(host)]:\(port)" : "\(host):\(port)" }

    var description: String { "http://\(authority)" }
}
