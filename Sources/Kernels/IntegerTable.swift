/// Words numbered from 0 in the order in which they first came: open addressing, linear probing.
public struct IntegerTable: Sendable {
    private var slots: [UInt32] = Array(repeating: .max, count: 64)
    public private(set) var keys: [UInt64] = []

    public init() {}

    public var count: Int { keys.count }

    /// The number of `key`, which it gets now if it is new.
    public mutating func insert(_ key: UInt64) -> (code: UInt32, isNew: Bool) { place(key) }

    /// Gives each selected row the number of its key, into `codes`.
    ///
    /// - Precondition: `keys` and `codes` have one for each row.
    public mutating func insert(_ keys: [Int64], _ rows: Bitmap, into codes: inout [UInt32]) {
        precondition(keys.count == rows.count && codes.count == rows.count)
        keys.withUnsafeBufferPointer { keys in
            codes.withUnsafeMutableBufferPointer { codes in
                forEachRow(rows) { codes[$0] = place(UInt64(bitPattern: keys[$0])).code }
            }
        }
    }

    /// Replaces the code of each selected row by the number of both of its codes, the first one higher.
    ///
    /// - Precondition: both have one for each row.
    public mutating func insertPairs(_ codes: inout [UInt32], _ others: [UInt32], _ rows: Bitmap) {
        precondition(others.count == rows.count && codes.count == rows.count)
        // Rows of one pair mostly stand together.
        var (last, lastCode): (UInt64, UInt32) = (.max, 0)
        codes.withUnsafeMutableBufferPointer { codes in
            others.withUnsafeBufferPointer { others in
                forEachRow(rows) { row in
                    let key = UInt64(codes[row]) << 32 | UInt64(others[row])
                    if key != last { (last, lastCode) = (key, place(key).code) }
                    codes[row] = lastCode
                }
            }
        }
    }

    @inline(__always)
    private mutating func place(_ key: UInt64) -> (code: UInt32, isNew: Bool) {
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
    public var memoryBytes: Int { slots.count * 4 + keys.count * 8 }

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
