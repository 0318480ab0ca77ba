import Kernels
import LogsQL
import Records

/// Numbers the distinct values of one field from 0, over all blocks: equal texts have equal codes, however they are
/// kept. A row without a value has the empty text.
struct ValueCoder {
    private static let unknown = UInt32.max

    private let bucket: StatsBucket?
    private var texts = ByteInterner()
    /// How the values with a code were shown.
    private var kinds: [ValueKinds] = []
    private var integers = IntegerTable()
    private var codeOfInteger: [UInt32] = []
    /// Ids of 8 and of 16 bytes.
    private var ids = [IDTable(width: 8), IDTable(width: 16)]
    private var codeOfID: [[UInt32]] = [[], []]
    private var times = IntegerTable()
    private var codeOfTime: [UInt32] = []

    init(bucket: StatsBucket? = nil) { self.bucket = bucket }

    var count: Int { texts.count }
    var byteCount: Int { texts.byteCount }

    func value(_ code: UInt32) -> FieldValue {
        let text = texts.text(code)
        return FieldValue(text, kind: text.isEmpty ? .string : kinds[Int(code)].shown)
    }

    func isEmpty(_ code: UInt32) -> Bool { texts.isEmpty(code) }

    /// By code: the value, and its place in the order of all.
    func ranked() -> (values: [FieldValue], ranks: [UInt32]) {
        let values = (0..<UInt32(count)).map(value)
        let keys = values.map { OrderKey(text: Array($0.text.utf8).span) }
        var ranks = [UInt32](repeating: 0, count: keys.count)
        for (rank, code) in keys.indices.sorted(by: { keys[$0] < keys[$1] }).enumerated() { ranks[code] = UInt32(rank) }
        return (values, ranks)
    }

    /// Gives all values of another a code; that of each.
    mutating func merge(_ other: ValueCoder) -> [UInt32] {
        let codes = texts.merge(other.texts)
        kinds.grow(to: texts.count, with: [])
        for (code, kind) in zip(codes, other.kinds) { kinds[Int(code)].formUnion(kind) }
        return codes
    }

    var memoryBytes: Int {
        texts.memoryBytes + kinds.count + integers.memoryBytes + times.memoryBytes 
            + ids.reduce(0) { $0 + $1.memoryBytes } + (codeOfInteger.count + codeOfTime.count) * 4
    }

    /// Sets `codes[row]` for each of `rows`.
    mutating func code(_ column: ColumnVector, _ rows: Bitmap, into codes: inout [UInt32]) {
        let present = rows.intersection(column.validity)
        switch column.values {
        case .missing: break
        case .dictionary(let own, let dictionary): code(own, dictionary, column.kind, present, &codes)
        case .bool(let values): code(values, present, &codes)
        case .int64(let values): code(values, present, &codes)
        case .timestamp(let values): code(times: values, present, &codes)
        case .text, .double, .hex: code(shown: column, present, &codes)
        }
        codeAbsent(column, rows, present, &codes)
    }

    private mutating func codeAbsent(_ column: ColumnVector, _ rows: Bitmap, _ present: Bitmap, _ codes: inout [UInt32])
    {
        let absent: Bitmap
        if case .missing = column.values {
            absent = rows
        } else if column.validity == nil {
            return
        } else {
            absent = rows.subtracting(present)
        }
        guard !absent.isEmpty else { return }
        let empty: [UInt8] = []
        let code = intern(empty.span, kind: [])
        for row in absent.setRows { codes[row] = code }
    }

    private mutating func intern(_ text: Span<UInt8>, kind: ValueKinds) -> UInt32 {
        let code = texts.insert(text)
        if Int(code) == kinds.count { kinds.append(kind) } else { kinds[Int(code)].formUnion(kind) }
        return code
    }

    private mutating func intern(_ text: String, kind: ValueKinds) -> UInt32 {
        intern(Array(text.utf8).span, kind: kind)
    }

