// Definition and repetition levels of nested columns: small numbers, a byte each in memory. The levels of flat columns
// are bits; for those see `BitBuffer`.

/// Appends `count` levels from the hybrid encoding in `bytes[range]`.
///
/// - Parameter greatest: the greatest level there may be, 1 to 255.
/// - Returns: false when the input is malformed, holds fewer, or a level is greater; `levels` then has some of them.
public func decodeLevels(
    _ bytes: Span<UInt8>, _ range: Range<Int>, greatest: UInt8, count: Int, into levels: inout [UInt8]
) -> Bool {
    guard range.lowerBound >= 0, range.upperBound <= bytes.count, greatest > 0, count >= 0 else { return false }
    let width = levelWidth(greatest)
    return bytes.withUnsafeBufferPointer { bytes in
        var position = range.lowerBound
        var left = count
        while left > 0 {
            switch nextRun(bytes, &position, range.upperBound, width, left) {
            case nil: return false
            case .repeated(let value, let run):
                guard value <= UInt32(greatest) else { return false }
                levels.append(contentsOf: repeatElement(UInt8(truncatingIfNeeded: value), count: run))
                left -= run
            case .packed(let start, let run):
                var isWithin = true
                let source = UnsafeBufferPointer(rebasing: bytes[start..<range.upperBound])
                levels.append(atMost: run) { target in
                    unpack(source, width: width, count: run) { index, value in
                        isWithin = isWithin && value <= UInt64(greatest)
                        target[index] = UInt8(truncatingIfNeeded: value)
                    }
                    return run
                }
                guard isWithin else { return false }
                left -= run
            }
        }
        return true
    }
}

/// Appends `count` levels from the deprecated encoding BIT_PACKED (Encodings.md), whose bytes begin at the highest bit.
///
/// - Returns: where the levels end; nil when `bytes[range]` is too short or a level is above `greatest`.
public func decodeBitPackedLevels(
    _ bytes: Span<UInt8>, _ range: Range<Int>, greatest: UInt8, count: Int, into levels: inout [UInt8]
) -> Int? {
    let width = levelWidth(greatest)
    guard range.lowerBound >= 0, range.upperBound <= bytes.count, count >= 0, width > 0,
        count <= range.count * 8 / width
    else { return nil }
    var pending: UInt32 = 0
    var pendingBits = 0
    var position = range.lowerBound
    levels.reserveCapacity(levels.count + count)
    for _ in 0..<count {
        while pendingBits < width {
            pending = pending << 8 | UInt32(bytes[position])
            pendingBits += 8
            position += 1
        }
        pendingBits -= width
        let level = UInt8(truncatingIfNeeded: pending >> UInt32(pendingBits) & (1 << UInt32(width) - 1))
        guard level <= greatest else { return nil }
        levels.append(level)
    }
    return position
}

/// Bits of a level.
private func levelWidth(_ greatest: UInt8) -> Int { 8 - greatest.leadingZeroBitCount }

/// How many of `levels` are `level`.
public func levelCount(_ levels: Span<UInt8>, equalTo level: UInt8) -> Int {
    levels.withUnsafeBufferPointer { levels in
        var sum = 0
        for value in levels where value == level { sum &+= 1 }
        return sum
    }
}
