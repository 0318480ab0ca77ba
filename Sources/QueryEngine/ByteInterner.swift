import Kernels

/// Byte strings numbered from 0 in the order in which they first came: open addressing, linear probing.
struct ByteInterner {
    private var slots: [UInt32] = Array(repeating: .max, count: 16)
    private var hashes: [UInt64] = []
    private var bytes: [UInt8] = []
    private var ends: [Int] = []

    var count: Int { ends.count }
    var byteCount: Int { bytes.count }

    func text(_ code: UInt32) -> String { String(decoding: bytes[range(Int(code))], as: UTF8.self) }

    func isEmpty(_ code: UInt32) -> Bool { range(Int(code)).isEmpty }

    private func range(_ index: Int) -> Range<Int> { (index == 0 ? 0 : ends[index - 1])..<ends[index] }

    func code(of text: Span<UInt8>) -> UInt32? {
        let place = slot(of: text, hash: hash64(text))
        return slots[place] == .max ? nil : slots[place]
    }

    @discardableResult
    mutating func insert(_ text: Span<UInt8>) -> UInt32 {
        let hash = hash64(text)
        let place = slot(of: text, hash: hash)
        if slots[place] != .max { return slots[place] }
        let code = UInt32(ends.count)
        slots[place] = code
        hashes.append(hash)
        for index in 0..<text.count { bytes.append(text[index]) }
        ends.append(bytes.count)
        if ends.count * 2 > slots.count { grow() }
        return code
    }

    /// Inserts all texts of another; the code of each.
    mutating func merge(_ other: ByteInterner) -> [UInt32] {
        (0..<other.count).map { insert(other.bytes.span.extracting(other.range($0))) }
    }

    /// Memory that it takes, roughly.
    var memoryBytes: Int { slots.count * 4 + hashes.count * 16 + bytes.count }

    /// Where `text` is, or the empty place where it belongs.
    private func slot(of text: Span<UInt8>, hash: UInt64) -> Int {
        var slot = Int(truncatingIfNeeded: hash) & (slots.count - 1)
        while slots[slot] != .max {
            let code = Int(slots[slot])
            if hashes[code] == hash, compareBytes(bytes.span.extracting(range(code)), text) == 0 { return slot }
            slot = (slot + 1) & (slots.count - 1)
        }
        return slot
    }

    @inline(never)
    private mutating func grow() {
        slots = Array(repeating: .max, count: slots.count * 4)
        for (code, hash) in hashes.enumerated() {
            var slot = Int(truncatingIfNeeded: hash) & (slots.count - 1)
            while slots[slot] != .max { slot = (slot + 1) & (slots.count - 1) }
            slots[slot] = UInt32(code)
        }
    }
}
