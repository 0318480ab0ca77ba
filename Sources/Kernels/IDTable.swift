/// Ids of 8 or of 16 bytes numbered from 0 in the order in which they first came: open addressing, linear probing.
public struct IDTable: Sendable {
    public let width: Int
    private var slots: [UInt32] = Array(repeating: .max, count: 64)
    /// Of each id the first eight bytes and the last; the same for ids of eight.
    private var keys: [(UInt64, UInt64)] = []

    /// - Parameter width: 8 or 16.
    public init(width: Int) {
        precondition(width == 8 || width == 16)
        self.width = width
    }

    public var count: Int { keys.count }

    /// Memory that it takes.
    public var memoryBytes: Int { slots.count * 4 + keys.count * 16 }

    /// The bytes of id `number`.
    public func key(_ number: Int) -> [UInt8] {
        let (first, last) = keys[number]
        let words = width == 8 ? [first] : [first, last]
        return words.flatMap { word in (0..<8).map { UInt8(truncatingIfNeeded: word >> UInt64($0 * 8)) } }
    }

    /// Gives each selected row the number of its id, into `codes`.
    ///
    /// - Parameters:
    ///   - ids: `width` bytes for each row.
    ///   - codes: one for each row.
    public mutating func insert(_ ids: [UInt8], _ rows: Bitmap, into codes: inout [UInt32]) {
        precondition(ids.count == rows.count * width && codes.count == rows.count)
        let (width, lastWord) = (width, width - 8)
        // Rows of one id mostly stand together.
        var known: (key: (UInt64, UInt64), code: UInt32)?
        ids.withUnsafeBytes { ids in
            codes.withUnsafeMutableBufferPointer { codes in
                forEachRow(rows) { row in
                    let key = (
                        UInt64(littleEndian: ids.loadUnaligned(fromByteOffset: row * width, as: UInt64.self)),
                        UInt64(littleEndian: ids.loadUnaligned(fromByteOffset: row * width + lastWord, as: UInt64.self))
                    )
                    if let known, known.key == key {
                        codes[row] = known.code
                        return
                    }
                    let code = place(key)
                    known = (key, code)
                    codes[row] = code
                }
            }
        }
    }

    @inline(__always)
    private mutating func place(_ key: (UInt64, UInt64)) -> UInt32 {
        var slot = Int(truncatingIfNeeded: Self.hash(key)) & (slots.count - 1)
        while slots[slot] != .max {
            if keys[Int(slots[slot])] == key { return slots[slot] }
            slot = (slot + 1) & (slots.count - 1)
        }
        let code = UInt32(keys.count)
        slots[slot] = code
        keys.append(key)
        if keys.count * 2 > slots.count { grow() }
        return code
    }

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
    private static func hash(_ key: (UInt64, UInt64)) -> UInt64 {
        let product = (key.0 ^ 0x9E37_79B9_7F4A_7C15).multipliedFullWidth(by: key.1 ^ 0xD1B5_4A32_D192_ED03)
        let mixed = (product.low ^ product.high).multipliedFullWidth(by: 0x9E37_79B9_7F4A_7C15)
        return mixed.low ^ mixed.high
    }
}
