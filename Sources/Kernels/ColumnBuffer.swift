import CScan

/// A growing text column that the parse loop appends to: the pointer form of `Records.TextColumn`.
///
/// Invariants, so that the loop may write ahead without a check:
/// `used + padding <= byteCapacity` and `count < capacity`, before and after every append.
struct ColumnBuffer {
    /// Bytes that a value's copy may write past its end.
    static let padding = 32

    var bytes: UnsafeMutablePointer<UInt8>
    var used = 0
    var byteCapacity: Int
    var ends: UnsafeMutablePointer<UInt32>
    var rows: UnsafeMutablePointer<UInt32>
    var count = 0
    var capacity: Int
    var kinds: UInt8 = 0
    /// `kinds` before the last append, for taking it back.
    var previousKinds: UInt8 = 0
    /// The kind of the last value.
    var lastKind: UInt8 = 0

    init() {
        byteCapacity = 1_024
        capacity = 64
        bytes = .allocate(capacity: byteCapacity)
        ends = .allocate(capacity: capacity)
        rows = .allocate(capacity: capacity)
    }

    func deallocate() {
        bytes.deallocate()
        ends.deallocate()
        rows.deallocate()
    }

    mutating func removeAll() {
        used = 0
        count = 0
        kinds = 0
        previousKinds = 0
    }

    /// Ends the value whose bytes were written at `used ..< newUsed`.
    @inline(__always)
    mutating func commit(row: UInt32, newUsed: Int, kind: UInt8) {
        ends[count] = UInt32(truncatingIfNeeded: newUsed)
        rows[count] = row
        count &+= 1
        used = newUsed
        previousKinds = kinds
        kinds |= kind
        lastKind = kind
        if count == capacity { growCount() }
        if used &+ Self.padding > byteCapacity { growBytes(toHold: used) }
    }

    /// Where the value of `row` lies in `bytes`, if the last one is that row's.
    @inline(__always)
    func lastRange(ofRow row: UInt32) -> Range<Int>? {
        guard count > 0, rows[count - 1] == row else { return nil }
        return Range(uncheckedBounds: (count == 1 ? 0 : Int(ends[count - 2]), used))
    }

    /// Takes back the value of `row`, if the last one is that row's.
    mutating func removeLast(ofRow row: UInt32) {
        guard count > 0, rows[count - 1] == row else { return }
        count -= 1
        used = count == 0 ? 0 : Int(ends[count - 1])
        kinds = previousKinds
    }

    mutating func append(_ source: UnsafePointer<UInt8>, count length: Int, row: UInt32, kind: UInt8) {
        if used + length + Self.padding > byteCapacity { growBytes(toHold: used + length) }
        (bytes + used).update(from: source, count: length)
        commit(row: row, newUsed: used + length, kind: kind)
    }

    @inline(never)
    mutating func growBytes(toHold needed: Int) {
        let newCapacity = max(byteCapacity * 2, needed + needed / 2 + Self.padding * 2)
        let grown = UnsafeMutablePointer<UInt8>.allocate(capacity: newCapacity)
        // The whole old capacity: a value in the middle of being written lies past `used`.
        grown.update(from: bytes, count: byteCapacity)
        bytes.deallocate()
        bytes = grown
        byteCapacity = newCapacity
    }

    @inline(never)
    private mutating func growCount() {
        let newCapacity = capacity * 2
        ends = moved(ends, count: count, capacity: newCapacity)
        rows = moved(rows, count: count, capacity: newCapacity)
        capacity = newCapacity
    }
}
