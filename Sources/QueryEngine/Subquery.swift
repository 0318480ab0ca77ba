import Kernels
import LogsQL
import Records
import Synchronization

extension StageContext {
    /// The values that a filter compares with; a query among them is run now, over the same rows as the query it is in.
    ///
    /// - Throws: what the query throws; `QueryFailure` if it gives too many values.
    func texts(_ values: FilterValues) throws -> [String] {
        switch values {
        case .list(let texts): return texts
        case .query(let subquery):
            guard let subqueries else {
                throw QueryFailure("cannot run the query in '(\(subquery))': there can be none here")
            }
            return try subqueries.values(subquery, options, limits)
        }
    }
}

/// The queries inside a query, each run once, however often its values are asked for.
final class Subqueries: Sendable {
    private struct Key: Hashable {
        let subquery: Subquery
        let outer: QueryOptions
    }

    private let run: @Sendable (_ query: Query, _ collector: any PipeStage, _ outer: QueryOptions) throws -> Void
    private let known = Mutex<[Key: [String]]>([:])

    /// - Parameter run: gives a stage the rows of a query, which stands in one with the options `outer`.
    init(_ run: @escaping @Sendable (_ query: Query, _ collector: any PipeStage, _ outer: QueryOptions) throws -> Void) {
        self.run = run
    }

    fileprivate func values(
        _ subquery: Subquery, _ outer: QueryOptions, _ limits: QueryLimitsOfEngine
    ) throws -> [String] {
        let key = Key(subquery: subquery, outer: outer)
        if let values = known.withLock({ $0[key] }) { return values }
        let collector = ValueCollector(FieldNames.canonical(query: subquery.field), limits)
        try run(subquery.query, collector, outer)
        let values = collector.texts
        known.withLock { $0[key] = values }
        return values
    }
}

/// The end of the pipes of a query inside a filter: the different values of one field.
private final class ValueCollector: PipeStage {
    private let field: String
    private let limits: QueryLimitsOfEngine
    private var values = ValueCoder()

    /// - Parameter field: as stored.
    init(_ field: String, _ limits: QueryLimitsOfEngine) {
        self.field = field
        self.limits = limits
    }

    func process(_ block: Block, _ rows: Bitmap) throws {
        var codes = [UInt32](repeating: 0, count: rows.count)
        values.code(try block.column(field), rows, into: &codes)
        guard values.count <= limits.subqueryValuesMax, values.byteCount <= limits.distinctBytesMax else {
            throw QueryFailure(
                "a query in a filter gives too many values of '\(field)': there are more than \(limits.subqueryValuesMax), or "
                    + "they are longer than \(limits.distinctBytesMax >> 20) MiB; filter for fewer rows in it")
        }
    }

    func finish() {}

    var texts: [String] { (0..<UInt32(values.count)).map { values.value($0).text } }
}
