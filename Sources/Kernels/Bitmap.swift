/// A bit for each of `count` rows, packed into 64-bit words, lowest bit first. Bits past `count` are 0.
public struct Bitmap: Sendable, Hashable {
    public private(set) var words: [UInt64]
    public let count: Int

    public init(repeating bit: Bool, count: Int) {
        self.count = count
        words = Array(repeating: bit ? ~0 : 0, count: (count + 63) / 64)
        clearPadding()
    }

    /// - Parameter words: `(count + 63) / 64` words; bits past `count` are ignored.
    public init(words: [UInt64], count: Int) {
        precondition(words.count == (count + 63) / 64)
        self.words = words
        self.count = count
        clearPadding()
    }

    private mutating func clearPadding() {
        let used = count & 63
        if used != 0 { words[words.count - 1] &= (1 << UInt64(used)) - 1 }
    }

    @inlinable
    public subscript(index: Int) -> Bool {
        get { words[index >> 6] >> UInt64(index & 63) & 1 == 1 }
        set {
            precondition(index < count)
            setBit(index, newValue)
        }
    }

    @usableFromInline
    mutating func setBit(_ index: Int, _ bit: Bool) {
        let mask = UInt64(1) << UInt64(index & 63)
        if bit { words[index >> 6] |= mask } else { words[index >> 6] &= ~mask }
    }

    /// How many bits are 1.
    public var popcount: Int { words.reduce(0) { $0 + $1.nonzeroBitCount } }

    public var isEmpty: Bool { words.allSatisfy { $0 == 0 } }

    public mutating func formIntersection(_ other: Bitmap) {
        precondition(count == other.count)
        for index in words.indices { words[index] &= other.words[index] }
    }

    public mutating func formUnion(_ other: Bitmap) {
        precondition(count == other.count)
        for index in words.indices { words[index] |= other.words[index] }
    }

    public mutating func invert() {
        for index in words.indices { words[index] = ~words[index] }
        clearPadding()
    }

    /// Calls `body` with the index of each bit that is 1, rising.
    @inlinable
    public func forEachSet(_ body: (Int) throws -> Void) rethrows {
        for (index, word) in words.enumerated() {
            var left = word
            while left != 0 {
                try body(index << 6 + left.trailingZeroBitCount)
                left &= left - 1
            }
        }
    }
}
