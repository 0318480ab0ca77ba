/// A run of rows that lies in the file column by column.
public struct RowGroup: Sendable {
    public let rowCount: Int
    /// Its first row, counted from the start of the file.
    public let firstRow: Int
    /// Bytes of its columns in the file.
    public let byteCount: Int

    /// One for each column of the reader's schema.
    let columns: [ColumnChunkMetadata]
    private let hasBounds: [Bool]

    /// What the writer noted of a column.
    ///
    /// - Parameter column: index into the reader's schema.
    /// - Returns: nil when it noted nothing.
    public func statistics(_ column: Int) -> ColumnStatistics? {
        let statistics = columns[column].statistics
        guard statistics != Statistics() else { return nil }
        return ColumnStatistics(
            min: hasBounds[column] ? statistics.min : nil, max: hasBounds[column] ? statistics.max : nil,
            nullCount: statistics.nullCount.flatMap { (0...Int64(rowCount)).contains($0) ? Int($0) : nil })
    }
}

/// What a column chunk's values have in common.
public struct ColumnStatistics: Sendable, Equatable {
    /// A lower bound of the values in PLAIN encoding without length, in the order of the column's type: signed or
    /// unsigned integers, floats, or bytes as unsigned. It may be shorter than any value.
    public let min: [UInt8]?
    /// An upper bound, likewise.
    public let max: [UInt8]?
    public let nullCount: Int?
}

extension RowGroup {
    /// - Throws: `ParquetError.malformed` when counts do not fit each other.
    static func all(_ metadata: FileMetadata, _ leaves: SchemaLeaves) throws(ParquetError) -> [RowGroup] {
        var groups: [RowGroup] = []
        let hasBounds = leaves.columns.map(\.hasClearOrder)
        var firstRow = 0
        for group in metadata.rowGroups {
            guard group.columns.count == leaves.leafCount else {
                throw .malformed("a row group has \(group.columns.count) columns, the schema \(leaves.leafCount)")
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
                    columns: leaves.leafNumbers.map { group.columns[$0] }, hasBounds: hasBounds))
            // Neither the number of groups nor that of their rows passes 2^31 by much.
            firstRow += Int(group.rowCount)
        }
        return groups
    }
}

extension ColumnSchema {
    /// Whether bounds of values are in an order that this library can name.
    fileprivate var hasClearOrder: Bool {
        switch (type, logicalType) {
        case (.int96, _), (.byteArray, .other), (.fixedLenByteArray, .other): false
        default: true
        }
    }
}
