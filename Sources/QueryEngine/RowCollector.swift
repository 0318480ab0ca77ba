import Kernels
import Records

/// The end of the pipes: makes records of the rows that arrive.
final class RowCollector: PipeStage {
    private let rowsMax: Int
    private(set) var records: [Record] = []

    init(rowsMax: Int) { self.rowsMax = rowsMax }

    func process(_ block: Block, _ rows: Bitmap) throws {
        guard records.count + rows.popcount <= rowsMax else {
            throw QueryFailure(
                "cannot give more than \(rowsMax) rows: end the query with 'limit N', or filter for fewer rows")
        }
        records += try block.records(rows, needed: .all)
    }

    func finish() {}

    /// The records, oldest first; those of the same time as they came.
    var recordsByTime: [Record] {
        let times = records.map { $0.time ?? .min }
        guard zip(times, times.dropFirst()).contains(where: { $0 > $1 }) else { return records }
        return records.indices.sorted { (times[$0], $0) < (times[$1], $1) }.map { records[$0] }
    }
}
