// Least and greatest values of runs of a column, in the orders of Parquet (parquet.thrift, `ColumnOrder`).

/// The least and the greatest of a run of values.
public struct Extremes<Value: Sendable>: Sendable {
    public let min: Value
    public let max: Value
}

// MARK: - Numbers

/// The extremes of `values`, as signed numbers; nil when there is none.
public func extremes(_ values: Span<Int64>) -> Extremes<Int64>? {
    values.withUnsafeBufferPointer { integerExtremes($0, flip: 0) }
}

/// As above.
public func extremes(_ values: Span<Int32>) -> Extremes<Int32>? {
    values.withUnsafeBufferPointer { integerExtremes($0, flip: 0) }
}

/// The extremes of `values`, their bits taken as unsigned numbers; nil when there is none.
public func unsignedExtremes(_ values: Span<Int64>) -> Extremes<UInt64>? {
    values.withUnsafeBufferPointer { integerExtremes($0, flip: .min) }
        .map { Extremes(min: UInt64(bitPattern: $0.min), max: UInt64(bitPattern: $0.max)) }
}

/// As above.
public func unsignedExtremes(_ values: Span<Int32>) -> Extremes<UInt32>? {
    values.withUnsafeBufferPointer { integerExtremes($0, flip: .min) }
        .map { Extremes(min: UInt32(bitPattern: $0.min), max: UInt32(bitPattern: $0.max)) }
}

/// - Parameter flip: the sign bit, to compare as unsigned numbers, or 0.
@inline(__always)
private func integerExtremes<Value: FixedWidthInteger & SignedInteger & Sendable>(
    _ values: UnsafeBufferPointer<Value>, flip: Value
) -> Extremes<Value>? {
    guard let first = values.first else { return nil }
    var least = first ^ flip
    var greatest = least
    for value in values {
        least = min(least, value ^ flip)
        greatest = max(greatest, value ^ flip)
    }
    return Extremes(min: least ^ flip, max: greatest ^ flip)
}

/// The extremes of `values`; nil when there is none, or when one is not a number. A least value of zero is -0, a
/// greatest one +0, whichever of them is there.
public func extremes(_ values: Span<Double>) -> Extremes<Double>? {
    values.withUnsafeBufferPointer { floatExtremes($0) }
}

/// As above.
public func extremes(_ values: Span<Float>) -> Extremes<Float>? {
    values.withUnsafeBufferPointer { floatExtremes($0) }
}

@inline(__always)
private func floatExtremes<Value: BinaryFloatingPoint & Sendable>(
    _ values: UnsafeBufferPointer<Value>
) -> Extremes<Value>? {
    guard let first = values.first else { return nil }
    var least = first
    var greatest = first
    var hasNaN = false
    for value in values {
        hasNaN = hasNaN || value != value
        least = value < least ? value : least
        greatest = value > greatest ? value : greatest
    }
    guard !hasNaN else { return nil }
    return Extremes(min: least == 0 ? -0.0 : least, max: greatest == 0 ? 0.0 : greatest)
}

// MARK: - Bytes

/// The indices of the least and the greatest of values `range` of a byte-array column, compared byte by byte, unsigned;
/// nil when there is none.
///
/// - Parameter ends: value `i` is `bytes[ends[i - 1] ..< ends[i]]`; checked by `areRising`.
public func extremes(bytes: Span<UInt8>, ends: Span<UInt32>, _ range: Range<Int>) -> Extremes<Int>? {
    bytes.withUnsafeBufferPointer { bytes in
        ends.withUnsafeBufferPointer { ends in
            byteExtremes(bytes, range) { index in
                let start = index == 0 ? 0 : Int(ends[index &- 1])
                return (start, Int(ends[index]) &- start)
            }
        }
    }
}

/// The indices of the extremes of values `range` of a column of `width`-byte values, compared as above.
public func extremes(fixed bytes: Span<UInt8>, width: Int, _ range: Range<Int>) -> Extremes<Int>? {
    bytes.withUnsafeBufferPointer { bytes in
        byteExtremes(bytes, range) { ($0 &* width, width) }
    }
}

/// A value, with its first 8 bytes as a number in their order, filled up with zeros.
private struct KeyedValue {
    let key: UInt64
    let index: Int
    let start: Int
    let count: Int
}

@inline(__always)
private func byteExtremes(
    _ bytes: UnsafeBufferPointer<UInt8>, _ range: Range<Int>, _ place: (Int) -> (start: Int, count: Int)
) -> Extremes<Int>? {
    guard !range.isEmpty else { return nil }
    var least = keyedValue(bytes, range.lowerBound, place)
    var greatest = least
    for index in range {
        let value = keyedValue(bytes, index, place)
        if value.key <= least.key, isLess(value, least, bytes) { least = value }
        if value.key >= greatest.key, isLess(greatest, value, bytes) { greatest = value }
    }
    return Extremes(min: least.index, max: greatest.index)
}

@inline(__always)
private func keyedValue(
    _ bytes: UnsafeBufferPointer<UInt8>, _ index: Int, _ place: (Int) -> (start: Int, count: Int)
) -> KeyedValue {
    let (start, count) = place(index)
    var key: UInt64 = 0
    if start &+ 8 <= bytes.count {
        key = bigEndian(bytes, start)
        if count < 8 { key &= ~(~0 >> UInt64(count &* 8)) }
    } else {
        for offset in 0..<min(8, count) { key |= UInt64(bytes[start &+ offset]) << UInt64(56 &- offset &* 8) }
    }
    return KeyedValue(key: key, index: index, start: start, count: count)
}

@inline(__always)
private func isLess(_ a: KeyedValue, _ b: KeyedValue, _ bytes: UnsafeBufferPointer<UInt8>) -> Bool {
    guard a.key == b.key else { return a.key < b.key }
    if a.count <= 8 || b.count <= 8 { return a.count < b.count }
    return isLessAfterKey(a, b, bytes)
}

private func isLessAfterKey(_ a: KeyedValue, _ b: KeyedValue, _ bytes: UnsafeBufferPointer<UInt8>) -> Bool {
    let common = min(a.count, b.count)
    var index = 8
    while index &+ 8 <= common {
        let left = bigEndian(bytes, a.start &+ index)
        let right = bigEndian(bytes, b.start &+ index)
        if left != right { return left < right }
        index &+= 8
    }
    while index < common {
        let left = bytes[a.start &+ index]
        let right = bytes[b.start &+ index]
        if left != right { return left < right }
        index &+= 1
    }
    return a.count < b.count
}

@inline(__always)
private func bigEndian(_ bytes: UnsafeBufferPointer<UInt8>, _ start: Int) -> UInt64 {
    UInt64(bigEndian: UnsafeRawPointer(bytes.baseAddress! + start).loadUnaligned(as: UInt64.self))
}
