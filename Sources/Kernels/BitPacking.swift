// Fixed-width bit packing, and the hybrid of run-length and bit packing that Parquet uses for dictionary indices and
// levels (Parquet format, Encodings.md, "RLE / Bit-Packing Hybrid"). Values stand lowest bit first.
//
//     hybrid   = run*
//     run      = varint(count << 1)       value in ceil(width / 8) bytes     the value, `count` times
//              | varint(groups << 1 | 1)  groups * width bytes               8 values a group, packed

// MARK: - Packing

/// Appends `values`, `width` bits each, filled up with zeros to a multiple of 8 values.
///
/// - Parameter width: 0 to 32; no value needs more.
public func appendBitPacked(_ values: Span<UInt32>, width: Int, to bytes: inout [UInt8]) {
    values.withUnsafeBufferPointer { appendBitPacked($0, width: width, to: &bytes) }
}

private func appendBitPacked(_ values: UnsafeBufferPointer<UInt32>, width: Int, to bytes: inout [UInt8]) {
    let byteCount = (values.count + 7) / 8 * width
    // 16 more: the last group's stores are wider than the group.
    bytes.append(atMost: byteCount + 16) { target in
        guard width > 0 else { return 0 }
        let whole = values.count & ~7
        var to = UnsafeMutableRawPointer(target)
        for index in stride(from: 0, to: whole, by: 8) {
            packGroup(values.baseAddress! + index, width, to)
            to += width
        }
        if whole < values.count {
            withUnsafeTemporaryAllocation(of: UInt32.self, capacity: 8) { last in
                last.initialize(repeating: 0)
                for index in whole..<values.count { last[index - whole] = values[index] }
                packGroup(last.baseAddress!, width, to)
            }
        }
        return byteCount
    }
}

/// Writes 8 values as `width` bytes; up to 16 bytes beyond them become garbage (`width` > 16: up to 8).
@inline(__always)
private func packGroup(_ values: UnsafePointer<UInt32>, _ width: Int, _ to: UnsafeMutableRawPointer) {
    let shift = UInt64(truncatingIfNeeded: width)
    if width <= 16 {
        let low = packFour(values, shift)
        let high = packFour(values + 4, shift)
        store(low | high &<< (shift &* 4 & 63) & (width == 16 ? 0 : ~0), to)
        if width > 8 { store(width == 16 ? high : high &>> (64 &- shift &* 4), to + 8) }
    } else {
        var writer = WordWriter(to)
        for index in 0..<8 { writer.put(UInt64(values[index]), width) }
        writer.finish()
    }
}

@inline(__always)
private func packFour(_ values: UnsafePointer<UInt32>, _ shift: UInt64) -> UInt64 {
    UInt64(values[0]) | UInt64(values[1]) &<< shift | UInt64(values[2]) &<< (shift &* 2)
        | UInt64(values[3]) &<< (shift &* 3)
}

/// Packs values of any width up to 64 bits through a 64-bit accumulator.
struct WordWriter {
    private(set) var target: UnsafeMutableRawPointer
    private var pending: UInt64 = 0
    private var pendingBits: UInt64 = 0

    init(_ target: UnsafeMutableRawPointer) { self.target = target }

    /// - Parameter width: 0 to 64; `value` has no bit beyond.
    @inline(__always)
    mutating func put(_ value: UInt64, _ width: Int) {
        let width = UInt64(truncatingIfNeeded: width)
        pending |= value &<< pendingBits
        if pendingBits &+ width >= 64 {
            store(pending, target)
            target += 8
            // In two steps, since a shift by 64 must give 0.
            pending = (value &>> 1) &>> (63 &- pendingBits)
        }
        pendingBits = (pendingBits &+ width) & 63
    }

    /// Writes what is pending; 8 bytes are stored whatever is left.
    @inline(__always)
    func finish() { if pendingBits > 0 { store(pending, target) } }
}

