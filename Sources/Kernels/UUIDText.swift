// UUIDs between their text, 36 characters of lower case (RFC 9562, section 4), and their 16 bytes.
//
//     f81d4fae-7dec-11d0-a765-00a0c91e6bf6        byte 0 first, hyphens before bytes 4, 6, 8 and 10

private let textBytes = 36
private let uuidBytes = 16

/// Where the digits of a byte stand in the text.
@inline(__always)
private func place(_ byte: Int) -> Int { byte &* 2 &+ (byte >= 4 ? min((byte &- 2) >> 1, 4) : 0) }

/// The bytes of the UUIDs that the values write, or nil unless each is one in lower case.
///
/// - Parameter ends: value `i` is `bytes[ends[i - 1] ..< ends[i]]`.
public func decodedUUIDs(bytes: [UInt8], ends: [UInt32]) -> [UInt8]? {
    guard !ends.isEmpty, bytes.count == ends.count * textBytes else { return nil }
    guard ends.indices.allSatisfy({ Int(ends[$0]) == ($0 + 1) * textBytes }) else { return nil }
    var isValid = true
    let decoded = [UInt8](unsafeUninitializedCapacity: ends.count * uuidBytes) { target, written in
        bytes.withUnsafeBufferPointer { source in
            for index in 0..<ends.count {
                let text = index &* textBytes
                var all: UInt8 = 0
                for byte in 0..<uuidBytes {
                    let high = hexDigit(source[text &+ place(byte)])
                    let low = hexDigit(source[text &+ place(byte) &+ 1])
                    all |= high | low
                    target[index &* uuidBytes &+ byte] = high << 4 | low
                }
                for hyphen in [8, 13, 18, 23] where source[text &+ hyphen] != UInt8(ascii: "-") { all = 255 }
                guard all < 16 else {
                    isValid = false
                    break
                }
            }
        }
        written = isValid ? ends.count * uuidBytes : 0
    }
    return isValid ? decoded : nil
}

/// The texts of UUIDs, end to end.
///
/// - Parameter uuids: 16 bytes each.
public func uuidTexts(_ uuids: [UInt8]) -> [UInt8] {
    let count = uuids.count / uuidBytes
    return [UInt8](unsafeUninitializedCapacity: count * textBytes) { target, written in
        uuids.withUnsafeBufferPointer { source in
            for index in 0..<count {
                let text = index &* textBytes
                for byte in 0..<uuidBytes {
                    let value = source[index &* uuidBytes &+ byte]
                    target[text &+ place(byte)] = hexText(value >> 4)
                    target[text &+ place(byte) &+ 1] = hexText(value & 15)
                }
                for hyphen in [8, 13, 18, 23] { target[text &+ hyphen] = UInt8(ascii: "-") }
            }
        }
        written = count * textBytes
    }
}
