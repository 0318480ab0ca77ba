/// Why a query cannot be understood, and where.
///
/// ```swift
/// do { query = try parse(source) } catch { print(error.rendered(source: source)) }
/// ```
public struct QueryError: Error, Sendable, Hashable, CustomStringConvertible {
    /// A sentence that begins "cannot parse …".
    public let message: String
    /// UTF-8 offset into the source where reading stopped, `0...source.utf8.count`.
    public let position: Int
    /// What would have been right there: `')'`, or a list of names.
    public let expected: String?

    public init(_ message: String, position: Int, expected: String? = nil) {
        self.message = message
        self.position = position
        self.expected = expected
    }

    /// One line without the source: `cannot parse group: found ']' (at byte 7; expected ')')`.
    public var description: String {
        "\(message) (at byte \(position)\(expected.map { "; expected \($0)" } ?? ""))"
    }

    /// The message, the line of `source` it is about, and a caret under the place.
    ///
    /// ```text
    /// cannot parse pipe: unknown pipe 'limt'; did you mean 'limit'?
    ///   error | limt 5
    ///           ^
    ///   expected one of: fields, filter, …
    /// ```
    /// A long line is cut around the caret. A source of several lines gets the line's number in front.
    public func rendered(source: String) -> String {
        let bytes = Array(source.utf8)
        let position = min(max(0, self.position), bytes.count)
        let start = bytes[..<position].lastIndex(of: newline).map { $0 + 1 } ?? 0
        let end = bytes[position...].firstIndex(of: newline) ?? bytes.count
        let (shown, pad) = QueryError.excerpt(
            before: String(decoding: bytes[start..<position], as: UTF8.self),
            after: String(decoding: bytes[position..<end], as: UTF8.self))
        var text = message + "\n"
        if bytes.contains(newline) {
            text += "  line \(bytes[..<start].count { $0 == newline } + 1):\n"
        }
        text += "  \(shown)\n  \(pad)^"
        if let expected { text += "\n  expected \(expected)" }
        return text
    }

    private var newline: UInt8 { UInt8(ascii: "\n") }

    /// At most 60 characters before the caret and 40 after it; tabs stay tabs in the padding, so that the caret lines up.
    private static func excerpt(before: String, after: String) -> (shown: String, pad: String) {
        let head = before.count > 60 ? "…" + before.suffix(60) : before
        let tail = after.count > 40 ? after.prefix(40) + "…" : after
        return (head + tail, String(head.map { $0 == "\t" ? "\t" : " " }))
    }
}
