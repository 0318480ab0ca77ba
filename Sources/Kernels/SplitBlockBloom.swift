// Parquet's bloom filter (BloomFilter.md): blocks of eight 32-bit words; a value sets one bit in each word of the block
// that its hash picks, so that a question touches one cache line. The hash is xxHash64 with seed 0 of the value in
// PLAIN encoding, without a length.

/// A split-block bloom filter.
public struct SplitBlockBloom: Sendable, Equatable {
    public static let blockBytes = 32
    /// What the format's other implementations accept.
    public static let bytesMax = 128 << 20

    /// Eight words a block.
    private var words: [UInt32]

    /// - Parameter byteCount: a positive multiple of `blockBytes`.
    public init(byteCount: Int) {
        precondition(byteCount > 0 && byteCount % Self.blockBytes == 0)
        words = [UInt32](repeating: 0, count: byteCount / 4)
    }

    /// The bytes that keep false positives near `rate` for `distinctCount` values: a power of two, since some readers
    /// want one.
    public static func byteCount(distinctCount: Int, rate: Double = 0.01) -> Int {
        // The inverse of rate = (1 - e^(-8 n / m))^8, with e^x by its series' cheap form: bits a value at 1 % are 9.7.
        let bitsPerValue = rate >= 0.05 ? 6.8 : rate >= 0.01 ? 9.7 : rate >= 0.001 ? 14.9 : 22.0
        let bytes = Int(Double(max(1, distinctCount)) * bitsPerValue / 8)
        var size = blockBytes
        while size < bytes, size < bytesMax { size *= 2 }
        return size
    }

    /// The filter whose bits are `bytes`, or nil unless they are whole blocks.
    public init?(bytes: Span<UInt8>) {
        guard bytes.count > 0, bytes.count % Self.blockBytes == 0 else { return nil }
        words = bytes.withUnsafeBufferPointer { buffer in
            (0..<buffer.count / 4).map {
                UInt32(littleEndian: UnsafeRawPointer(buffer.baseAddress!).loadUnaligned(
                    fromByteOffset: $0 * 4, as: UInt32.self))
            }
        }
    }

    public var byteCount: Int { words.count * 4 }

    public func appendBytes(to bytes: inout [UInt8]) {
        for word in words { withUnsafeBytes(of: word.littleEndian) { bytes.append(contentsOf: $0) } }
    }

    private static let salts = SIMD8<UInt32>(
        0x47b6_137b, 0x4497_4d91, 0x8824_ad5b, 0xa2b7_289d, 0x7054_95c7, 0x2df1_424b, 0x9efc_4947, 0x5c6b_fb31)

    @inline(__always)
    private static func masks(_ hash: UInt64) -> SIMD8<UInt32> {
        let key = SIMD8<UInt32>(repeating: UInt32(truncatingIfNeeded: hash))
        return SIMD8(repeating: 1) &<< ((key &* salts) &>> 27)
    }

    /// The first word of the block for `hash`.
    @inline(__always)
    private func firstWord(_ hash: UInt64) -> Int {
        Int(truncatingIfNeeded: ((hash >> 32) &* UInt64(words.count / 8)) >> 32) &* 8
    }

    /// - Parameter hash: of the value, by `xxHash64`.
    public mutating func insert(hash: UInt64) {
        let masks = Self.masks(hash)
        let first = firstWord(hash)
        words.withUnsafeMutableBufferPointer { words in
            for index in 0..<8 { words[first + index] |= masks[index] }
        }
    }

    /// False when no inserted value has this hash; true when one may have.
    public func mayContain(hash: UInt64) -> Bool {
        let masks = Self.masks(hash)
        let first = firstWord(hash)
        return (0..<8).allSatisfy { words[first + $0] & masks[$0] != 0 }
    }

