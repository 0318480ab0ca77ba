/// A text of up to 16 bytes, to be compared and hashed without a look at memory.
public struct ShortText: Hashable, Sendable, BitwiseCopyable {
    /// All of its bytes: the two words overlap where there are fewer than 16.
    private let words: (UInt64, UInt64)
    private let count: UInt8

    /// nil for a text that is longer.
    public init?(_ text: Span<UInt8>) {
        guard text.count <= 16 else { return nil }
        count = UInt8(text.count)
        words = text.withUnsafeBytes { $0.baseAddress.map { twoWords($0, text.count) } ?? (0, 0) }
    }

    public static func == (left: Self, right: Self) -> Bool {
        left.words == right.words && left.count == right.count
    }

    public func hash(into hasher: inout Hasher) {
        hasher.combine(words.0)
        hasher.combine(words.1)
        hasher.combine(count)
    }

    /// A number below `count`, a power of two: mostly another one for another text.
    @inline(__always)
    public func place(of count: Int) -> Int {
        Int(truncatingIfNeeded: hashWord(words.0 ^ words.1 &* 31 ^ UInt64(self.count))) & (count - 1)
    }
}
