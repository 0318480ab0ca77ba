/// What the column index says of a data page (Parquet format, PageIndex.md).
public struct PageStatistics: Sendable, Equatable {
    /// Of the row group.
    public let rows: Range<Int>
    /// Least value, nulls left out, greatest, as for a column chunk; no bounds where the page has no value.
    public let statistics: ColumnStatistics
    /// Whether there is nothing but nulls.
    public let isNull: Bool
}

extension FileReader {
    /// The bounds of each data page of a column chunk, by which a search can leave pages out before it reads them; nil when
    /// the chunk has no column index or no offset index.
    ///
    /// - Parameters:
    ///   - leaf: index into `leaves`.
    ///   - rowGroup: index into `rowGroups`.
    /// - Throws: `ParquetError.malformed`, also when both indexes do not have the same pages; `.unreadable`.
    public func pageStatistics(leaf: Int, rowGroup: Int) throws(ParquetError) -> [PageStatistics]? {
        do throws(ParquetError) {
            return try chunk(leaf: leaf, rowGroup).pageStatistics()
        } catch {
            throw error.inRowGroup(rowGroup)
        }
    }

    /// As `pageStatistics(leaf:rowGroup:)`, for a column of `schema`.
    public func pageStatistics(column: Int, rowGroup: Int) throws(ParquetError) -> [PageStatistics]? {
        try pageStatistics(leaf: fileSchema.leafNumbers[column], rowGroup: rowGroup)
    }
}

extension ColumnChunkReader {
    fileprivate func pageStatistics() throws(ParquetError) -> [PageStatistics]? {
        guard let offset = metadata.columnIndexOffset, let length = metadata.columnIndexLength, length > 0,
            let pages = try indexedPages()
        else { return nil }
        let bytes = try file.bytes(try fileRange(offset, Int64(length)))
        var reader = ThriftReader(bytes)
        let index = try ColumnIndex(from: &reader)
        guard index.isNullPage.count == pages.count else {
            throw context.malformed("has a column index of other pages than its offset index")
        }
        let hasBounds = context.leaf.hasClearOrder
        return pages.indices.map { page in
            let isKnown = hasBounds && !index.isNullPage[page]
            let nullCount = index.nullCounts?[page].magnitude
            return PageStatistics(
                rows: pages[page].rows,
                statistics: ColumnStatistics(
                    min: isKnown ? index.mins[page] : nil, max: isKnown ? index.maxs[page] : nil,
                    nullCount: nullCount.flatMap { Int(exactly: $0) }),
                isNull: index.isNullPage[page])
        }
    }
}