    /// Inserts all values of a byte-array column.
    public mutating func insert(bytes: Span<UInt8>, ends: Span<UInt32>) {
        bytes.withUnsafeBufferPointer { bytes in
            var start = 0
            for index in 0..<ends.count {
                let end = Int(ends[index])
                insert(hash: xxHash64(UnsafeRawBufferPointer(UnsafeBufferPointer(rebasing: bytes[start..<end]))))
                start = end
            }
        }
    }

    /// Inserts all values of a column of `width`-byte values.
    public mutating func insert(fixed bytes: Span<UInt8>, width: Int) {
        precondition(width > 0)
        bytes.withUnsafeBufferPointer { bytes in
            for start in stride(from: 0, to: bytes.count - width + 1, by: width) {
                let value = UnsafeBufferPointer(rebasing: bytes[start..<start + width])
                insert(hash: xxHash64(UnsafeRawBufferPointer(value)))
            }
        }
    }
}

// MARK: - xxHash64

private let prime1: UInt64 = 0x9e37_79b1_85eb_ca87
private let prime2: UInt64 = 0xc2b2_ae3d_27d4_eb4f
private let prime3: UInt64 = 0x1656_67b1_9e37_79f9
private let prime4: UInt64 = 0x85eb_ca77_c2b2_ae63
private let prime5: UInt64 = 0x27d4_eb2f_1656_67c5

/// xxHash64 with seed 0 (Collet, "xxHash fast digest algorithm", XXH64).
public func xxHash64(_ bytes: Span<UInt8>) -> UInt64 {
    bytes.withUnsafeBufferPointer { xxHash64(UnsafeRawBufferPointer($0)) }
}

func xxHash64(_ bytes: UnsafeRawBufferPointer) -> UInt64 {
    var index = 0
    var state = prime5
    if bytes.count >= 32 {
        state = stripes(bytes, &index)
    }
    state &+= UInt64(truncatingIfNeeded: bytes.count)
    while index + 8 <= bytes.count {
        state = rotate(state ^ round(0, load64(bytes, index)), 27) &* prime1 &+ prime4
        index += 8
    }
    if index + 4 <= bytes.count {
        let half = UInt64(UInt32(littleEndian: bytes.loadUnaligned(fromByteOffset: index, as: UInt32.self)))
        state = rotate(state ^ half &* prime1, 23) &* prime2 &+ prime3
        index += 4
    }
    while index < bytes.count {
        state = rotate(state ^ UInt64(bytes[index]) &* prime5, 11) &* prime1
        index += 1
    }
    state = (state ^ state >> 33) &* prime2
    state = (state ^ state >> 29) &* prime3
    return state ^ state >> 32
}

private func stripes(_ bytes: UnsafeRawBufferPointer, _ index: inout Int) -> UInt64 {
    var lanes = (prime1 &+ prime2, prime2, UInt64(0), 0 &- prime1)
    while index + 32 <= bytes.count {
        lanes.0 = round(lanes.0, load64(bytes, index))
        lanes.1 = round(lanes.1, load64(bytes, index + 8))
        lanes.2 = round(lanes.2, load64(bytes, index + 16))
        lanes.3 = round(lanes.3, load64(bytes, index + 24))
        index += 32
    }
    var state = rotate(lanes.0, 1) &+ rotate(lanes.1, 7) &+ rotate(lanes.2, 12) &+ rotate(lanes.3, 18)
    for lane in [lanes.0, lanes.1, lanes.2, lanes.3] { state = (state ^ round(0, lane)) &* prime1 &+ prime4 }
    return state
}

@inline(__always)
private func round(_ lane: UInt64, _ word: UInt64) -> UInt64 { rotate(lane &+ word &* prime2, 31) &* prime1 }

@inline(__always)
private func rotate(_ value: UInt64, _ count: UInt64) -> UInt64 { value &<< count | value &>> (64 &- count) }

@inline(__always)
private func load64(_ bytes: UnsafeRawBufferPointer, _ offset: Int) -> UInt64 {
    UInt64(littleEndian: bytes.loadUnaligned(fromByteOffset: offset, as: UInt64.self))
}
