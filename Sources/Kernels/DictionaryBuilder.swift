// Dictionaries of whole columns: the distinct values in order of first appearance, and a code for each value.
//
// The table is open addressing with linear probing, at most half full:
//
//     slot   = upper 32 bits of the hash | code + 1       0 when free
//     entry  = where the value lies in the column

/// When a dictionary does not pay, so that building it stops.
public struct DictionaryLimits: Sendable {
    /// The most bytes of all entries together.
    public var bytesMax: Int
    /// The most entries for each 256 values seen, asked from `sampleCount` values on.
    public var entriesPer256Max: Int
    /// Values to look at before `entriesPer256Max` counts.
    public var sampleCount: Int

    public init(bytesMax: Int = 1 << 20, entriesPer256Max: Int = 160, sampleCount: Int = 2_048) {
        self.bytesMax = bytesMax
        self.entriesPer256Max = entriesPer256Max
        self.sampleCount = sampleCount
    }
}

/// The distinct values of a byte-array column.
public struct ByteArrayDictionary: Sendable {
    /// Entry `i` is `bytes[ends[i - 1] ..< ends[i]]`.
    public let bytes: [UInt8]
    public let ends: [UInt32]
}

/// Builds the dictionary of a byte-array column.
///
/// - Parameters:
///   - ends: value `i` is `bytes[ends[i - 1] ..< ends[i]]`. They rise, and end within `bytes`.
///   - codes: filled with the code of each value; its old content goes, its memory is used again.
/// - Returns: nil when a limit was passed; `codes` is then meaningless.
public func buildDictionary(
    bytes: Span<UInt8>, ends: Span<UInt32>, limits: DictionaryLimits, codes: inout [UInt32]
) -> ByteArrayDictionary? {
    var table = DictionaryTable()
    defer { table.deallocate() }
    let complete = bytes.withUnsafeBufferPointer { bytes in
        ends.withUnsafeBufferPointer { ends in
            fillCodes(&codes, ends.count) { fillByteArrays(&table, bytes, ends, limits, $0) }
        }
    }
    guard complete else { return nil }
    return bytes.withUnsafeBufferPointer { gatherEntries(table, $0) }
}

/// Builds the dictionary of a column of `width`-byte values, which stand one after another in `bytes`.
///
/// - Returns: the entries, one after another, or nil when a limit was passed. `codes` as above.
public func buildDictionary(
    fixed bytes: Span<UInt8>, width: Int, limits: DictionaryLimits, codes: inout [UInt32]
) -> [UInt8]? {
    precondition(width > 0 && bytes.count % width == 0)
    var table = DictionaryTable()
    defer { table.deallocate() }
    let count = bytes.count / width
    let complete = bytes.withUnsafeBufferPointer { bytes in
        fillCodes(&codes, count) { target in
            // The usual widths as constants, so that hash and comparison become a few instructions.
            switch width {
            case 4: fillFixed(&table, bytes, 4, count, limits, target)
            case 8: fillFixed(&table, bytes, 8, count, limits, target)
            case 16: fillFixed(&table, bytes, 16, count, limits, target)
            default: fillFixed(&table, bytes, width, count, limits, target)
            }
        }
    }
    guard complete else { return nil }
    return bytes.withUnsafeBufferPointer { gatherEntries(table, $0).bytes }
}

private func fillCodes(
    _ codes: inout [UInt32], _ count: Int, _ fill: (UnsafeMutablePointer<UInt32>) -> Bool
) -> Bool {
    var complete = true
    codes.removeAll(keepingCapacity: true)
    codes.append(atMost: count) { target in
        complete = fill(target)
        return complete ? count : 0
    }
    return complete
}

private func fillByteArrays(
    _ table: inout DictionaryTable, _ bytes: UnsafeBufferPointer<UInt8>, _ ends: UnsafeBufferPointer<UInt32>,
    _ limits: DictionaryLimits, _ codes: UnsafeMutablePointer<UInt32>
) -> Bool {
    guard let base = bytes.baseAddress.map({ UnsafeRawPointer($0) }) else {
        for index in 0..<ends.count { codes[index] = 0 }
        if ends.count > 0 { table.insert(0, 0, 0, at: 0) }
        return true
    }
    var start = 0
    var nextCheck = limits.sampleCount
    for index in 0..<ends.count {
        let end = Int(ends[index])
        codes[index] = table.code(base, start, end &- start)
        start = end
        if index == nextCheck {
            guard table.pays(after: index, limits) else { return false }
            nextCheck = index + limits.sampleCount
        }
    }
    return table.byteCount <= limits.bytesMax
}

