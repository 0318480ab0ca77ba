import Kernels
public import Records
import Synchronization

/// A row group of a chunk, for as long as this process runs: what has its name never changes.
public struct SegmentID: Hashable, Sendable {
    /// The same for all row groups of a chunk.
    public let file: Int
    public let rowGroup: Int

    public init(file: Int, rowGroup: Int) {
        self.file = file
        self.rowGroup = rowGroup
    }

    private static let files = Atomic(0)

    /// A number for a file that is opened now.
    static func nextFile() -> Int { files.add(1, ordering: .relaxed).newValue }
}

/// What queries share of the chunks that they read. Of chunks that are gone it keeps nothing.
public final class QueryCaches: Sendable {
    /// Some rows of a column of a row group.
    public struct ColumnKey: Hashable, Sendable {
        let segment: SegmentID
        let column: Int
        let rows: Range<Int>
    }

    /// What a query made of all rows of a row group.
    public struct ResultKey: Hashable, Sendable {
        let segment: SegmentID
        /// Tells apart all queries that could make something else of them.
        let query: String

        public init(segment: SegmentID, query: String) {
            self.segment = segment
            self.query = query
        }
    }

    public let columns: BoundedCache<ColumnKey, ColumnVector>
    let words: BoundedCache<SegmentID, ChunkWords?>
    /// By file.
    let counts: BoundedCache<Int, ChunkCounts?>
    public let results: BoundedCache<ResultKey, any Sendable>

    /// - Parameters:
    ///   - columnBytesMax: memory for decoded columns, and an eighth of that each for word filters and for counts of rows; 0
    ///     for none.
    ///   - resultBytesMax: memory for results; 0 for none.
    public init(columnBytesMax: Int, resultBytesMax: Int) {
        columns = BoundedCache(bytesMax: columnBytesMax)
        words = BoundedCache(bytesMax: columnBytesMax / 8)
        counts = BoundedCache(bytesMax: columnBytesMax / 8)
        results = BoundedCache(bytesMax: resultBytesMax)
    }

    func forget(file: Int) {
        columns.removeAll { $0.segment.file == file }
        words.removeAll { $0.file == file }
        counts.removeAll { $0 == file }
        results.removeAll { $0.segment.file == file }
    }
}

extension ColumnVector {
    /// Memory that it takes, in bytes, as if it shared none.
    var memoryBytes: Int {
        let own =
            switch values {
            case .missing: 0
            case .text(let vector): vector.memoryBytes
            case .dictionary(let codes, let dictionary): codes.count * 4 + dictionary.memoryBytes
            case .int64(let values): values.count * 8
            case .double(let values): values.count * 8
            case .bool(let values): values.count
            case .hex(_, let bytes): bytes.count
            case .timestamp(let values): values.count * 8
            }
        return 200 + own + (validity?.words.count ?? 0) * 8
    }
}

extension TextVector {
    fileprivate var memoryBytes: Int { bytes.count + count * 8 }
}
