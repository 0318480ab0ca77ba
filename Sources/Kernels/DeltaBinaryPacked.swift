// The delta encodings of Parquet (Encodings.md): DELTA_BINARY_PACKED for integers, and the two for byte arrays that
// are made of it.
//
//     header = varint(values a block) varint(miniblocks a block) varint(value count) zigzag(first value)
//     block  = zigzag(least delta) width byte for each miniblock, miniblocks: (delta - least delta), packed
//
// We write blocks of 128 values in 4 miniblocks. All arithmetic wraps, in the width of the column's type.

private let blockValues = 128
private let miniblockValues = 32

// MARK: - Integers

/// Appends `values` in DELTA_BINARY_PACKED.
public func appendDeltaBinaryPacked(_ values: Span<Int64>, to bytes: inout [UInt8]) {
    values.withUnsafeBufferPointer { appendDeltas($0, to: &bytes) }
}

/// As above, for a 32-bit column: no delta takes more than 32 bits.
public func appendDeltaBinaryPacked(_ values: Span<Int32>, to bytes: inout [UInt8]) {
    values.withUnsafeBufferPointer { appendDeltas($0, to: &bytes) }
}

@inline(__always)
private func appendDeltas<Value: FixedWidthInteger & SignedInteger>(
    _ values: UnsafeBufferPointer<Value>, to bytes: inout [UInt8]
) {
    appendVarint(UInt64(blockValues), to: &bytes)
    appendVarint(UInt64(blockValues / miniblockValues), to: &bytes)
    appendVarint(UInt64(values.count), to: &bytes)
    appendVarint(zigzag(Int64(values.first ?? 0)), to: &bytes)
    withUnsafeTemporaryAllocation(of: Value.self, capacity: blockValues) { deltas in
        var index = 1
        while index < values.count {
            let count = min(blockValues, values.count - index)
            for place in 0..<count { deltas[place] = values[index + place] &- values[index + place - 1] }
            appendBlock(deltas, count, &bytes)
            index += count
        }
    }
}

@inline(__always)
private func appendBlock<Value: FixedWidthInteger & SignedInteger>(
    _ deltas: UnsafeMutableBufferPointer<Value>, _ count: Int, _ bytes: inout [UInt8]
) {
    var least = deltas[0]
    for index in 1..<max(1, count) { least = min(least, deltas[index]) }
    // Padding is `least`, so that it packs as 0.
    for index in count..<blockValues { deltas[index] = least }
    appendVarint(zigzag(Int64(least)), to: &bytes)
    let miniblocks = blockValues / miniblockValues
    bytes.append(atMost: miniblocks + blockValues * 8 + 8) { target in
        var to = UnsafeMutableRawPointer(target + miniblocks)
        for miniblock in 0..<miniblocks {
            let first = miniblock * miniblockValues
            var all: UInt64 = 0
            for index in first..<first + miniblockValues { all |= bits(deltas[index] &- least) }
            let width = 64 - all.leadingZeroBitCount
            target[miniblock] = UInt8(truncatingIfNeeded: width)
            var writer = WordWriter(to)
            for index in first..<first + miniblockValues { writer.put(bits(deltas[index] &- least), width) }
            writer.finish()
            to += width * miniblockValues / 8
        }
        return to - UnsafeMutableRawPointer(target)
    }
}

/// A non-negative difference in the column's width, as it is packed.
@inline(__always)
private func bits<Value: FixedWidthInteger & SignedInteger>(_ value: Value) -> UInt64 {
    Value.bitWidth == 32
        ? UInt64(UInt32(truncatingIfNeeded: value)) : UInt64(truncatingIfNeeded: value)
}

/// Appends the `count` values of a DELTA_BINARY_PACKED sequence in `bytes[range]`.
///
/// - Returns: where the sequence ends, or nil when it is malformed, ends too soon or does not hold `count` values.
public func decodeDeltaBinaryPacked(
    _ bytes: Span<UInt8>, _ range: Range<Int>, count: Int, into values: inout [Int64]
) -> Int? {
    decodeDeltas(bytes, range, count, &values)
}

/// As above, for a 32-bit column.
public func decodeDeltaBinaryPacked(
    _ bytes: Span<UInt8>, _ range: Range<Int>, count: Int, into values: inout [Int32]
) -> Int? {
    decodeDeltas(bytes, range, count, &values)
}

private struct DeltaHeader {
    let miniblocks: Int
    let miniblockValues: Int
    let first: Int64

    init?(_ bytes: UnsafeBufferPointer<UInt8>, _ position: inout Int, _ end: Int, count: Int) {
        guard let block = readVarint(bytes, at: &position, end: end), block > 0, block <= 1 << 20, block % 128 == 0,
            let miniblocks = readVarint(bytes, at: &position, end: end), miniblocks > 0, miniblocks <= block,
            block % miniblocks == 0, block / miniblocks % 32 == 0,
            let total = readVarint(bytes, at: &position, end: end), total == UInt64(count),
            let first = readVarint(bytes, at: &position, end: end)
        else { return nil }
        self.miniblocks = Int(miniblocks)
        self.miniblockValues = Int(block / miniblocks)
        self.first = unzigzag(first)
    }
}

