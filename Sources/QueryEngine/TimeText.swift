import Kernels

/// RFC 3339 times among other text.
enum TimeText {
    /// Nanoseconds since 1970, or nil if `bytes` is no date and time.
    static func read(_ bytes: [UInt8]) -> Int64? {
        guard isDateTime(bytes.span) else { return nil }
        var reader = TimeReader()
        // Safe: the reader keeps no pointer.
        return unsafe bytes.withUnsafeBufferPointer { unsafe reader.read($0) }
    }

    /// Whether the text begins as `2023-01-29T`.
    static func isDateTime(_ text: Span<UInt8>) -> Bool {
        text.count >= 20 && text[4] == UInt8(ascii: "-") && text[7] == UInt8(ascii: "-")
            && text[10] == UInt8(ascii: "T")
    }
}
