import Kernels
import Records

/// The end of the pipes: makes records of the rows that arrive.
final class RowCollector: PipeStage {
    private let limits: QueryLimitsOfEngine
    private(set) var records: [Record] = []
    private var bytes = 0

    init(_ limits: QueryLimitsOfEngine) { self.limits = limits }

    func process(_ block: Block, _ rows: Bitmap) throws {
        guard records.count + rows.popcount <= limits.rowsMax else {
            throw QueryFailure(
                "cannot give more than \(limits.rowsMax) rows: end the query with 'limit N', or filter for fewer rows")
        }
        let new = try block.records(rows, needed: .all)
        bytes += new.reduce(0) { $0 + $1.memoryBytes }
        guard bytes <= limits.rowBytesMax else {
            throw QueryFailure(
                "cannot give the rows: they take more than \(limits.rowBytesMax >> 20) MiB; name the fields you need "
                    + "with 'fields …', end the query with 'limit N', or filter for fewer rows")
        }
        records += new
    }

    func finish() {}

    /// The records, oldest first; those of the same time as they came.
    var recordsByTime: [Record] { Self.byTime(records) }

    /// Records by their times, those without one first; those of the same time as they are.
    static func byTime(_ records: [Record]) -> [Record] {
        let times = records.map { $0.time ?? .min }
        guard zip(times, times.dropFirst()).contains(where: { $0 > $1 }) else { return records }
        return records.indices.sorted { (times[$0], $0) < (times[$1], $1) }.map { records[$0] }
    }
}