    /// The code of a text, rounded down if there are buckets.
    private mutating func bucketed(_ text: Span<UInt8>, kind: ValueKinds) -> UInt32 {
        guard let bucket else { return intern(text, kind: kind) }
        if let number = NumericValue(text) {
            return bucket.start(of: number).map { intern($0, kind: .number) } ?? intern(text, kind: kind)
        }
        guard TimeText.isDateTime(text), let time = TimeText.read(text.array),
            let start = bucket.times(around: time)?.start
        else { return intern(text, kind: kind) }
        return intern(Timestamp.text(start), kind: .string)
    }

    // MARK: Forms of columns

    private mutating func code(
        _ own: [UInt32], _ dictionary: TextVector, _ kind: ValueKinds, _ rows: Bitmap, _ codes: inout [UInt32]
    ) {
        let bytes = dictionary.bytes.span
        let used = usedCodes(own, rows, count: dictionary.count)
        var known = [UInt32](repeating: Self.unknown, count: dictionary.count)
        for entry in used.indices where used[entry] {
            known[entry] = bucketed(bytes.extracting(dictionary.range(entry)), kind: kind)
        }
        mapCodes(own, rows, by: known, into: &codes)
    }

    private mutating func code(_ values: [Bool], _ rows: Bitmap, _ codes: inout [UInt32]) {
        var known = [Self.unknown, Self.unknown]
        for row in rows.setRows {
            let entry = values[row] ? 1 : 0
            if known[entry] == Self.unknown { known[entry] = intern(values[row] ? "true" : "false", kind: .bool) }
            codes[row] = known[entry]
        }
    }

    private mutating func code(_ values: [Int64], _ rows: Bitmap, _ codes: inout [UInt32]) {
        integers.insert(values, rows, into: &codes)
        for key in integers.keys[codeOfInteger.count...] {
            codeOfInteger.append(bucketed(Array(String(Int64(bitPattern: key)).utf8).span, kind: .number))
        }
        mapCodes(of: &codes, rows, by: codeOfInteger)
    }

    /// Rows of one bucket mostly stand together.
    private mutating func code(times values: [Int64], _ rows: Bitmap, _ codes: inout [UInt32]) {
        var (range, code): (ClosedRange<Int64>?, UInt32) = (nil, 0)
        for row in rows.setRows {
            if let range, range.contains(values[row]) {
                codes[row] = code
                continue
            }
            let (start, around) = bucket?.times(around: values[row]) ?? (values[row], values[row]...values[row])
            let (index, isNew) = times.insert(UInt64(bitPattern: start))
            if isNew { codeOfTime.append(intern(Timestamp.text(start), kind: .string)) }
            (range, code) = (around, codeOfTime[Int(index)])
            codes[row] = code
        }
    }

    private mutating func code(ids bytes: [UInt8], _ width: Int, _ rows: Bitmap, _ codes: inout [UInt32]) {
        let table = width == 8 ? 0 : 1
        ids[table].insert(bytes, rows, into: &codes)
        for index in codeOfID[table].count..<ids[table].count {
            codeOfID[table].append(intern(Hex.text(ids[table].key(index)[...]), kind: .string))
        }
        mapCodes(of: &codes, rows, by: codeOfID[table])
    }

    private mutating func code(shown column: ColumnVector, _ rows: Bitmap, _ codes: inout [UInt32]) {
        if case .hex(let width, let bytes) = column.values, width == 8 || width == 16, bucket == nil {
            code(ids: bytes, width, rows, &codes)
            return
        }
        if case .text(let vector) = column.values {
            let bytes = vector.bytes.span
            for row in rows.setRows { codes[row] = bucketed(bytes.extracting(vector.range(row)), kind: column.kind) }
            return
        }
        var text = ShownText(column)
        for row in rows.setRows {
            text.load(row)
            codes[row] = bucketed(text.bytes.span, kind: column.kind)
        }
    }
}

/// Numbers the distinct sets of values of some fields from 0, over all blocks.
struct TupleCoder {
    private let fields: [String]
    private var coders: [ValueCoder]
    /// `pairs[i]` numbers the codes of the first `i + 1` fields together with that of the next.
    private var pairs: [IntegerTable]

    /// - Parameter keys: stored names, each perhaps with a bucket. With no key, all rows have the code 0.
    init(_ keys: [(field: String, bucket: StatsBucket?)]) {
        fields = keys.map(\.field)
        coders = keys.map { ValueCoder(bucket: $0.bucket) }
        pairs = keys.dropFirst().map { _ in IntegerTable() }
    }

