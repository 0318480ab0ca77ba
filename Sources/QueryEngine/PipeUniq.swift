import Kernels
import LogsQL
import Records

/// `uniq by (a, b) with hits limit 10`: sets of values in their order. With a limit, those found first.
final class UniqStage: GatheringStage {
    private struct Part: StagePart {
        let sets: TupleCoder
        let hits: [Int]
        var memoryBytes: Int { sets.memoryBytes + hits.count * 8 }
    }

    private let fields: [String]
    private let countsHits: Bool
    private let limit: Int
    private let limits: QueryLimitsOfEngine
    private let control: QueryControl
    private let next: any PipeStage
    private var sets: TupleCoder
    /// By code: the rows that have the set.
    private var hits: [Int] = []

    init(_ uniq: LogsQL.Pipe.Uniq, _ context: StageContext, _ next: any PipeStage) {
        var seen: Set<String> = []
        fields = uniq.fields.map(FieldNames.canonical(query:)).filter { seen.insert($0).inserted }
        countsHits = uniq.hits
        limit = uniq.limit ?? .max
        limits = context.limits
        control = context.control
        self.next = next
        sets = TupleCoder(fields.map { ($0, nil) })
    }

    func process(_ block: Block, _ rows: Bitmap) throws {
        let codes = try sets.codes(block, rows, limits)
        // All, as those that come first of many parts need not do so in each.
        hits.grow(to: sets.count, with: 0)
        for row in rows.setRows { hits[Int(codes[row])] += 1 }
        try check()
    }

    private func check() throws {
        guard min(sets.count, limit) <= limits.groupsMax else {
            throw QueryFailure(
                "cannot list the values of \(fields.joined(separator: ", ")): there are more than \(limits.groupsMax); "
                    + "write 'limit N' after uniq, or filter for fewer rows")
        }
    }

    func takePart() -> (any StagePart)? { Part(sets: sets, hits: hits) }

    func merge(_ part: any StagePart) throws {
        guard let part = part as? Part else { preconditionFailure("the part is one of the same pipe") }
        let codes = sets.merge(part.sets)
        try sets.check(limits)
        hits.grow(to: sets.count, with: 0)
        for (code, count) in zip(codes, part.hits) { hits[Int(code)] += count }
        try check()
    }

    var wantsMore: Bool { countsHits || sets.count < limit }

    func finish() throws {
        try hand(sets.sorted(limit).map { record($0.values, hits: hits[$0.code]) }, to: next, control)
    }

    private func record(_ values: [FieldValue], hits: Int) -> Record {
        var fields = zip(fields, values).map { Record.Field($0, $1) }
        if countsHits {
            fields.removeAll { $0.name == "hits" }
            fields.append(Record.Field("hits", FieldValue(String(hits), kind: .number)))
        }
        return Record(time: nil, fields: fields)
    }
}
