/// Words numbered from 0 in the order in which they first came: open addressing, linear probing.
struct IntegerTable {
    private var slots: [UInt32] = Array(repeating: .max, count: 64)
    private(set) var keys: [UInt64] = []

    var count: Int { keys.count }

    /// The number of `key`, which it gets now if it is new.
    @inline(__always)
    mutating func insert(_ key: UInt64) -> (code: UInt32, isNew: Bool) {
        var slot = Int(truncatingIfNeeded: Self.hash(key)) & (slots.count - 1)
        while slots[slot] != .max {
            if keys[Int(slots[slot])] == key { return (slots[slot], false) }
            slot = (slot + 1) & (slots.count - 1)
        }
        let code = UInt32(keys.count)
        slots[slot] = code
        keys.append(key)
        if keys.count * 2 > slots.count { grow() }
        return (code, true)
    }

    /// Memory that it takes.
    var memoryBytes: Int { slots.count * 4 + keys.count * 8 }

    @inline(never)
    private mutating func grow() {
        slots = Array(repeating: .max, count: slots.count * 4)
        for (code, key) in keys.enumerated() {
            var slot = Int(truncatingIfNeeded: Self.hash(key)) & (slots.count - 1)
            while slots[slot] != .max { slot = (slot + 1) & (slots.count - 1) }
            slots[slot] = UInt32(code)
        }
    }

    @inline(__always)
    private static func hash(_ key: UInt64) -> UInt64 {
        let product = (key ^ 0x9E37_79B9_7F4A_7C15).multipliedFullWidth(by: 0xD1B5_4A32_D192_ED03)
        return product.low ^ product.high
    }
}
