/// What the footer says of a column chunk. The numbers are the writer's; those of bytes are at most the file's where they
/// speak of the file.
public struct ColumnChunkFacts: Sendable, Equatable {
    /// As parquet.thrift spells them, those of levels among them.
    public let encodings: [String]
    public let codec: String
    /// Values and what stands for none: nulls, empty lists.
    public let entryCount: Int
    /// Bytes of all pages with their headers before compression.
    public let byteCount: Int
    /// The same in the file.
    public let compressedByteCount: Int
    public let statistics: ColumnStatistics?
    /// Bytes of the column index, which has the bounds of each page; 0 without one.
    public let columnIndexByteCount: Int
    /// Bytes of the offset index, which says where each page lies; 0 without one.
    public let offsetIndexByteCount: Int
    /// Bytes of the bloom filter with its header; 0 without one.
    public let bloomFilterByteCount: Int
}

/// A page of a column chunk, as its header tells.
public struct PageFacts: Sendable, Equatable {
    public enum Kind: Sendable, Equatable { case dictionary, data, dataV2, other }

    public let kind: Kind
    /// Of the values; nil for pages of other kinds.
    public let encoding: String?
    /// Entries of a dictionary; values and what stands for none on a data page.
    public let entryCount: Int
    /// Without the header.
    public let byteCount: Int
    /// In the file, without the header.
    public let compressedByteCount: Int
    public let hasChecksum: Bool
}

extension FileReader {
    /// What the footer says of a column chunk.
    ///
    /// - Parameters:
    ///   - leaf: index into `leaves`.
    ///   - rowGroup: index into `rowGroups`.
    /// - Throws: `ParquetError.malformed`, `.unreadable`, `.unsupported` when the length of a bloom filter stands only in the
    ///   filter and that cannot be read.
    public func facts(leaf: Int, rowGroup: Int) throws(ParquetError) -> ColumnChunkFacts {
        let chunk: ColumnChunkMetadata = rowGroups[rowGroup].chunks[leaf]
        func inFile(_ count: Int64?) -> Int { min(byteCount, Int(max(0, count ?? 0))) }
        var bloomFilterByteCount = inFile(chunk.bloomFilterLength.map(Int64.init))
        if chunk.bloomFilterOffset != nil, chunk.bloomFilterLength == nil {
            do throws(ParquetError) {
                bloomFilterByteCount = try self.chunk(leaf: leaf, rowGroup).bloomFilterByteCount()
            } catch {
                throw error.inRowGroup(rowGroup)
            }
        }
        return ColumnChunkFacts(
            encodings: chunk.encodings.map(\.name), codec: chunk.codec.name, entryCount: Int(max(0, chunk.valueCount)),
            byteCount: Int(max(0, chunk.byteCount)), compressedByteCount: inFile(chunk.compressedByteCount),
            statistics: rowGroups[rowGroup].statistics(leaf: leaf),
            columnIndexByteCount: inFile(chunk.columnIndexLength.map(Int64.init)),
            offsetIndexByteCount: inFile(chunk.offsetIndexLength.map(Int64.init)),
            bloomFilterByteCount: bloomFilterByteCount)
    }

    /// The pages of a column chunk, whose bytes are read for that.
    ///
    /// - Parameters: as for `facts(leaf:rowGroup:)`.
    /// - Throws: `ParquetError.malformed`, `.unreadable`.
    public func pages(leaf: Int, rowGroup: Int) throws(ParquetError) -> [PageFacts] {
        do throws(ParquetError) {
            return try chunk(leaf: leaf, rowGroup).pageFacts()
        } catch {
            throw error.inRowGroup(rowGroup)
        }
    }
}

extension ColumnChunkReader {
    fileprivate func pageFacts() throws(ParquetError) -> [PageFacts] {
        let bytes = try file.bytes(try chunkBytes())
        var pages = PagesInOrder(bytes, context)
        var facts: [PageFacts] = []
        var entries = 0
        while pages.position < bytes.count, entries < metadata.valueCount {
            let header = try pages.next().header
            entries += header.entryCount ?? 0
            facts.append(PageFacts(header))
        }
        return facts
    }
}

extension PageFacts {
    fileprivate init(_ header: PageHeader) {
        switch header.kind {
        case .data(let page): (kind, encoding, entryCount) = (.data, page.encoding.name, Int(page.valueCount))
        case .dataV2(let page): (kind, encoding, entryCount) = (.dataV2, page.encoding.name, Int(page.valueCount))
        case .dictionary(let page): (kind, encoding, entryCount) = (.dictionary, page.encoding.name, Int(page.valueCount))
        case .other: (kind, encoding, entryCount) = (.other, nil, 0)
        }
        byteCount = Int(header.byteCount)
        compressedByteCount = Int(header.compressedByteCount)
        hasChecksum = header.crc != nil
    }
}