/// `count` values of `width` bits from `source`.
///
/// The caller has checked that `source` holds `ceil(count * width / 8)` bytes; nothing beyond is read.
@inline(__always)
func unpack(
    _ source: UnsafeBufferPointer<UInt8>, width: Int, count: Int, _ put: (_ index: Int, _ value: UInt64) -> Void
) {
    guard width > 0, let start = source.baseAddress else {
        for index in 0..<count { put(index, 0) }
        return
    }
    let mask: UInt64 = width == 64 ? ~0 : 1 &<< UInt64(width) &- 1
    // Values whose 9 bytes all lie in `source`.
    let wide = max(0, min(count, ((source.count - 9) * 8) / width))
    var index = 0
    if width <= 56 {
        while index < wide {
            let bit = index &* width
            put(index, word(start + bit >> 3) &>> UInt64(bit & 7) & mask)
            index &+= 1
        }
    }
    while index < count {
        put(index, slowValue(source, index &* width, width) & mask)
        index &+= 1
    }
}

/// The bits from `bit` on, byte by byte.
private func slowValue(_ source: UnsafeBufferPointer<UInt8>, _ bit: Int, _ width: Int) -> UInt64 {
    var value: UInt64 = 0
    var got = 0
    var index = bit >> 3
    let skip = bit & 7
    while got < width {
        let byte = UInt64(source[index])
        let shifted = got == 0 ? byte >> UInt64(skip) : byte
        value |= shifted << UInt64(got)
        got += got == 0 ? 8 - skip : 8
        index += 1
    }
    return value
}

@inline(__always)
private func store(_ word: UInt64, _ target: UnsafeMutableRawPointer) {
    target.storeBytes(of: word.littleEndian, as: UInt64.self)
}

@inline(__always)
private func word(_ source: UnsafePointer<UInt8>) -> UInt64 {
    UInt64(littleEndian: UnsafeRawPointer(source).loadUnaligned(as: UInt64.self))
}

// MARK: - Hybrid

/// Appends `values` in the hybrid encoding: runs where they pay, packed groups elsewhere.
///
/// - Parameter width: 0 to 32; no value needs more bits. With width 0, all values are 0.
public func appendRunLengthHybrid(_ values: Span<UInt32>, width: Int, to bytes: inout [UInt8]) {
    values.withUnsafeBufferPointer { values in
        // A run costs about 3 bytes and ends a packed run: worth it from 32 packed bits on, and at least one group.
        let shortestRun = max(8, ((32 + max(1, width) - 1) / max(1, width) + 7) & ~7)
        var packedFrom = 0
        var index = 0
        while index + 8 <= values.count {
            guard isUniform(values.baseAddress! + index) else {
                index += 8
                continue
            }
            let end = endOfRun(values, index)
            guard end - index >= shortestRun else {
                index += 8
                continue
            }
            appendPackedRun(values, packedFrom, index, width, &bytes)
            appendRun(values[index], count: end - index, width, &bytes)
            index = end
            packedFrom = end
        }
        appendPackedRun(values, packedFrom, values.count, width, &bytes)
    }
}

@inline(__always)
private func isUniform(_ values: UnsafePointer<UInt32>) -> Bool {
    let eight = UnsafeRawPointer(values).loadUnaligned(as: SIMD8<UInt32>.self)
    return eight == SIMD8(repeating: values[0])
}

@inline(__always)
private func endOfRun(_ values: UnsafeBufferPointer<UInt32>, _ start: Int) -> Int {
    let value = values[start]
    var end = start + 8
    while end < values.count, values[end] == value { end += 1 }
    return end
}

private func appendRun(_ value: UInt32, count: Int, _ width: Int, _ bytes: inout [UInt8]) {
    appendVarint(UInt64(count) << 1, to: &bytes)
    for byte in 0..<(width + 7) / 8 { bytes.append(UInt8(truncatingIfNeeded: value >> UInt32(byte * 8))) }
}

private func appendPackedRun(
    _ values: UnsafeBufferPointer<UInt32>, _ from: Int, _ to: Int, _ width: Int, _ bytes: inout [UInt8]
) {
    guard from < to else { return }
    appendVarint(UInt64((to - from + 7) / 8) << 1 | 1, to: &bytes)
    appendBitPacked(UnsafeBufferPointer(rebasing: values[from..<to]), width: width, to: &bytes)
}

/// One run of the hybrid encoding, as it lies in the input.
enum Run {
    case repeated(value: UInt32, count: Int)
    /// `count` values, packed, from byte `start`.
    case packed(start: Int, count: Int)
}

