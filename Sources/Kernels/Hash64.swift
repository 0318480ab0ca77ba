// A 64-bit hash of short byte strings, for hash tables in memory and for the id index on disk.
//
// It is of the folded-multiply kind (as Wang Yi's wyhash): words are multiplied 64 x 64 -> 128 and the halves xored.
//
//     mix(a, b)  = low(a * b) ^ high(a * b)
//     n <= 16:   (a, b) are the bytes as two little-endian words that overlap (see `twoWords`)
//     n >  16:   state = mix(word ^ K1, nextWord ^ state) for each 16 bytes but the last,
//                (a, b) are the last 16 bytes
//     hash       = mix(K1 ^ n, mix(a ^ K1, b ^ state)),  state = K0 at the start
//
// The result stands in files, so it must never change: Hash64Tests pins it. It is no defence against an attacker who
// chooses keys.

private let k0: UInt64 = 0x9e37_79b9_7f4a_7c15
private let k1: UInt64 = 0xd1b5_4a32_d192_ed03

/// The hash of `bytes`. Stable: the same on every machine and in every version.
public func hash64(_ bytes: Span<UInt8>) -> UInt64 {
    bytes.withUnsafeBufferPointer { hash64(UnsafeRawBufferPointer($0)) }
}

/// The hash of `bytes`. Stable: the same on every machine and in every version.
public func hash64(_ bytes: UnsafeRawBufferPointer) -> UInt64 {
    guard let start = bytes.baseAddress else { return mix(k1, mix(k1, k0)) }
    return hash64(start, bytes.count)
}

@inline(__always)
func hash64(_ start: UnsafeRawPointer, _ count: Int) -> UInt64 {
    var state = k0
    var from = start
    var left = count
    while left > 16 {
        state = mix(word(from) ^ k1, word(from + 8) ^ state)
        from += 16
        left &-= 16
    }
    let (a, b) = count > 16 ? (word(start + count - 16), word(start + count - 8)) : twoWords(start, count)
    return mix(k1 ^ UInt64(truncatingIfNeeded: count), mix(a ^ k1, b ^ state))
}

/// A hash of one word, for tables in memory only: it is not `hash64` of its bytes.
@inline(__always)
func hashWord(_ word: UInt64) -> UInt64 { mix(word ^ k0, k1) }

/// All bytes of a string of up to 16, in two words.
@inline(__always)
func twoWords(_ start: UnsafeRawPointer, _ count: Int) -> (UInt64, UInt64) {
    if count >= 8 { return (word(start), word(start + count - 8)) }
    if count >= 4 { return (halfWord(start), halfWord(start + count - 4)) }
    guard count > 0 else { return (0, 0) }
    let first = UInt64(start.load(as: UInt8.self))
    let middle = UInt64(start.load(fromByteOffset: count >> 1, as: UInt8.self))
    let last = UInt64(start.load(fromByteOffset: count &- 1, as: UInt8.self))
    return (first << 16 | middle << 8 | last, 0)
}

@inline(__always)
private func mix(_ a: UInt64, _ b: UInt64) -> UInt64 {
    let product = a.multipliedFullWidth(by: b)
    return product.low ^ product.high
}

@inline(__always)
private func word(_ pointer: UnsafeRawPointer) -> UInt64 { UInt64(littleEndian: pointer.loadUnaligned(as: UInt64.self)) }

@inline(__always)
private func halfWord(_ pointer: UnsafeRawPointer) -> UInt64 {
    UInt64(UInt32(littleEndian: pointer.loadUnaligned(as: UInt32.self)))
}
