/// Texts of a run of rows, of which some may have none: what a column is before it gets a type.
public struct RowTexts: Sendable {
    /// Value `i` is `bytes[ends[i - 1] ..< ends[i]]`.
    public let bytes: [UInt8]
    public let ends: [UInt32]
    /// One bit a row, 1 where the row has a value; nil when all have.
    public let validity: Bitmap?

    /// - Precondition: `ends` rise and lie within `bytes`; `validity` has as many ones as there are values.
    public init(bytes: [UInt8], ends: [UInt32], validity: Bitmap?) {
        precondition(areRising(ends.span, 0..<ends.count, byteCount: bytes.count))
        precondition(validity == nil || validity?.popcount == ends.count)
        self.bytes = bytes
        self.ends = ends
        self.validity = validity
    }

    public var rowCount: Int { validity?.count ?? ends.count }

    /// The texts of the rows that have one and are not in `rows`; those in it have none in the result.
    public func removing(_ rows: Bitmap) -> RowTexts {
        precondition(rows.count == rowCount)
        var kept: [UInt8] = []
        var keptEnds: [UInt32] = []
        var present = Bitmap(repeating: false, count: rowCount)
        bytes.withUnsafeBufferPointer { bytes in
            var cursor = RowTextCursor(self, row: 0)
            for row in 0..<rowCount {
                guard let text = cursor.next(), !rows[row] else { continue }
                kept.append(contentsOf: UnsafeBufferPointer(rebasing: bytes[text]))
                keptEnds.append(UInt32(truncatingIfNeeded: kept.count))
                present[row] = true
            }
        }
        return RowTexts(bytes: kept, ends: keptEnds, validity: present)
    }
}

/// Goes through `RowTexts` a row at a time.
struct RowTextCursor {
    private let ends: [UInt32]
    private let validity: Bitmap?
    private var row: Int
    private var value: Int
    private var start: Int

    /// - Parameter row: the first to be given by `next`.
    init(_ texts: RowTexts, row: Int) {
        ends = texts.ends
        validity = texts.validity
        self.row = row
        value = validity.map { popcount($0.words.span, 0..<row) } ?? row
        start = value == 0 ? 0 : Int(ends[value - 1])
    }

    /// Where the text of the next row lies; nil if it has none.
    @inline(__always)
    mutating func next() -> Range<Int>? {
        defer { row &+= 1 }
        if let validity, !validity[row] { return nil }
        let end = Int(ends[value])
        defer {
            start = end
            value &+= 1
        }
        return Range(uncheckedBounds: (start, end))
    }
}
