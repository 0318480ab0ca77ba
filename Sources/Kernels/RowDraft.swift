/// The fields of one row before they go to their columns: what every parser writes to that does not walk a known shape.
///
/// A column has one value at most; a later one replaces it. Lookup by column is a sparse set (Briggs and Torczon, "An
/// efficient representation for sparse sets"): `places[column]` says where its field is, if that field agrees.
public struct RowDraft {
    public struct Field {
        public let column: Int
        public let kind: UInt8
        /// Where the text lies in `bytes`.
        public let range: Range<Int>
    }

    public private(set) var fields: [Field] = []
    /// The text of all fields, replaced ones too.
    public private(set) var bytes: [UInt8] = []
    /// The time of the row, if its line said one that could be read.
    public var time: Int64?
    private var places: [Int] = []

    public init() {}

    public mutating func removeAll() {
        fields.removeAll(keepingCapacity: true)
        bytes.removeAll(keepingCapacity: true)
        time = nil
    }

    @inline(__always)
    private func place(_ column: Int) -> Int? {
        guard column < places.count else { return nil }
        let place = places[column]
        return place < fields.count && fields[place].column == column ? place : nil
    }

    /// Whether the row has a value for `column`.
    public func has(_ column: Int) -> Bool { place(column) != nil }

    /// Where the text of `column` lies in `bytes`.
    public func range(_ column: Int) -> Range<Int>? { place(column).map { fields[$0].range } }

    public func kind(_ column: Int) -> UInt8? { place(column).map { fields[$0].kind } }

    /// Gives `column` a value; true if it replaces one.
    @discardableResult
    public mutating func put(_ text: Span<UInt8>, column: Int, kind: UInt8) -> Bool {
        text.withUnsafeBufferPointer { put($0, column: column, kind: kind) }
    }

    @discardableResult
    @inline(__always)
    mutating func put(_ text: UnsafeBufferPointer<UInt8>, column: Int, kind: UInt8) -> Bool {
        let start = bytes.count
        bytes.append(contentsOf: text)
        return set(Field(column: column, kind: kind, range: start..<bytes.count))
    }

    /// Gives `column` a text that lies in `bytes` already.
    @discardableResult
    public mutating func put(range: Range<Int>, column: Int, kind: UInt8) -> Bool {
        precondition(range.upperBound <= bytes.count)
        return set(Field(column: column, kind: kind, range: range))
    }

    @inline(__always)
    private mutating func set(_ field: Field) -> Bool {
        if let place = place(field.column) {
            fields[place] = field
            return true
        }
        while field.column >= places.count { places.append(0) }
        places[field.column] = fields.count
        fields.append(field)
        return false
    }

    /// Takes the value of `column` away; true if there was one.
    @discardableResult
    public mutating func remove(_ column: Int) -> Bool {
        guard let place = place(column) else { return false }
        let last = fields.removeLast()
        if place < fields.count {
            fields[place] = last
            places[last.column] = place
        }
        return true
    }

    /// Gives the value of `column` to `other`.
    public mutating func move(_ column: Int, to other: Int) {
        guard let place = place(column) else { return }
        let field = fields[place]
        remove(column)
        put(range: field.range, column: other, kind: field.kind)
    }

    /// Text under construction: what is appended becomes a value by `put(range:)`.
    mutating func appendBytes(_ text: UnsafeBufferPointer<UInt8>) { bytes.append(contentsOf: text) }
}
