import CScan

/// The CRC-32C (Castagnoli, RFC 3720 appendix B.4) of `bytes`: what the write-ahead log puts before a record.
///
/// - Parameter seed: the CRC of the bytes before these, 0 at the start.
public func crc32c(_ bytes: borrowing RawSpan, seed: UInt32 = 0) -> UInt32 {
    bytes.withUnsafeBytes { crc32c($0, seed: seed) }
}

/// As above.
public func crc32c(_ bytes: Span<UInt8>, seed: UInt32 = 0) -> UInt32 {
    bytes.withUnsafeBufferPointer { crc32c(UnsafeRawBufferPointer($0), seed: seed) }
}

/// As above.
public func crc32c(_ bytes: UnsafeRawBufferPointer, seed: UInt32 = 0) -> UInt32 {
    lockstitch_crc32c(seed, bytes.baseAddress, bytes.count)
}

/// The CRC-32 (IEEE 802.3, as in gzip) of `bytes`: the checksum of Parquet pages.
///
/// - Parameter seed: the CRC of the bytes before these, 0 at the start.
public func crc32(_ bytes: Span<UInt8>, seed: UInt32 = 0) -> UInt32 {
    bytes.withUnsafeBufferPointer { buffer in
        guard let start = buffer.baseAddress else { return seed }
        var state = ~seed
        var used = 0
        if buffer.count >= 64, lockstitch_has_crc32_clmul() != 0 {
            used = buffer.count & ~15
            state = lockstitch_crc32_clmul(state, start, used)
        }
        return ~crc32Table(state, start + used, buffer.count - used)
    }
}

/// The same by table, which a test compares with the fast way.
func crc32Portable(_ bytes: Span<UInt8>) -> UInt32 {
    bytes.withUnsafeBufferPointer { buffer in
        guard let start = buffer.baseAddress else { return 0 }
        return ~crc32Table(~0, start, buffer.count)
    }
}

/// Slicing by 8 (Kounavis and Berry, 2005).
private func crc32Table(_ seed: UInt32, _ start: UnsafePointer<UInt8>, _ count: Int) -> UInt32 {
    slices.withUnsafeBufferPointer { table in
        var state = seed
        var index = 0
        while index + 8 <= count {
            let word = UnsafeRawPointer(start + index).loadUnaligned(as: UInt64.self).littleEndian ^ UInt64(state)
            state = 0
            for slice in 0..<8 {
                state ^= table[(7 - slice) << 8 | Int(truncatingIfNeeded: word >> UInt64(slice * 8) & 0xff)]
            }
            index += 8
        }
        while index < count {
            state = table[Int(truncatingIfNeeded: (state ^ UInt32(start[index])) & 0xff)] ^ state >> 8
            index += 1
        }
        return state
    }
}

/// Entry `slice << 8 | byte`: what `byte` adds to the CRC when `slice` bytes follow it.
private let slices: [UInt32] = {
    var table = [UInt32](repeating: 0, count: 8 * 256)
    for byte in 0..<256 {
        table[byte] = (0..<8).reduce(UInt32(byte)) { state, _ in state >> 1 ^ (state & 1 == 1 ? 0xedb8_8320 : 0) }
    }
    for index in 256..<table.count {
        let shorter = table[index - 256]
        table[index] = table[Int(shorter & 0xff)] ^ shorter >> 8
    }
    return table
}()
