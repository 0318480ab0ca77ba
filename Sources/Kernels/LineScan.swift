import CScan

/// Where the next newline at or after `start` is, or `bytes.count`.
public func lineEnd(_ bytes: UnsafeBufferPointer<UInt8>, from start: Int) -> Int {
    guard let p = bytes.baseAddress, start < bytes.count else { return bytes.count }
    var index = start
    while index + 16 <= bytes.count {
        let mask = lockstitch_equal16(p + index, UInt8(ascii: "\n"))
        if mask != 0 { return index + mask.trailingZeroBitCount }
        index += 16
    }
    while index < bytes.count, p[index] != UInt8(ascii: "\n") { index += 1 }
    return index
}

/// The same over a span.
public func lineEnd(_ bytes: Span<UInt8>, from start: Int) -> Int {
    bytes.withUnsafeBufferPointer { lineEnd($0, from: start) }
}

/// The offset of the first byte of `bytes` that is not well-formed UTF-8, or nil.
public func firstInvalidUTF8(_ bytes: Span<UInt8>) -> Int? {
    bytes.withUnsafeBufferPointer { firstInvalidUTF8($0) }
}
