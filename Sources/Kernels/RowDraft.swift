/// The fields of one row before they go to their columns: what every parser writes to that does not walk a known shape.
///
/// A column has one value at most; a later one replaces it. Lookup by column is a sparse set (Briggs and Torczon, "An
/// efficient representation for sparse sets"): `places[column]` says where its field is, if that field agrees.
///
/// The memory belongs to this value. Invariants: `count < capacity`, `used + padding <= textCapacity`, and every range of
/// a field lies within `used`.
public struct RowDraft: ~Copyable {
    public struct Field {
        public let column: Int
        public let kind: UInt8
        /// Where the value lies in the text of the draft.
        public let range: Range<Int>
    }

    /// The fields at a moment, to go back to.
    public struct Snapshot {
        fileprivate let fields: [Field]
        fileprivate let time: Int64?
    }

    /// The time of the row, if its line said one that could be read.
    public var time: Int64?
    public private(set) var count = 0
    private var fields: UnsafeMutablePointer<Field>
    private var capacity = 64
    private var places: UnsafeMutablePointer<Int>
    private var placeCount = 256
    var text: UnsafeMutablePointer<UInt8>
    private var used = 0
    private var textCapacity = 4_096

    public init() {
        fields = .allocate(capacity: capacity)
        places = .allocate(capacity: placeCount)
        places.initialize(repeating: 0, count: placeCount)
        text = .allocate(capacity: textCapacity)
    }

    deinit {
        fields.deallocate()
        places.deallocate()
        text.deallocate()
    }

    public mutating func removeAll() {
        count = 0
        used = 0
        time = nil
    }

    @inline(__always)
    private func place(_ column: Int) -> Int? {
        guard column < placeCount else { return nil }
        let place = places[column]
        return place < count && fields[place].column == column ? place : nil
    }

    /// The fields, in no order that means anything.
    public subscript(index: Int) -> Field {
        precondition(index >= 0 && index < count)
        return fields[index]
    }

    /// Whether the row has a value for `column`.
    public func has(_ column: Int) -> Bool { place(column) != nil }

    public func field(_ column: Int) -> Field? { place(column).map { fields[$0] } }

    /// A copy of the value of `column`.
    public func bytes(_ column: Int) -> [UInt8]? { field(column).map { bytes($0) } }

    /// A copy of the value of a field of this draft.
    public func bytes(_ field: Field) -> [UInt8] {
        precondition(field.range.upperBound <= used)
        return Array(UnsafeBufferPointer(start: text + field.range.lowerBound, count: field.range.count))
    }

    /// Copies the value of a field of this draft, in place of what `bytes` holds.
    public func copy(_ field: Field, to bytes: inout [UInt8]) {
        precondition(field.range.upperBound <= used)
        bytes.removeAll(keepingCapacity: true)
        bytes.append(contentsOf: UnsafeBufferPointer(start: text + field.range.lowerBound, count: field.range.count))
    }

    /// Runs `body` on the value of a field of this draft.
    public func withText<Result: ~Copyable>(_ field: Field, _ body: (Span<UInt8>) -> Result) -> Result {
        precondition(field.range.upperBound <= used)
        return body(Span(_unsafeStart: UnsafePointer(text) + field.range.lowerBound, count: field.range.count))
    }

    /// Gives `column` a value; true if it replaces one.
    @discardableResult
    public mutating func put(_ value: Span<UInt8>, column: Int, kind: UInt8) -> Bool {
        value.withUnsafeBufferPointer { put($0, column: column, kind: kind) }
    }

    @discardableResult
    public mutating func put(_ value: [UInt8], column: Int, kind: UInt8) -> Bool {
        value.withUnsafeBufferPointer { put($0, column: column, kind: kind) }
    }

    @discardableResult
    @inline(__always)
    mutating func put(_ value: UnsafeBufferPointer<UInt8>, column: Int, kind: UInt8) -> Bool {
        reserve(value.count)
        let start = used
        if let source = value.baseAddress { copyBytes(source, to: text + start, count: value.count) }
        used = start + value.count
        return set(Field(column: column, kind: kind, range: start..<used))
    }

    /// Gives `column` the text that `write` puts at the pointer it gets, of up to `bytesMax` bytes; `write` returns how many.
    @discardableResult
    mutating func put(
        bytesMax: Int, column: Int, kind: UInt8, _ write: (UnsafeMutablePointer<UInt8>) -> Int
    ) -> Bool {
        reserve(bytesMax)
        let start = used
        used = start + write(text + start)
        return set(Field(column: column, kind: kind, range: start..<used))
    }

    @inline(__always)
    private mutating func reserve(_ more: Int) {
        if used + more + ColumnBuffer.padding > textCapacity { growText(used + more + ColumnBuffer.padding) }
    }

    @inline(never)
    private mutating func growText(_ needed: Int) {
        text = moved(text, count: used, capacity: needed * 2)
        textCapacity = needed * 2
    }

    @inline(__always)
    private mutating func set(_ field: Field) -> Bool {
        if let place = place(field.column) {
            fields[place] = field
            return true
        }
        if field.column >= placeCount { growPlaces(field.column + 1) }
        if count + 1 == capacity { growFields() }
        places[field.column] = count
        (fields + count).initialize(to: field)
        count += 1
        return false
    }

    @inline(never)
    private mutating func growPlaces(_ needed: Int) {
        places = moved(places, count: placeCount, capacity: needed * 2)
        (places + placeCount).initialize(repeating: 0, count: needed * 2 - placeCount)
        placeCount = needed * 2
    }

    @inline(never)
    private mutating func growFields() {
        fields = moved(fields, count: count, capacity: capacity * 2)
        capacity *= 2
    }

    /// Takes the value of `column` away; true if there was one.
    @discardableResult
    public mutating func remove(_ column: Int) -> Bool {
        guard let place = place(column) else { return false }
        count -= 1
        if place < count {
            fields[place] = fields[count]
            places[fields[place].column] = place
        }
        return true
    }

    /// Gives the value of `column` to `other`.
    public mutating func move(_ column: Int, to other: Int) {
        guard let field = field(column) else { return }
        remove(column)
        _ = set(Field(column: other, kind: field.kind, range: field.range))
    }

    public func snapshot() -> Snapshot {
        Snapshot(fields: Array(UnsafeBufferPointer(start: fields, count: count)), time: time)
    }

    /// Goes back to a snapshot of this row.
    public mutating func restore(_ snapshot: Snapshot) {
        count = 0
        for field in snapshot.fields { _ = set(field) }
        time = snapshot.time
    }
}