/// The run at `position`, cut to `limit` values; nil when the input is malformed or ends too soon.
@inline(__always)
func nextRun(
    _ bytes: UnsafeBufferPointer<UInt8>, _ position: inout Int, _ end: Int, _ width: Int, _ limit: Int
) -> Run? {
    guard let header = readVarint(bytes, at: &position, end: end), header >> 1 <= 1 << 32 else { return nil }
    let start = position
    if header & 1 == 1 {
        let count = min(limit, Int(header >> 1) * 8)
        // Some writers leave out the padding of the last group.
        guard (count * width + 7) / 8 <= end - start else { return nil }
        position = min(end, start + Int(header >> 1) * width)
        return .packed(start: start, count: count)
    }
    let valueBytes = (width + 7) / 8
    guard valueBytes <= end - start else { return nil }
    var value: UInt32 = 0
    for index in 0..<valueBytes { value |= UInt32(bytes[start + index]) << UInt32(index * 8) }
    position = start + valueBytes
    return .repeated(value: value, count: min(limit, Int(header >> 1)))
}

/// Appends `count` values from the hybrid encoding in `bytes[range]`.
///
/// - Parameter width: 0 to 32.
/// - Returns: false when the input is malformed or holds fewer values; `values` then has some of them.
public func decodeRunLengthHybrid(
    _ bytes: Span<UInt8>, _ range: Range<Int>, width: Int, count: Int, into values: inout [UInt32]
) -> Bool {
    guard range.lowerBound >= 0, range.upperBound <= bytes.count, 0...32 ~= width else { return false }
    if width == 0 {
        values.append(contentsOf: repeatElement(0, count: count))
        return true
    }
    return bytes.withUnsafeBufferPointer { bytes in
        var position = range.lowerBound
        var left = count
        while left > 0 {
            switch nextRun(bytes, &position, range.upperBound, width, left) {
            case nil: return false
            case .repeated(let value, let run):
                values.append(contentsOf: repeatElement(value, count: run))
                left -= run
            case .packed(let start, let run):
                let source = UnsafeBufferPointer(rebasing: bytes[start..<range.upperBound])
                values.append(atMost: run) { target in
                    unpack(source, width: width, count: run) { target[$0] = UInt32(truncatingIfNeeded: $1) }
                    return run
                }
                left -= run
            }
        }
        return true
    }
}

// MARK: - Bits

/// A growing run of bits, packed as in `Bitmap`.
public struct BitBuffer: Sendable {
    public private(set) var words: [UInt64] = []
    public private(set) var count = 0

    public init() {}

    /// - Parameter index: less than `count`.
    public func bit(_ index: Int) -> Bool {
        precondition(index >= 0 && index < count)
        return words[index >> 6] >> UInt64(index & 63) & 1 == 1
    }

    public mutating func removeAll() {
        words.removeAll(keepingCapacity: true)
        count = 0
    }

    public mutating func append(repeating bit: Bool, count added: Int) {
        guard added > 0 else { return }
        let end = count + added
        if bit, count & 63 != 0 { words[words.count - 1] |= ~0 << UInt64(count & 63) }
        words.append(contentsOf: repeatElement(bit ? ~0 : 0, count: (end + 63) / 64 - words.count))
        count = end
        if end & 63 != 0 { words[words.count - 1] &= 1 << UInt64(end & 63) - 1 }
    }

    /// Appends the low `added` bits of `word`; its other bits are 0.
    @inline(__always)
    mutating func append(_ word: UInt64, _ added: Int) {
        let used = UInt64(count & 63)
        if used == 0 {
            words.append(word)
        } else {
            words[words.count - 1] |= word &<< used
            if Int(used) + added > 64 { words.append(word &>> (64 &- used)) }
        }
        count += added
    }

    /// Appends bits `range` of `other`, at most `64 * other.count` of them.
    public mutating func append(_ other: Span<UInt64>, _ range: Range<Int>) {
        precondition(range.lowerBound >= 0 && range.upperBound <= other.count * 64)
        var from = range.lowerBound
        while from < range.upperBound {
            let added = min(64, range.upperBound - from)
            append(bits(other, from, added), added)
            from += added
        }
    }