    /// How many codes there are so far.
    var count: Int { pairs.last?.count ?? coders.first?.count ?? 1 }

    /// - Throws: `QueryFailure` when there are more values than `limits` allow.
    mutating func codes(_ block: Block, _ rows: Bitmap, _ limits: QueryLimitsOfEngine) throws -> [UInt32] {
        var codes = [UInt32](repeating: 0, count: rows.count)
        guard let first = fields.first else { return codes }
        coders[0].code(try block.column(first), rows, into: &codes)
        for index in pairs.indices {
            var next = [UInt32](repeating: 0, count: rows.count)
            coders[index + 1].code(try block.column(fields[index + 1]), rows, into: &next)
            pairs[index].insertPairs(&codes, next, rows)
        }
        try check(limits)
        return codes
    }

    /// Gives all sets of values of another a code; that of each.
    ///
    /// - Parameter other: of the same fields.
    mutating func merge(_ other: TupleCoder) -> [UInt32] {
        guard !coders.isEmpty else { return [0] }
        var codes = coders[0].merge(other.coders[0])
        for index in pairs.indices {
            let next = coders[index + 1].merge(other.coders[index + 1])
            codes = other.pairs[index].keys.map { key in
                let (left, right) = (codes[Int(key >> 32)], next[Int(UInt32(truncatingIfNeeded: key))])
                return pairs[index].insert(UInt64(left) << 32 | UInt64(right)).code
            }
        }
        return codes
    }

    var memoryBytes: Int {
        coders.reduce(0) { $0 + $1.memoryBytes } + pairs.reduce(0) { $0 + $1.memoryBytes }
    }

    /// - Throws: `QueryFailure` when there are more values than `limits` allow.
    func check(_ limits: QueryLimitsOfEngine) throws {
        let values = coders.reduce(0) { $0 + $1.count } + pairs.reduce(0) { $0 + $1.count }
        guard values <= limits.distinctValuesMax, coders.reduce(0, { $0 + $1.byteCount }) <= limits.distinctBytesMax
        else {
            throw QueryFailure(
                "cannot tell the values of \(fields.joined(separator: ", ")) apart: there are more than "
                    + "\(limits.distinctValuesMax), or they are longer than "
                    + "\(limits.distinctBytesMax >> 20) MiB; filter for fewer rows"
            )
        }
    }

    /// The first codes, in the order of the values that they stand for, one for each field.
    func sorted(_ limit: Int = .max) -> [(code: Int, values: [FieldValue])] {
        let ranked = coders.map { $0.ranked() }
        let rows = (0..<min(limit, count)).map { code in (code: code, parts: parts(code)) }
        let ranks = rows.map { row in zip(ranked, row.parts).map { $0.ranks[Int($1)] } }
        let order = rows.indices.sorted { ranks[$0].lexicographicallyPrecedes(ranks[$1]) }
        return order.map { place in
            (rows[place].code, zip(ranked, rows[place].parts).map { $0.values[Int($1)] })
        }
    }

    /// The codes of the values that a code stands for.
    private func parts(_ code: Int) -> [UInt32] {
        guard !coders.isEmpty else { return [] }
        var parts = [UInt32](repeating: 0, count: coders.count)
        var code = UInt32(code)
        for index in pairs.indices.reversed() {
            let key = pairs[index].keys[Int(code)]
            parts[index + 1] = UInt32(truncatingIfNeeded: key)
            code = UInt32(truncatingIfNeeded: key >> 32)
        }
        parts[0] = code
        return parts
    }

    /// Whether all values of a code are empty.
    func isEmpty(_ code: UInt32) -> Bool {
        var code = code
        for index in pairs.indices.reversed() {
            let key = pairs[index].keys[Int(code)]
            guard coders[index + 1].isEmpty(UInt32(truncatingIfNeeded: key)) else { return false }
            code = UInt32(truncatingIfNeeded: key >> 32)
        }
        return coders.first?.isEmpty(code) ?? true
    }
}
