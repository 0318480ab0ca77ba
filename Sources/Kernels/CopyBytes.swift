/// Copies bytes, quickly where they are few; reads and writes none but these.
@inline(__always)
func copyBytes(_ source: UnsafePointer<UInt8>, to target: UnsafeMutablePointer<UInt8>, count: Int) {
    if count > 32 {
        target.update(from: source, count: count)
    } else if count >= 16 {
        copyEnds(source, target, count, of: (UInt64, UInt64).self)
    } else if count >= 8 {
        copyEnds(source, target, count, of: UInt64.self)
    } else if count >= 4 {
        copyEnds(source, target, count, of: UInt32.self)
    } else {
        var index = 0
        while index < count {
            target[index] = source[index]
            index &+= 1
        }
    }
}

/// Copies between one and two words' bytes: the first word and the last, which may overlap.
@inline(__always)
private func copyEnds<Word: BitwiseCopyable>(
    _ source: UnsafePointer<UInt8>, _ target: UnsafeMutablePointer<UInt8>, _ count: Int, of _: Word.Type
) {
    let from = UnsafeRawPointer(source)
    let to = UnsafeMutableRawPointer(target)
    let size = MemoryLayout<Word>.size
    let first = from.loadUnaligned(as: Word.self)
    let last = from.loadUnaligned(fromByteOffset: count &- size, as: Word.self)
    to.storeBytes(of: first, as: Word.self)
    to.storeBytes(of: last, toByteOffset: count &- size, as: Word.self)
}