    /// Appends `added` bits from a hybrid encoding of width 1.
    ///
    /// - Returns: false when the input is malformed or holds fewer.
    public mutating func decodeRunLengthHybrid(_ bytes: Span<UInt8>, _ range: Range<Int>, count added: Int) -> Bool {
        guard range.lowerBound >= 0, range.upperBound <= bytes.count else { return false }
        return bytes.withUnsafeBufferPointer { bytes in
            var position = range.lowerBound
            var left = added
            while left > 0 {
                switch nextRun(bytes, &position, range.upperBound, 1, left) {
                case nil: return false
                case .repeated(let value, let run):
                    guard value <= 1 else { return false }
                    append(repeating: value == 1, count: run)
                    left -= run
                case .packed(let start, let run):
                    appendPacked(bytes, start, run)
                    left -= run
                }
            }
            return true
        }
    }

    /// Appends `added` bits, packed lowest first from `bytes[start]` on.
    ///
    /// - Returns: false when there are fewer.
    public mutating func appendPacked(_ bytes: Span<UInt8>, from start: Int, count added: Int) -> Bool {
        guard start >= 0, start <= bytes.count, added <= (bytes.count - start) * 8 else { return false }
        bytes.withUnsafeBufferPointer { appendPacked($0, start, added) }
        return true
    }

    private mutating func appendPacked(_ bytes: UnsafeBufferPointer<UInt8>, _ start: Int, _ added: Int) {
        var from = start
        var left = added
        while left > 0 {
            let taken = min(64, left)
            var value: UInt64 = 0
            for index in 0..<(taken + 7) / 8 { value |= UInt64(bytes[from + index]) << UInt64(index * 8) }
            append(taken == 64 ? value : value & (1 << UInt64(taken) - 1), taken)
            from += 8
            left -= taken
        }
    }
}

/// The `count` (1 to 64) bits from bit `from` on.
@inline(__always)
private func bits(_ words: Span<UInt64>, _ from: Int, _ count: Int) -> UInt64 {
    let shift = UInt64(from & 63)
    var value = words[from >> 6] &>> shift
    if Int(shift) + count > 64 { value |= words[from >> 6 + 1] &<< (64 &- shift) }
    return count == 64 ? value : value & (1 &<< UInt64(count) &- 1)
}

/// How many of bits `range` are 1.
public func popcount(_ words: Span<UInt64>, _ range: Range<Int>) -> Int {
    precondition(range.lowerBound >= 0 && range.upperBound <= words.count * 64)
    var sum = 0
    var from = range.lowerBound
    while from < range.upperBound {
        let taken = min(64 - from & 63, range.upperBound - from)
        sum += bits(words, from, taken).nonzeroBitCount
        from += taken
    }
    return sum
}

/// Appends bits `range` of `words`, eight a byte, lowest first; the last byte is filled up with zeros.
public func appendBits(_ words: Span<UInt64>, _ range: Range<Int>, to bytes: inout [UInt8]) {
    precondition(range.lowerBound >= 0 && range.upperBound <= words.count * 64)
    let byteCount = (range.count + 7) / 8
    bytes.append(atMost: byteCount + 8) { target in
        var to = UnsafeMutableRawPointer(target)
        var from = range.lowerBound
        while from < range.upperBound {
            let taken = min(64, range.upperBound - from)
            store(bits(words, from, taken), to)
            to += 8
            from += taken
        }
        return byteCount
    }
}

/// The bits of `flags[range]`, packed into words.
public func packedFlags(_ flags: Span<Bool>, _ range: Range<Int>) -> [UInt64] {
    precondition(range.lowerBound >= 0 && range.upperBound <= flags.count)
    var words = [UInt64](repeating: 0, count: (range.count + 63) / 64)
    for index in 0..<range.count where flags[range.lowerBound + index] { words[index >> 6] |= 1 << UInt64(index & 63) }
    return words
}

/// Appends bits `range` of `words` as flags.
public func appendFlags(_ words: Span<UInt64>, _ range: Range<Int>, to flags: inout [Bool]) {
    precondition(range.lowerBound >= 0 && range.upperBound <= words.count * 64)
    for index in range { flags.append(words[index >> 6] >> UInt64(index & 63) & 1 == 1) }
}
