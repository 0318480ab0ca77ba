// What the decoders of Snappy and LZ4 share.

/// Copies `count` bytes that begin `offset` before `place` to `place`; where both overlap, the bytes repeat.
///
/// - Parameter end: how many bytes `output` has. The caller has checked that `1 <= offset <= place` and that
///   `count <= end - place`.
@inline(__always)
func copyBack(_ output: UnsafeMutablePointer<UInt8>, _ place: Int, offset: Int, count: Int, end: Int) {
    let source = UnsafeRawPointer(output + (place &- offset))
    let target = UnsafeMutableRawPointer(output + place)
    if offset >= count {
        target.copyMemory(from: source, byteCount: count)
    } else if offset >= 8, end &- place &- count >= 8 {
        // Eight bytes at a time: what is read was written before, and what is written beyond `count` is written again.
        var done = 0
        while done < count {
            target.storeBytes(
                of: source.loadUnaligned(fromByteOffset: done, as: UInt64.self), toByteOffset: done, as: UInt64.self)
            done &+= 8
        }
    } else {
        for index in 0..<count {
            target.storeBytes(
                of: source.load(fromByteOffset: index, as: UInt8.self), toByteOffset: index, as: UInt8.self)
        }
    }
}

/// The `count` (0 to 4) bytes from `bytes[start]` on as a number, lowest first; the caller has checked that they are there.
@inline(__always)
func littleEndian(_ bytes: UnsafeBufferPointer<UInt8>, _ start: Int, _ count: Int) -> Int {
    var value = 0
    for index in 0..<count { value |= Int(bytes[start &+ index]) << (index &* 8) }
    return value
}

/// `byteCount` bytes as `body` writes them; nil when it returns false.
func filled(_ byteCount: Int, _ body: (UnsafeMutablePointer<UInt8>) -> Bool) -> [UInt8]? {
    var output: [UInt8] = []
    var isWhole = false
    // One byte more, so that there is an address even for none.
    output.append(atMost: byteCount + 1) { target in
        isWhole = body(target)
        return isWhole ? byteCount : 0
    }
    return isWhole ? output : nil
}
