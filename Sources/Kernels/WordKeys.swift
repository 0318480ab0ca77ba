// Which words stand where in a column, as keys for a filter. The rows are cut into units of as many each:
//
//     a word in most units            one key: word, column
//     a word in some                  a key for each of them: word, column, unit
//
// so that words that are everywhere cost no more than others, and rare ones, ids above all, tell where they are.

/// How words become keys. It stands in files and must never change.
public enum WordKey {
    /// Of a word wherever it stands in a column.
    @inlinable
    public static func anywhere(_ hash: UInt64, column: Int) -> UInt64 {
        finish(hash &+ (UInt64(truncatingIfNeeded: column) &+ 1) &* 0x9e37_79b9_7f4a_7c15)
    }

    /// Of a word in one unit of a column.
    @inlinable
    public static func inUnit(_ unit: Int, _ hash: UInt64, column: Int) -> UInt64 {
        finish(anywhere(hash, column: column) &+ (UInt64(truncatingIfNeeded: unit) &+ 1) &* 0xd1b5_4a32_d192_ed03)
    }

    /// The last step of MurmurHash3 (Appleby, `fmix64`).
    @inlinable
    static func finish(_ word: UInt64) -> UInt64 {
        var word = word
        word = (word ^ word >> 33) &* 0xff51_afd7_ed55_8ccd
        word = (word ^ word >> 33) &* 0xc4ce_b9fe_1a85_ec53
        return word ^ word >> 33
    }
}

/// The most units of a run of rows.
public let wordUnitsMax = 64

/// The keys of all words of a column, each once, but for collisions of hashes.
///
/// - Parameters:
///   - texts: of the column.
///   - rows: those in question, cut into units of `unitRows`, the first ones being unit 0; `wordUnitsMax` units at most.
///   - column: a number that tells columns apart.
/// - Returns: nil when there are more than `wordsMax` different words.
public func wordKeys(
    bytes: Span<UInt8>, ends: Span<UInt32>, validity: Bitmap?, rows: Range<Int>, unitRows: Int, column: Int,
    wordsMax: Int
) -> [UInt64]? {
    let unitCount = (rows.count + unitRows - 1) / unitRows
    precondition(unitRows > 0 && unitCount <= wordUnitsMax)
    precondition(rows.lowerBound >= 0 && rows.upperBound <= validity?.count ?? ends.count)
    precondition(areRising(ends, 0..<ends.count, byteCount: bytes.count))
    var words = WordTable()
    var scanner = WordScanner()
    var seen = SeenTexts()
    defer {
        words.deallocate()
        scanner.deallocate()
        seen.deallocate()
    }
    let isWhole = bytes.withUnsafeBufferPointer { bytes in
        guard let base = bytes.baseAddress else { return true }
        var value = validity.map { popcount($0.words.span, 0..<rows.lowerBound) } ?? rows.lowerBound
        for unit in 0..<unitCount {
            let first = rows.lowerBound + unit * unitRows
            let unitRange = first..<min(first + unitRows, rows.upperBound)
            let count = validity.map { popcount($0.words.span, unitRange) } ?? unitRange.count
            let bit = UInt64(1) << UInt64(unit)
            for index in value..<value + count {
                let start = index == 0 ? 0 : Int(ends[index - 1])
                let end = Int(ends[index])
                if seen.contains(base, start, end &- start, unit: unit) { continue }
                scanner.forEachWord(base + start, end &- start) { words.add($0, bit) }
                guard words.count <= wordsMax else { return false }
            }
            value += count
        }
        return true
    }
    return isWhole ? words.keys(column: column, unitCount: unitCount) : nil
}

/// Hashes of words, never 0, with the units in which they stand: open addressing, at most half full. A free slot has 0.
private struct WordTable {
    private struct Slot {
        var hash: UInt64
        var units: UInt64
    }

    private var slots: UnsafeMutablePointer<Slot>
    private var capacity = 4_096
    private(set) var count = 0

    init() {
        slots = .allocate(capacity: capacity)
        slots.initialize(repeating: Slot(hash: 0, units: 0), count: capacity)
    }

    func deallocate() { slots.deallocate() }

    @inline(__always)
    mutating func add(_ hash: UInt64, _ bit: UInt64) {
        var place = Int(truncatingIfNeeded: hash) & (capacity &- 1)
        while slots[place].hash != hash {
            if slots[place].hash == 0 { return insert(hash, bit, at: place) }
            place = (place &+ 1) & (capacity &- 1)
        }
        slots[place].units |= bit
    }

    @inline(never)
    private mutating func insert(_ hash: UInt64, _ bit: UInt64, at place: Int) {
        slots[place] = Slot(hash: hash, units: bit)
        count += 1
        guard count > capacity / 2 else { return }
        let (old, oldCapacity) = (slots, capacity)
        capacity *= 4
        slots = .allocate(capacity: capacity)
        slots.initialize(repeating: Slot(hash: 0, units: 0), count: capacity)
        for index in 0..<oldCapacity where old[index].hash != 0 {
            var place = Int(truncatingIfNeeded: old[index].hash) & (capacity - 1)
            while slots[place].hash != 0 { place = (place + 1) & (capacity - 1) }
            slots[place] = old[index]
        }
        old.deallocate()
    }

    func keys(column: Int, unitCount: Int) -> [UInt64] {
        var keys: [UInt64] = []
        keys.reserveCapacity(count)
        for index in 0..<capacity where slots[index].hash != 0 {
            let slot = slots[index]
            if slot.units.nonzeroBitCount * 2 > unitCount {
                keys.append(WordKey.anywhere(slot.hash, column: column))
            } else {
                for unit in 0..<unitCount where slot.units >> UInt64(unit) & 1 == 1 {
                    keys.append(WordKey.inUnit(unit, slot.hash, column: column))
                }
            }
        }
        return keys
    }
}

/// Short texts that stood in the unit before, so that names of services and levels are not cut into words for every row.
private struct SeenTexts {
    private struct Slot {
        var start: Int
        var count: Int
        var unit: Int
    }

    private static let slotCount = 1_024
    private static let textBytesMax = 96
    private let slots: UnsafeMutablePointer<Slot>

    init() {
        slots = .allocate(capacity: Self.slotCount)
        slots.initialize(repeating: Slot(start: 0, count: -1, unit: 0), count: Self.slotCount)
    }

    func deallocate() { slots.deallocate() }

    /// Whether the text was asked for in this unit; remembers it, which may push out another.
    @inline(__always)
    mutating func contains(_ base: UnsafePointer<UInt8>, _ start: Int, _ count: Int, unit: Int) -> Bool {
        guard count <= Self.textBytesMax else { return false }
        let hash = hash64(UnsafeRawPointer(base + start), count)
        let place = Int(truncatingIfNeeded: hash) & (Self.slotCount &- 1)
        let slot = slots[place]
        if slot.count == count, slot.unit == unit, equal(UnsafeRawPointer(base + slot.start), UnsafeRawPointer(base + start), count) {
            return true
        }
        slots[place] = Slot(start: start, count: count, unit: unit)
        return false
    }
}
