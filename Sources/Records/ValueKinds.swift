/// What a value was in the line it came from. A set, since one column can see several.
public struct ValueKinds: OptionSet, Sendable, Hashable {
    public let rawValue: UInt8

    public init(rawValue: UInt8) { self.rawValue = rawValue }

    /// Text: a JSON string, or a logfmt value that is neither a number nor a boolean.
    public static let string = ValueKinds(rawValue: 1)
    /// A number as JSON writes one (RFC 8259, section 6).
    public static let number = ValueKinds(rawValue: 2)
    /// `true` or `false`.
    public static let bool = ValueKinds(rawValue: 4)
    /// A JSON array, or an object too deep to flatten, kept as the text that came in.
    public static let json = ValueKinds(rawValue: 8)

    /// What one value of a column with these kinds is shown as: itself when the column is of one kind, else text.
    public var shown: ValueKinds {
        rawValue.nonzeroBitCount == 1 ? self : .string
    }
}
