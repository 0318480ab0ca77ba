// Whole columns of text at a time, for sealing: value `i` is `bytes[ends[i - 1] ..< ends[i]]`.

/// The same column with its rows in another order.
///
/// - Parameters:
///   - valueOfRow: the value that each row has, `UInt32.max` for none; nil when row `i` has value `i`.
///   - order: which row comes at each place.
/// - Returns: the values of the rows that have one, in the new order.
public func permuted(
    bytes: [UInt8], ends: [UInt32], valueOfRow: [UInt32]?, order: [UInt32]
) -> (bytes: [UInt8], ends: [UInt32]) {
    var newEnds: [UInt32] = []
    newEnds.reserveCapacity(ends.count)
    let newBytes = [UInt8](unsafeUninitializedCapacity: bytes.count) { target, written in
        var used = 0
        bytes.withUnsafeBufferPointer { source in
            for row in order {
                let value = valueOfRow.map { $0[Int(row)] } ?? row
                guard value != .max else { continue }
                let start = value == 0 ? 0 : Int(ends[Int(value) - 1])
                let count = Int(ends[Int(value)]) - start
                copyShort(source, start, target, used, count)
                used += count
                newEnds.append(UInt32(used))
            }
        }
        written = used
    }
    return (newBytes, newEnds)
}

@inline(__always)
private func copyShort(
    _ source: UnsafeBufferPointer<UInt8>, _ start: Int, _ target: UnsafeMutableBufferPointer<UInt8>, _ used: Int,
    _ count: Int
) {
    guard count > 0, let from = source.baseAddress, let to = target.baseAddress else { return }
    (to + used).update(from: from + start, count: count)
}

/// The integers that the values write, or nil unless each is one whose decimal text is canonical, so that the number
/// gives the text back: no `+`, no leading zero, no `-0`.
public func canonicalInt64s(bytes: [UInt8], ends: [UInt32]) -> [Int64]? {
    var numbers: [Int64] = []
    numbers.reserveCapacity(ends.count)
    let complete = bytes.withUnsafeBufferPointer { text -> Bool in
        var start = 0
        for end in ends {
            guard let number = canonicalInt64(text, start, Int(end)) else { return false }
            numbers.append(number)
            start = Int(end)
        }
        return true
    }
    return complete ? numbers : nil
}

/// The integer that `text[start ..< end]` writes in canonical form, or nil.
@inline(__always)
public func canonicalInt64(_ text: UnsafeBufferPointer<UInt8>, _ start: Int, _ end: Int) -> Int64? {
    guard start < end, end - start <= 20 else { return nil }
    let negative = text[start] == UInt8(ascii: "-")
    var index = negative ? start + 1 : start
    guard index < end else { return nil }
    if text[index] == UInt8(ascii: "0") { return end - start == 1 ? 0 : nil }
    var magnitude: UInt64 = 0
    while index < end {
        let digit = text[index] &- UInt8(ascii: "0")
        guard digit <= 9 else { return nil }
        let (product, overflow) = magnitude.multipliedReportingOverflow(by: 10)
        let (sum, carry) = product.addingReportingOverflow(UInt64(digit))
        guard !overflow, !carry else { return nil }
        magnitude = sum
        index += 1
    }
    if negative {
        return magnitude <= UInt64(Int64.max) + 1 ? Int64(truncatingIfNeeded: 0 &- magnitude) : nil
    }
    return Int64(exactly: magnitude)
}

/// The bytes that the values write in lower-case hexadecimal, or nil unless each is `2 * width` such digits.
public func decodedHex(bytes: [UInt8], ends: [UInt32], width: Int) -> [UInt8]? {
    guard bytes.count == ends.count * width * 2 else { return nil }
    var expected: UInt32 = 0
    for end in ends {
        expected += UInt32(width * 2)
        guard end == expected else { return nil }
    }
    var valid = true
    let decoded = [UInt8](unsafeUninitializedCapacity: bytes.count / 2) { target, written in
        bytes.withUnsafeBufferPointer { source in
            for index in 0..<source.count / 2 {
                let high = hexDigit(source[index * 2])
                let low = hexDigit(source[index * 2 + 1])
                guard high | low < 16 else {
                    valid = false
                    break
                }
                target[index] = high << 4 | low
            }
        }
        written = valid ? bytes.count / 2 : 0
    }
    return valid ? decoded : nil
}

/// The value of a lower-case hexadecimal digit, 255 for any other byte.
@inline(__always)
func hexDigit(_ digit: UInt8) -> UInt8 {
    let decimal = digit &- UInt8(ascii: "0")
    if decimal <= 9 { return decimal }
    let letter = digit &- UInt8(ascii: "a")
    return letter <= 5 ? letter &+ 10 : 255
}

/// The lower-case hexadecimal digits of all bytes.
public func hexTexts(_ bytes: [UInt8]) -> [UInt8] {
    [UInt8](unsafeUninitializedCapacity: bytes.count * 2) { target, written in
        bytes.withUnsafeBufferPointer { source in
            for index in 0..<source.count {
                target[index * 2] = hexText(source[index] >> 4)
                target[index * 2 + 1] = hexText(source[index] & 15)
            }
        }
        written = bytes.count * 2
    }
}

@inline(__always)
func hexText(_ value: UInt8) -> UInt8 { value < 10 ? value &+ 0x30 : value &+ 0x57 }
