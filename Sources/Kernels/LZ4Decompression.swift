// The block format of LZ4 (lz4/lz4, doc/lz4_Block_format.md), which Parquet calls LZ4_RAW: no frame, no length.
//
//     block    = sequence*; the last one ends after its literals
//     sequence = token more* literals offset(2 bytes) more*
//     token    = literal length in the upper four bits, match length - 4 in the lower; 15 goes on in bytes until one < 255

/// The content of an LZ4 block.
///
/// - Parameter byteCount: what it must come to; memory for so many bytes is taken only when so short an input can.
/// - Returns: nil when `input` is malformed or comes to more or fewer bytes.
public func lz4Decompress(_ input: Span<UInt8>, byteCount: Int) -> [UInt8]? {
    // A byte that prolongs a match gives 255 bytes, and none gives more.
    guard byteCount >= 0, byteCount / 255 <= input.count else { return nil }
    return input.withUnsafeBufferPointer { input in
        filled(byteCount) { decodeSequences(input, $0, byteCount) }
    }
}

private func decodeSequences(
    _ input: UnsafeBufferPointer<UInt8>, _ output: UnsafeMutablePointer<UInt8>, _ byteCount: Int
) -> Bool {
    var from = 0
    var to = 0
    while from < input.count {
        let token = Int(input[from])
        from &+= 1
        guard let literals = length(token >> 4, input, &from), literals <= input.count &- from,
            literals <= byteCount &- to
        else { return false }
        if literals > 0 {
            UnsafeMutableRawPointer(output + to).copyMemory(from: input.baseAddress! + from, byteCount: literals)
        }
        from &+= literals
        to &+= literals
        if from == input.count { break }
        guard input.count &- from >= 2 else { return false }
        let offset = littleEndian(input, from, 2)
        from &+= 2
        guard let more = length(token & 15, input, &from), offset > 0, offset <= to, more <= byteCount &- to &- 4 else {
            return false
        }
        copyBack(output, to, offset: offset, count: more &+ 4, end: byteCount)
        to &+= more &+ 4
    }
    return to == byteCount
}

/// A length whose first part stood in a token; nil when it does not end. It cannot overflow: each byte adds 255.
@inline(__always)
private func length(_ nibble: Int, _ input: UnsafeBufferPointer<UInt8>, _ from: inout Int) -> Int? {
    var length = nibble
    guard nibble == 15 else { return length }
    while from < input.count {
        let byte = Int(input[from])
        from &+= 1
        length &+= byte
        if byte < 255 { return length }
    }
    return nil
}
