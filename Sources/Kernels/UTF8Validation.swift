import CScan

/// The offset of the first byte that is not well-formed UTF-8 (Unicode 15, table 3-7), or nil.
public func firstInvalidUTF8(_ text: UnsafeBufferPointer<UInt8>) -> Int? {
    guard let p = text.baseAddress else { return nil }
    let count = text.count
    var index = 0
    while index < count {
        if count - index >= 16, lockstitch_high16(p + index) == 0 {
            index += 16
            continue
        }
        let length = sequenceLength(p + index, count - index)
        guard length > 0 else { return index }
        index += length
    }
    return nil
}

/// Bytes of the well-formed sequence at `p`, 0 if there is none.
@inline(__always)
private func sequenceLength(_ p: UnsafePointer<UInt8>, _ left: Int) -> Int {
    let lead = p[0]
    if lead < 0x80 { return 1 }
    func continues(_ offset: Int, _ low: UInt8 = 0x80, _ high: UInt8 = 0xbf) -> Bool {
        p[offset] >= low && p[offset] <= high
    }
    switch lead {
    case 0xc2...0xdf:
        return left >= 2 && continues(1) ? 2 : 0
    case 0xe0...0xef:
        guard left >= 3 else { return 0 }
        let low: UInt8 = lead == 0xe0 ? 0xa0 : 0x80
        let high: UInt8 = lead == 0xed ? 0x9f : 0xbf
        return continues(1, low, high) && continues(2) ? 3 : 0
    case 0xf0...0xf4:
        guard left >= 4 else { return 0 }
        let low: UInt8 = lead == 0xf0 ? 0x90 : 0x80
        let high: UInt8 = lead == 0xf4 ? 0x8f : 0xbf
        return continues(1, low, high) && continues(2) && continues(3) ? 4 : 0
    default:
        return 0
    }
}
