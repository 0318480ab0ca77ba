/// A run of rows that lies in the file column by column.
public struct RowGroup: Sendable {
    public let rowCount: Int
    /// Its first row, counted from the start of the file.
    public let firstRow: Int
    /// Bytes of its columns in the file.
    public let byteCount: Int

    /// One for each leaf.
    let chunks: [ColumnChunkMetadata]
    /// For each leaf, what its bounds mean.
    let schema: FileSchema

    /// What the writer noted of a column.
    ///
    /// - Parameter column: index into the reader's schema.
    /// - Returns: nil when it noted nothing.
    public func statistics(_ column: Int) -> ColumnStatistics? { statistics(leaf: schema.leafNumbers[column]) }

    /// What the writer noted of a leaf, nested ones too; nulls of those are entries without a value.
    ///
    /// - Parameter leaf: index into the reader's leaves.
    public func statistics(leaf: Int) -> ColumnStatistics? {
        let statistics = chunks[leaf].statistics
        guard statistics != Statistics() else { return nil }
        let hasBounds = schema.leaves[leaf].hasClearOrder
        return ColumnStatistics(
            min: hasBounds ? statistics.min : nil, max: hasBounds ? statistics.max : nil,
            nullCount: statistics.nullCount.flatMap { $0 >= 0 && $0 <= chunks[leaf].valueCount ? Int($0) : nil })
    }
}

/// What a column chunk's values have in common.
public struct ColumnStatistics: Sendable, Equatable {
    /// A lower bound of the values in PLAIN encoding without length, in the order of the column's type: signed or
    /// unsigned integers, floats, or bytes as unsigned; DECIMAL in byte arrays as a signed number, the highest byte first;
    /// FLOAT16 as a float. It may be shorter than any value.
    public let min: [UInt8]?
    /// An upper bound, likewise.
    public let max: [UInt8]?
    public let nullCount: Int?
}

extension RowGroup {
    /// - Throws: `ParquetError.malformed` when counts do not fit each other.
    static func all(_ metadata: FileMetadata, _ schema: FileSchema) throws(ParquetError) -> [RowGroup] {
        var groups: [RowGroup] = []
        var firstRow = 0
        for group in metadata.rowGroups {
            guard group.columns.count == schema.leaves.count else {
                throw .malformed("a row group has \(group.columns.count) columns, the schema \(schema.leaves.count)")
            }
            guard group.rowCount >= 0, group.rowCount <= ReaderLimits.rowGroupRowsMax else {
                throw .malformed("a row group has \(group.rowCount) rows, less than none or more than 2^31 - 1")
            }
            let bytes = group.columns.reduce(Int64(0)) { sum, chunk in
                let (total, overflow) = sum.addingReportingOverflow(max(0, chunk.compressedByteCount))
                return overflow ? .max : total
            }
            groups.append(
                RowGroup(
                    rowCount: Int(group.rowCount), firstRow: firstRow, byteCount: Int(clamping: bytes),
                    chunks: group.columns, schema: schema))
            // Neither the number of groups nor that of their rows passes 2^31 by much.
            firstRow += Int(group.rowCount)
        }
        return groups
    }
}

extension LeafColumn {
    /// Whether bounds of values are in an order that this library can name.
    var hasClearOrder: Bool {
        switch (type, logicalType) {
        case (.int96, _), (.byteArray, .other), (.fixedLenByteArray, .other), (_, .interval), (_, .geometry),
            (_, .geography):
            false
        default: true
        }
    }
}
