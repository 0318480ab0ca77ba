import Kernels
import Parquet
import Records

extension ChunkSegment {
    /// Some rows with all their fields, as they were before they were sealed.
    ///
    /// - Parameters:
    ///   - bytesMax: of the batch; checked after each column, so that no more than one column is decoded beyond it.
    ///   - checkpoint: called before each column is read.
    /// - Returns: nil when the batch is larger.
    /// - Throws: when the chunk cannot be read, and what `checkpoint` throws.
    func batch(_ rows: Range<Int>, bytesMax: Int, checkpoint: () throws -> Void) throws -> RecordBatch? {
        let layout = try layout()
        var columns: [TextColumn] = []
        var bytes = rows.count * 8
        for (index, schema) in layout.reader.schema.enumerated()
        where index != layout.timeColumn && index != layout.parents?.offsets {
            try checkpoint()
            let vector = try layout.vector(index, rowGroup: rowGroup, rows)
            let added =
                index == layout.restColumn
                ? try restColumns(vector, path: layout.path) : TextColumn(schema.name, vector).map { [$0] } ?? []
            columns += added
            bytes += added.reduce(0) { $0 + $1.bytes.count + $1.count * 8 }
            if bytes > bytesMax { return nil }
        }
        return RecordBatch(times: try times(rows), columns: columns)
    }

    func times(_ rows: Range<Int>) throws -> [Int64] {
        let layout = try layout()
        guard case .timestamp(let times) = try layout.vector(layout.timeColumn, rowGroup: rowGroup, rows).values else {
            throw StorageError("cannot read chunk '\(layout.path)': row group \(rowGroup) has no times")
        }
        return times
    }

    /// The fields of `_rest`, each as a column.
    private func restColumns(_ rest: ColumnVector, path: String) throws -> [TextColumn] {
        var builders: [String: TextColumnBuilder] = [:]
        for row in 0..<rest.count {
            guard let object = rest.text(row) else { continue }
            guard let fields = RestColumn.fields(object) else {
                throw StorageError("cannot read chunk '\(path)': a value of '\(ChunkNames.rest)' is no object of strings")
            }
            for (name, value) in fields {
                builders[name, default: TextColumnBuilder(name, kinds: .string)].append(value.utf8, row: row)
            }
        }
        return builders.sorted { $0.key < $1.key }.compactMap { $0.value.column(rowCount: rest.count) }
    }
}
