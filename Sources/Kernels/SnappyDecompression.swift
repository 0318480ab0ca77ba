// The block format of Snappy (google/snappy, format_description.txt), without the framing that files of it have.
//
//     block   = varint(bytes when decompressed) element*
//     element = literal | copy, told apart by the two lowest bits of its first byte
//     literal = 00: length - 1 in the upper six bits, or for 60 to 63 in the next 1 to 4 bytes; then the bytes
//     copy    = 01: length - 4 in three bits, offset in 11 | 10, 11: length - 1 in six bits, offset in 2 or 4 bytes

/// The content of a Snappy block.
///
/// - Parameter byteCount: what it must come to; memory for so many bytes is taken only when so short an input can.
/// - Returns: nil when `input` is malformed or comes to more or fewer bytes.
public func snappyDecompress(_ input: Span<UInt8>, byteCount: Int) -> [UInt8]? {
    // No element gives more for its bytes than a copy of 64 in three.
    guard byteCount >= 0, byteCount / 22 <= input.count else { return nil }
    return input.withUnsafeBufferPointer { input in
        var start = 0
        guard let announced = readVarint(input, at: &start, end: input.count), announced == UInt64(byteCount) else {
            return nil
        }
        return filled(byteCount) { decodeElements(input, start, $0, byteCount) }
    }
}

private func decodeElements(
    _ input: UnsafeBufferPointer<UInt8>, _ start: Int, _ output: UnsafeMutablePointer<UInt8>, _ byteCount: Int
) -> Bool {
    var from = start
    var to = 0
    while from < input.count {
        let tag = Int(input[from])
        from &+= 1
        let left = input.count &- from
        if tag & 3 == 0 {
            var length = tag >> 2 &+ 1
            if length > 60 {
                let width = length &- 60
                guard width <= left else { return false }
                length = littleEndian(input, from, width) &+ 1
                from &+= width
            }
            guard length <= input.count &- from, length <= byteCount &- to else { return false }
            UnsafeMutableRawPointer(output + to).copyMemory(from: input.baseAddress! + from, byteCount: length)
            from &+= length
            to &+= length
            continue
        }
        let width = tag & 3 == 3 ? 4 : tag & 3
        guard width <= left else { return false }
        let low = littleEndian(input, from, width)
        let offset = tag & 3 == 1 ? (tag >> 5) << 8 | low : low
        let length = tag & 3 == 1 ? tag >> 2 & 7 &+ 4 : tag >> 2 &+ 1
        from &+= width
        guard offset > 0, offset <= to, length <= byteCount &- to else { return false }
        copyBack(output, to, offset: offset, count: length, end: byteCount)
        to &+= length
    }
    return to == byteCount
}