@inline(__always)
private func fillFixed(
    _ table: inout DictionaryTable, _ bytes: UnsafeBufferPointer<UInt8>, _ width: Int, _ count: Int,
    _ limits: DictionaryLimits, _ codes: UnsafeMutablePointer<UInt32>
) -> Bool {
    guard let base = bytes.baseAddress.map({ UnsafeRawPointer($0) }) else { return true }
    var nextCheck = limits.sampleCount
    for index in 0..<count {
        codes[index] = table.code(base, index &* width, width)
        if index == nextCheck {
            guard table.pays(after: index, limits) else { return false }
            nextCheck = index + limits.sampleCount
        }
    }
    return table.byteCount <= limits.bytesMax
}

private func gatherEntries(_ table: DictionaryTable, _ source: UnsafeBufferPointer<UInt8>) -> ByteArrayDictionary {
    var bytes: [UInt8] = []
    var ends: [UInt32] = []
    bytes.reserveCapacity(table.byteCount)
    ends.reserveCapacity(table.count)
    for index in 0..<table.count {
        let entry = table.entries[index]
        bytes.append(contentsOf: UnsafeBufferPointer(rebasing: source[entry.start..<entry.start + entry.count]))
        ends.append(UInt32(truncatingIfNeeded: bytes.count))
    }
    return ByteArrayDictionary(bytes: bytes, ends: ends)
}

/// The hash table. Invariants: `count <= capacity / 2`, so that a probe always ends; entries point into the column.
private struct DictionaryTable {
    struct Entry {
        let start: Int
        let count: Int
    }

    private var slots: UnsafeMutablePointer<UInt64>
    private(set) var entries: UnsafeMutablePointer<Entry>
    private var hashes: UnsafeMutablePointer<UInt64>
    private var capacity = 1_024
    private(set) var count = 0
    /// Bytes of all entries.
    private(set) var byteCount = 0

    init() {
        slots = .allocate(capacity: capacity)
        slots.initialize(repeating: 0, count: capacity)
        entries = .allocate(capacity: capacity / 2)
        hashes = .allocate(capacity: capacity / 2)
    }

    func deallocate() {
        slots.deallocate()
        entries.deallocate()
        hashes.deallocate()
    }

    func pays(after seen: Int, _ limits: DictionaryLimits) -> Bool {
        byteCount <= limits.bytesMax && count * 256 <= seen * limits.entriesPer256Max
    }

    /// The code of `base[start ..< start + length]`, which becomes an entry if it is none yet.
    @inline(__always)
    mutating func code(_ base: UnsafeRawPointer, _ start: Int, _ length: Int) -> UInt32 {
        let hash = hash64(base + start, length)
        let tag = hash & ~0xffff_ffff
        let mask = capacity &- 1
        var place = Int(truncatingIfNeeded: hash) & mask
        while true {
            let slot = slots[place]
            if slot == 0 { return insert(hash, start, length, at: place) }
            if slot & ~0xffff_ffff == tag {
                let code = UInt32(truncatingIfNeeded: slot) &- 1
                let entry = entries[Int(code)]
                if entry.count == length, equal(base + entry.start, base + start, length) { return code }
            }
            place = (place &+ 1) & mask
        }
    }

    @inline(never) @discardableResult
    mutating func insert(_ hash: UInt64, _ start: Int, _ length: Int, at place: Int) -> UInt32 {
        let code = UInt32(truncatingIfNeeded: count)
        slots[place] = hash & ~0xffff_ffff | UInt64(code &+ 1)
        entries[count] = Entry(start: start, count: length)
        hashes[count] = hash
        count += 1
        byteCount += length
        if count == capacity / 2 { grow() }
        return code
    }

    private mutating func grow() {
        let newCapacity = capacity * 4
        let newEntries = UnsafeMutablePointer<Entry>.allocate(capacity: newCapacity / 2)
        newEntries.update(from: entries, count: count)
        let newHashes = UnsafeMutablePointer<UInt64>.allocate(capacity: newCapacity / 2)
        newHashes.update(from: hashes, count: count)
        deallocate()
        entries = newEntries
        hashes = newHashes
        capacity = newCapacity
        slots = .allocate(capacity: capacity)
        slots.initialize(repeating: 0, count: capacity)
        for code in 0..<count {
            var place = Int(truncatingIfNeeded: hashes[code]) & (capacity - 1)
            while slots[place] != 0 { place = (place + 1) & (capacity - 1) }
            slots[place] = hashes[code] & ~0xffff_ffff | UInt64(code + 1)
        }
    }
}