@inline(__always)
private func decodeDeltas<Value: FixedWidthInteger & SignedInteger & BitwiseCopyable>(
    _ bytes: Span<UInt8>, _ range: Range<Int>, _ count: Int, _ values: inout [Value]
) -> Int? {
    guard range.lowerBound >= 0, range.upperBound <= bytes.count else { return nil }
    return bytes.withUnsafeBufferPointer { bytes in
        var position = range.lowerBound
        let end = range.upperBound
        guard let header = DeltaHeader(bytes, &position, end, count: count) else { return nil }
        guard count > 0 else { return position }
        var last = Value(truncatingIfNeeded: header.first)
        values.append(last)
        var left = count - 1
        while left > 0 {
            guard let least = readVarint(bytes, at: &position, end: end), header.miniblocks <= end - position else {
                return nil
            }
            let widths = position
            position += header.miniblocks
            for miniblock in 0..<header.miniblocks where left > 0 {
                let width = Int(bytes[widths + miniblock])
                let byteCount = width * header.miniblockValues / 8
                guard width <= Value.bitWidth, byteCount <= end - position else { return nil }
                let taken = min(left, header.miniblockValues)
                let source = UnsafeBufferPointer(rebasing: bytes[position..<end])
                let step = Value(truncatingIfNeeded: unzigzag(least))
                values.append(atMost: taken) { target in
                    unpack(source, width: width, count: taken) { index, packed in
                        last = last &+ step &+ Value(truncatingIfNeeded: packed)
                        target[index] = last
                    }
                    return taken
                }
                position += byteCount
                left -= taken
            }
        }
        return position
    }
}

// MARK: - Byte arrays

/// Appends `values` of a byte-array column in DELTA_LENGTH_BYTE_ARRAY: all lengths, then all bytes.
///
/// - Parameter ends: value `i` is `bytes[ends[i - 1] ..< ends[i]]`.
public func appendDeltaLengthByteArrays(
    bytes: Span<UInt8>, ends: Span<UInt32>, _ values: Range<Int>, to output: inout [UInt8]
) {
    precondition(values.lowerBound >= 0 && values.upperBound <= ends.count)
    let start = values.lowerBound == 0 ? 0 : Int(ends[values.lowerBound - 1])
    var lengths: [Int32] = []
    lengths.append(atMost: values.count) { target in
        var from = UInt32(truncatingIfNeeded: start)
        for index in 0..<values.count {
            let end = ends[values.lowerBound + index]
            target[index] = Int32(truncatingIfNeeded: end &- from)
            from = end
        }
        return values.count
    }
    appendDeltaBinaryPacked(lengths.span, to: &output)
    let end = values.isEmpty ? start : Int(ends[values.upperBound - 1])
    precondition(start <= end && end <= bytes.count)
    bytes.withUnsafeBufferPointer { output.append(contentsOf: UnsafeBufferPointer(rebasing: $0[start..<end])) }
}

/// Appends values `wanted` of the `count` in the DELTA_LENGTH_BYTE_ARRAY sequence `input[range]`.
///
/// - Returns: false when the sequence is malformed, or the bytes come to more than `UInt32.max`.
public func decodeDeltaLengthByteArrays(
    _ input: Span<UInt8>, _ range: Range<Int>, count: Int, wanted: Range<Int>, bytes: inout [UInt8],
    ends: inout [UInt32]
) -> Bool {
    var lengths: [Int32] = []
    guard wanted.lowerBound >= 0, wanted.upperBound <= count,
        let data = decodeDeltaBinaryPacked(input, range, count: count, into: &lengths)
    else { return false }
    var from = data
    var to = data
    for (index, length) in lengths.enumerated() {
        guard length >= 0, Int(length) <= range.upperBound - to else { return false }
        if index == wanted.lowerBound { from = to }
        to += Int(length)
        guard index >= wanted.lowerBound else { continue }
        guard index < wanted.upperBound else { break }
        let end = bytes.count + to - from
        guard end <= Int(UInt32.max) else { return false }
        ends.append(UInt32(truncatingIfNeeded: end))
    }
    guard !wanted.isEmpty else { return true }
    let total = lengths[wanted].reduce(0) { $0 + Int($1) }
    input.withUnsafeBufferPointer { bytes.append(contentsOf: UnsafeBufferPointer(rebasing: $0[from..<from + total])) }
    return true
}

