import Kernels
import Records

/// A condition on the text of one value.
protocol TextPredicate: Sendable {
    /// - Throws: when the query is to end, if one text can take long.
    func matches(_ text: Span<UInt8>) throws -> Bool
    /// Finds bytes that every matching text contains; nil if there are none to name.
    var required: ByteSearch? { get }
    /// A matching text has all words of one of these lists, as `wordHashes` gives them.
    var words: [[UInt64]] { get }
}

extension TextPredicate {
    var required: ByteSearch? { nil }
    /// Any text may match.
    var words: [[UInt64]] { [[]] }
}

/// Evaluates a predicate on the texts of a column. A row without a value has the empty text, as everywhere in LogsQL.
struct TextFilter<Predicate: TextPredicate>: FilterPlan {
    let field: String
    let predicate: Predicate

    func rows(of block: Block, among candidates: Bitmap) throws -> Bitmap {
        try rows(of: try block.column(field), among: candidates)
    }

    func mayMatch(_ block: Block) throws -> Bool {
        try predicate.words.contains { try block.mayContain($0, field: field) }
    }

    func rows(of column: ColumnVector, among candidates: Bitmap) throws -> Bitmap {
        let present = candidates.intersection(column.validity)
        var marks = RowMarks(count: candidates.count)
        switch column.values {
        case .missing: return try matchesEmpty ? candidates : .none(candidates.count)
        case .text(let vector): try mark(vector, present, &marks)
        case .dictionary(let codes, let dictionary): try mark(codes, dictionary, present, &marks)
        default: try markShown(column, present, &marks)
        }
        return try merged(marks.bitmap, absent: column.validity == nil ? nil : candidates.subtracting(present))
    }

    private var matchesEmpty: Bool {
        get throws {
            let empty: [UInt8] = []
            return try predicate.matches(empty.span)
        }
    }

    private func merged(_ hits: Bitmap, absent: Bitmap?) throws -> Bitmap {
        guard let absent, try matchesEmpty else { return hits }
        var result = hits
        result.formUnion(absent)
        return result
    }

    /// Each entry is looked at once, and only if a row has it.
    private func mark(_ codes: [UInt32], _ dictionary: TextVector, _ rows: Bitmap, _ marks: inout RowMarks) throws {
        let bytes = dictionary.bytes.span
        var verdicts = usedCodes(codes, rows, count: dictionary.count)
        for code in verdicts.indices where verdicts[code] {
            verdicts[code] = try predicate.matches(bytes.extracting(dictionary.range(code)))
        }
        if verdicts.contains(true) { marks.formUnion(Kernels.rows(rows, with: codes, in: verdicts)) }
    }

    private func mark(_ vector: TextVector, _ rows: Bitmap, _ marks: inout RowMarks) throws {
        if let search = predicate.required {
            try markContaining(search, vector, rows, &marks)
            return
        }
        let bytes = vector.bytes.span
        for row in rows.setRows where try predicate.matches(bytes.extracting(vector.range(row))) { marks.insert(row) }
    }

    /// One search runs over the bytes of all rows, so that rows without the needle cost next to nothing. Where rows are
    /// few or not in the order of their bytes, each is searched alone.
    private func markContaining(_ search: ByteSearch, _ vector: TextVector, _ rows: Bitmap, _ marks: inout RowMarks) throws {
        let bytes = vector.bytes.span
        let sparse = rows.popcount < vector.count / 16
        var (hit, searchedFrom) = (-1, 0)
        for row in rows.setRows {
            let range = vector.range(row)
            if sparse || range.lowerBound < searchedFrom {
                guard search.first(in: bytes, range: range) != nil else { continue }
            } else {
                if hit < range.lowerBound {
                    searchedFrom = range.lowerBound
                    hit = search.first(in: bytes, range: searchedFrom..<bytes.count) ?? Int.max - search.needle.count
                }
                guard hit + search.needle.count <= range.upperBound else { continue }
            }
            if try predicate.matches(bytes.extracting(range)) { marks.insert(row) }
        }
    }

    /// For values that are not kept as text.
    private func markShown(_ column: ColumnVector, _ rows: Bitmap, _ marks: inout RowMarks) throws {
        var text = ShownText(column)
        for row in rows.setRows {
            text.load(row)
            if try predicate.matches(text.bytes.span) { marks.insert(row) }
        }
    }
}

/// The text of a row's value, in a buffer used again and again.
struct ShownText {
    let column: ColumnVector
    private(set) var bytes: [UInt8] = []

    init(_ column: ColumnVector) { self.column = column }

    /// - Parameter row: one that has a value.
    mutating func load(_ row: Int) {
        clear()
        switch column.values {
        case .missing: break
        case .text(let vector): append(vector, row)
        case .dictionary(let codes, let dictionary): append(dictionary, Int(codes[row]))
        case .int64(let values): append(values[row])
        case .hex(let width, let hex): append(hex, row * width..<(row + 1) * width)
        case .double, .bool, .timestamp: bytes.append(contentsOf: (column.text(row) ?? "").utf8)
        }
    }

    mutating func clear() { bytes.removeAll(keepingCapacity: true) }

    private mutating func append(_ vector: TextVector, _ row: Int) {
        bytes.append(contentsOf: vector.bytes[vector.range(row)])
    }

    private mutating func append(_ value: Int64) {
        if value < 0 { bytes.append(UInt8(ascii: "-")) }
        let first = bytes.count
        var rest = value.magnitude
        repeat {
            bytes.append(UInt8(ascii: "0") + UInt8(rest % 10))
            rest /= 10
        } while rest > 0
        bytes[first...].reverse()
    }

    private mutating func append(_ hex: [UInt8], _ range: Range<Int>) {
        for index in range {
            bytes.append(Self.digits[Int(hex[index] >> 4)])
            bytes.append(Self.digits[Int(hex[index] & 15)])
        }
    }

    private static let digits = Array("0123456789abcdef".utf8)
}