/// Whether `count` bytes are the same; short strings by two overlapping loads instead of a call.
@inline(__always)
func equal(_ a: UnsafeRawPointer, _ b: UnsafeRawPointer, _ count: Int) -> Bool {
    if count >= 8 {
        guard load(a, 0) == load(b, 0), load(a, count &- 8) == load(b, count &- 8) else { return false }
        var index = 8
        while index < count &- 8 {
            guard load(a, index) == load(b, index) else { return false }
            index &+= 8
        }
        return true
    }
    if count >= 4 {
        return a.loadUnaligned(as: UInt32.self) == b.loadUnaligned(as: UInt32.self)
            && a.loadUnaligned(fromByteOffset: count &- 4, as: UInt32.self)
                == b.loadUnaligned(fromByteOffset: count &- 4, as: UInt32.self)
    }
    var index = 0
    while index < count {
        guard a.load(fromByteOffset: index, as: UInt8.self) == b.load(fromByteOffset: index, as: UInt8.self) else {
            return false
        }
        index &+= 1
    }
    return true
}

@inline(__always)
private func load(_ pointer: UnsafeRawPointer, _ offset: Int) -> UInt64 {
    pointer.loadUnaligned(fromByteOffset: offset, as: UInt64.self)
}

// MARK: - Using a dictionary

/// The greatest of `codes`, 0 when there is none.
public func greatestCode(_ codes: Span<UInt32>) -> UInt32 {
    var greatest: UInt32 = 0
    codes.withUnsafeBufferPointer { for code in $0 { greatest = max(greatest, code) } }
    return greatest
}

/// The distinct codes among `codes`, in no particular order.
///
/// - Parameters:
///   - stamps: at least one element for each code, none equal to `stamp` on entry; those of used codes become `stamp`.
public func distinctCodes(_ codes: Span<UInt32>, stamps: inout [UInt32], stamp: UInt32) -> [UInt32] {
    var used: [UInt32] = []
    stamps.withUnsafeMutableBufferPointer { stamps in
        codes.withUnsafeBufferPointer { codes in
            for code in codes where stamps[Int(code)] != stamp {
                stamps[Int(code)] = stamp
                used.append(code)
            }
        }
    }
    return used
}

/// Appends the dictionary entry of each code to a byte-array column.
///
/// - Parameters:
///   - codes: each less than `entryEnds.count`.
/// - Returns: false when the bytes would come to more than `byteLimit` or `UInt32.max`; nothing is appended then.
public func appendEntries(
    _ codes: Span<UInt32>, entryBytes: Span<UInt8>, entryEnds: Span<UInt32>, byteLimit: Int, bytes: inout [UInt8],
    ends: inout [UInt32]
) -> Bool {
    codes.withUnsafeBufferPointer { codes in
        entryEnds.withUnsafeBufferPointer { entryEnds in
            entryBytes.withUnsafeBufferPointer { entryBytes in
                var total = 0
                for code in codes { total += entryRange(entryEnds, code).count }
                guard total <= byteLimit, bytes.count + total <= Int(UInt32.max) else { return false }
                var end = UInt32(truncatingIfNeeded: bytes.count)
                ends.append(atMost: codes.count) { target in
                    for (index, code) in codes.enumerated() {
                        end &+= UInt32(truncatingIfNeeded: entryRange(entryEnds, code).count)
                        target[index] = end
                    }
                    return codes.count
                }
                bytes.append(atMost: total) { target in
                    var to = target
                    for code in codes {
                        let range = entryRange(entryEnds, code)
                        guard !range.isEmpty else { continue }
                        to.update(from: entryBytes.baseAddress! + range.lowerBound, count: range.count)
                        to += range.count
                    }
                    return total
                }
                return true
            }
        }
    }
}

@inline(__always)
private func entryRange(_ ends: UnsafeBufferPointer<UInt32>, _ code: UInt32) -> Range<Int> {
    Range(uncheckedBounds: (code == 0 ? 0 : Int(ends[Int(code) &- 1]), Int(ends[Int(code)])))
}

/// Appends element `code` of `dictionary` for each code.
///
/// - Parameter codes: each less than `dictionary.count`.
public func appendEntries<Value: BitwiseCopyable>(
    _ codes: Span<UInt32>, _ dictionary: Span<Value>, to values: inout [Value]
) {
    codes.withUnsafeBufferPointer { codes in
        dictionary.withUnsafeBufferPointer { dictionary in
            values.append(atMost: codes.count) { target in
                for (index, code) in codes.enumerated() { target[index] = dictionary[Int(code)] }
                return codes.count
            }
        }
    }
}

/// Appends the `width`-byte entry of each code.
///
/// - Parameter codes: each less than `dictionary.count / width`.
public func appendEntries(
    _ codes: Span<UInt32>, fixed dictionary: Span<UInt8>, width: Int, to values: inout [UInt8]
) {
    codes.withUnsafeBufferPointer { codes in
        dictionary.withUnsafeBufferPointer { dictionary in
            values.append(atMost: codes.count * width) { target in
                for (index, code) in codes.enumerated() {
                    (target + index * width).update(from: dictionary.baseAddress! + Int(code) * width, count: width)
                }
                return codes.count * width
            }
        }
    }
}
