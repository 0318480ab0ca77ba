// Integers in a varying number of bytes: unsigned LEB128, seven bits a byte, lowest first; signed ones zigzag.

/// Appends `value` in 1 to 10 bytes.
public func appendVarint(_ value: UInt64, to bytes: inout [UInt8]) {
    var left = value
    while left >= 0x80 {
        bytes.append(UInt8(truncatingIfNeeded: left) | 0x80)
        left >>= 7
    }
    bytes.append(UInt8(truncatingIfNeeded: left))
}

/// Reads the varint at `position` and moves past it.
///
/// - Parameter end: where reading must stop, at most `bytes.count`.
/// - Returns: nil when it does not end before `end` or takes more than 64 bits; `position` is then anywhere.
public func readVarint(_ bytes: Span<UInt8>, at position: inout Int, end: Int) -> UInt64? {
    guard position >= 0, end <= bytes.count else { return nil }
    return bytes.withUnsafeBufferPointer { readVarint($0, at: &position, end: end) }
}

/// As above; the caller has checked that `0 <= position` and `end <= bytes.count`.
@inline(__always)
func readVarint(_ bytes: UnsafeBufferPointer<UInt8>, at position: inout Int, end: Int) -> UInt64? {
    var value: UInt64 = 0
    var shift: UInt64 = 0
    while position < end {
        let byte = bytes[position]
        position += 1
        value |= UInt64(byte & 0x7f) << shift
        if byte < 0x80 { return shift < 63 || byte <= 1 ? value : nil }
        shift += 7
        if shift > 63 { return nil }
    }
    return nil
}

/// Signed to unsigned so that small magnitudes stay small: 0, -1, 1, -2 become 0, 1, 2, 3.
@inlinable
public func zigzag(_ value: Int64) -> UInt64 { UInt64(bitPattern: value << 1 ^ value >> 63) }

/// The inverse of `zigzag`.
@inlinable
public func unzigzag(_ value: UInt64) -> Int64 { Int64(bitPattern: value >> 1) ^ -Int64(bitPattern: value & 1) }

extension Array where Element: BitwiseCopyable {
    /// Appends what `body` writes: it may write up to `limit` elements and returns how many count.
    @inline(__always)
    mutating func append(atMost limit: Int, _ body: (UnsafeMutablePointer<Element>) -> Int) {
        guard limit > 0 else { return }
        if capacity - count < limit { reserveCapacity(Swift.max(count + limit, capacity * 2)) }
        append(addingCapacity: limit) { span in
            span.withUnsafeMutableBufferPointer { buffer, written in
                if let start = buffer.baseAddress { written = body(start) }
            }
        }
    }
}
