import Kernels
import LogsQL
import Records

/// `count_uniq(a, b) limit 100`: distinct sets of values, not counting the one in which all are empty.
struct StatsCountUniq: WeightlessAccumulator {
    private let fields: [FieldPattern]
    private let limit: Int
    private let limits: QueryLimitsOfEngine
    private var tuples: TupleCoder?
    /// For patterns: sets of names and values as bytes.
    private var sets = ByteInterner()
    /// Pairs of a group and a set.
    private var seen = IntegerTable()
    private var counts: [Int] = []

    init(fields: [FieldPattern], limit: Int?, _ limits: QueryLimitsOfEngine) {
        self.fields = fields
        self.limit = limit ?? .max
        self.limits = limits
        tuples = fields.fixedNames.map { names in TupleCoder(names.map { ($0, nil) }) }
    }

    mutating func add(_ block: Block, _ rows: Bitmap, _ groups: GroupCodes) throws {
        counts.grow(to: groups.count, with: 0)
        let open = limit == .max ? rows : rows.filter { counts[groups[$0]] < limit }
        guard !open.isEmpty else { return }
        if tuples != nil { try addTuples(block, open, groups) } else { try addSets(block, open, groups) }
        try check()
    }

    private func check() throws {
        guard seen.count <= limits.distinctValuesMax, sets.byteCount <= limits.distinctBytesMax else {
            throw QueryFailure(
                "cannot count the distinct values: there are more than \(limits.distinctValuesMax), "
                    + "or they are longer than \(limits.distinctBytesMax >> 20) MiB; "
                    + "write 'limit N' after count_uniq(…), or filter for fewer rows"
            )
        }
    }

    private mutating func addTuples(_ block: Block, _ rows: Bitmap, _ groups: GroupCodes) throws {
        guard var coder = tuples.take() else { return }
        let known = coder.count
        let codes = try coder.codes(block, rows, limits)
        if groups.isSingle {
            for code in known..<coder.count { note(0, UInt32(code)) { coder.isEmpty($0) } }
        } else {
            // Rows of one group and one set of values mostly stand together.
            var last = (-1, UInt32.max)
            for row in rows.setRows where last != (groups[row], codes[row]) {
                last = (groups[row], codes[row])
                note(last.0, last.1) { coder.isEmpty($0) }
            }
        }
        tuples = coder
    }

    /// - Parameter isEmpty: whether the set of a code is the one that does not count.
    @inline(__always)
    private mutating func note(_ group: Int, _ code: UInt32, _ isEmpty: (UInt32) -> Bool) {
        guard counts[group] < limit, seen.insert(UInt64(group) << 32 | UInt64(code)).isNew, !isEmpty(code) else {
            return
        }
        counts[group] += 1
    }

    private mutating func addSets(_ block: Block, _ rows: Bitmap, _ groups: GroupCodes) throws {
        let names = try fields.names(in: block).sorted()
        let columns = try names.map { try block.column($0) }
        var texts = columns.map(ShownText.init)
        var set: [UInt8] = []
        for row in rows.setRows {
            set.removeAll(keepingCapacity: true)
            for (index, column) in columns.enumerated() where column.isPresent(row) {
                texts[index].load(row)
                guard !texts[index].bytes.isEmpty else { continue }
                append(Array(names[index].utf8), to: &set)
                append(texts[index].bytes, to: &set)
            }
            if !set.isEmpty { note(groups[row], sets.insert(set.span)) { _ in false } }
        }
    }

    private func append(_ bytes: [UInt8], to set: inout [UInt8]) {
        for shift in [0, 8, 16, 24] { set.append(UInt8(truncatingIfNeeded: bytes.count >> shift)) }
        set += bytes
    }

    mutating func merge(_ other: any StatsAccumulator, groups: [UInt32], count: Int) throws {
        let other = sameType(other)
        counts.grow(to: count, with: 0)
        var codes: [UInt32] = []
        if var coder = tuples.take() {
            if let more = other.tuples { codes = coder.merge(more) }
            for key in other.seen.keys {
                note(Int(groups[Int(key >> 32)]), codes[Int(UInt32(truncatingIfNeeded: key))]) { coder.isEmpty($0) }
            }
            tuples = coder
        } else {
            codes = sets.merge(other.sets)
            for key in other.seen.keys {
                note(Int(groups[Int(key >> 32)]), codes[Int(UInt32(truncatingIfNeeded: key))]) { _ in false }
            }
        }
        try check()
    }

    var memoryBytes: Int { (tuples?.memoryBytes ?? 0) + sets.memoryBytes + seen.memoryBytes + counts.count * 8 }

    func result(_ group: Int) -> FieldValue {
        FieldValue(String(group < counts.count ? counts[group] : 0), kind: .number)
    }
}