/// Appends `values` of a byte-array column in DELTA_BYTE_ARRAY: how many bytes each shares with the start of the one
/// before, all lengths of the rest, then all the rest.
///
/// - Parameter ends: value `i` is `bytes[ends[i - 1] ..< ends[i]]`; checked by `areRising`.
public func appendDeltaByteArrays(
    bytes: Span<UInt8>, ends: Span<UInt32>, _ values: Range<Int>, to output: inout [UInt8]
) {
    precondition(values.lowerBound >= 0 && values.upperBound <= ends.count)
    var prefixes: [Int32] = []
    var suffixes: [UInt8] = []
    var suffixEnds: [UInt32] = []
    prefixes.reserveCapacity(values.count)
    suffixEnds.reserveCapacity(values.count)
    bytes.withUnsafeBufferPointer { bytes in
        var start = values.lowerBound == 0 ? 0 : Int(ends[values.lowerBound - 1])
        var previous = start..<start
        for index in values {
            let end = Int(ends[index])
            let limit = min(previous.count, end &- start)
            var prefix = 0
            while prefix < limit, bytes[previous.lowerBound &+ prefix] == bytes[start &+ prefix] { prefix &+= 1 }
            prefixes.append(Int32(truncatingIfNeeded: prefix))
            suffixes.append(contentsOf: UnsafeBufferPointer(rebasing: bytes[(start + prefix)..<end]))
            suffixEnds.append(UInt32(truncatingIfNeeded: suffixes.count))
            previous = start..<end
            start = end
        }
    }
    appendDeltaBinaryPacked(prefixes.span, to: &output)
    appendDeltaLengthByteArrays(bytes: suffixes.span, ends: suffixEnds.span, 0..<values.count, to: &output)
}

/// Appends values `wanted` of the `count` in the DELTA_BYTE_ARRAY sequence `input[range]`: each value is a prefix of
/// the one before and a suffix.
///
/// - Parameter byteLimit: the most bytes that the values before and in `wanted` may come to, since a few bytes of input
///   can stand for very many.
/// - Returns: false when the sequence is malformed or comes to more bytes.
public func decodeDeltaByteArrays(
    _ input: Span<UInt8>, _ range: Range<Int>, count: Int, wanted: Range<Int>, byteLimit: Int, bytes: inout [UInt8],
    ends: inout [UInt32]
) -> Bool {
    var prefixes: [Int32] = []
    var suffixBytes: [UInt8] = []
    var suffixEnds: [UInt32] = []
    guard wanted.lowerBound >= 0, wanted.upperBound <= count,
        let suffixes = decodeDeltaBinaryPacked(input, range, count: count, into: &prefixes),
        decodeDeltaLengthByteArrays(
            input, suffixes..<range.upperBound, count: count, wanted: 0..<count, bytes: &suffixBytes, ends: &suffixEnds)
    else { return false }
    var previous = 0
    var total = 0
    var wantedTotal = 0
    for index in 0..<wanted.upperBound {
        let prefix = Int(prefixes[index])
        guard prefix >= 0, prefix <= previous else { return false }
        previous = prefix + Int(suffixEnds[index]) - (index == 0 ? 0 : Int(suffixEnds[index - 1]))
        total += previous
        if index >= wanted.lowerBound { wantedTotal += previous }
        guard total <= byteLimit else { return false }
    }
    guard bytes.count + wantedTotal <= Int(UInt32.max) else { return false }
    let before = value(before: wanted.lowerBound, prefixes, suffixBytes, suffixEnds)
    var end = UInt32(truncatingIfNeeded: bytes.count)
    ends.append(atMost: wanted.count) { target in
        for index in wanted {
            let start = index == 0 ? 0 : suffixEnds[index &- 1]
            end &+= UInt32(truncatingIfNeeded: prefixes[index]) &+ suffixEnds[index] &- start
            target[index &- wanted.lowerBound] = end
        }
        return wanted.count
    }
    before.withUnsafeBufferPointer { before in
        suffixBytes.withUnsafeBufferPointer { suffixes in
            bytes.append(atMost: wantedTotal) { target in
                joinPrefixes(prefixes, suffixes, suffixEnds, wanted, before.baseAddress, target)
                return wantedTotal
            }
        }
    }
    return true
}

/// The value before value `index`; nothing before the first.
private func value(
    before index: Int, _ prefixes: [Int32], _ suffixBytes: [UInt8], _ suffixEnds: [UInt32]
) -> [UInt8] {
    var value: [UInt8] = []
    for index in 0..<index {
        value.removeLast(value.count - Int(prefixes[index]))
        value.append(contentsOf: suffixBytes[(index == 0 ? 0 : Int(suffixEnds[index - 1]))..<Int(suffixEnds[index])])
    }
    return value
}

/// Writes values `wanted`, whose prefixes have been checked; `before` is the value before the first of them.
private func joinPrefixes(
    _ prefixes: [Int32], _ suffixes: UnsafeBufferPointer<UInt8>, _ suffixEnds: [UInt32], _ wanted: Range<Int>,
    _ before: UnsafePointer<UInt8>?, _ target: UnsafeMutablePointer<UInt8>
) {
    var previous = before
    var to = target
    var from = wanted.lowerBound == 0 ? 0 : Int(suffixEnds[wanted.lowerBound - 1])
    for index in wanted {
        let prefix = Int(prefixes[index])
        let suffix = Int(suffixEnds[index]) &- from
        if prefix > 0, let previous { to.update(from: previous, count: prefix) }
        if suffix > 0 { (to + prefix).update(from: suffixes.baseAddress! + from, count: suffix) }
        previous = UnsafePointer(to)
        to += prefix &+ suffix
        from &+= suffix
    }
}
