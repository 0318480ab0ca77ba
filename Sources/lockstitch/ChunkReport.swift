import Foundation
import Parquet
import Storage

/// What `chunks inspect` shows of a file. The properties are the keys of its JSON.
struct ChunkReport: Encodable {
    struct KeyValue: Encodable {
        let key: String
        let value: String
    }

    /// A column chunk.
    struct Chunk: Encodable {
        let column: String
        let physicalType: String
        let logicalType: String?
        let encodings: [String]
        let codec: String
        let values: Int
        let nulls: Int?
        let compressedBytes: Int
        let uncompressedBytes: Int
        /// Of the file, in percent.
        let share: Double
        let dataPages: Int
        let hasDictionary: Bool
        let hasChecksums: Bool
        let columnIndexBytes: Int
        let offsetIndexBytes: Int
        let bloomFilterBytes: Int
        /// As text, times and decimals as such, bytes in hexadecimal.
        let min: String?
        let max: String?
    }

    struct RowGroup: Encodable {
        let rows: Int
        let compressedBytes: Int
        let columns: [Chunk]
    }

    /// What some part of the file takes: a column over all row groups, or one of `parts`.
    struct Share: Encodable {
        let name: String
        let bytes: Int
        /// Of the file, in percent.
        let share: Double
        /// Of columns only.
        let uncompressedBytes: Int?
    }

    let file: String
    let bytes: Int
    let createdBy: String?
    let version: Int
    let rows: Int
    let keyValues: [KeyValue]
    let rowGroups: [RowGroup]
    /// The largest first.
    let columns: [Share]
    /// The file without its columns.
    let parts: [Share]

    /// - Throws: `ParquetError` when pages cannot be read.
    init(_ reader: FileReader, path: String) throws {
        file = path
        bytes = reader.byteCount
        createdBy = reader.createdBy
        version = reader.version
        rows = reader.rowCount
        keyValues = reader.keyValues.map { KeyValue(key: $0.key, value: $0.value) }
        rowGroups = try reader.rowGroups.indices.map { group in
            let columns = try reader.leaves.indices.map { try Chunk(reader, leaf: $0, rowGroup: group) }
            return RowGroup(
                rows: reader.rowGroups[group].rowCount, compressedBytes: sum(columns.map(\.compressedBytes)),
                columns: columns)
        }
        let whole = reader.byteCount
        let groups = rowGroups
        columns = reader.leaves.enumerated().map { leaf, column in
            let chunks = groups.map { $0.columns[leaf] }
            return Share(
                column.name, sum(chunks.map(\.compressedBytes)), of: whole,
                uncompressed: sum(chunks.map(\.uncompressedBytes)))
        }.sorted { ($1.bytes, $0.name) < ($0.bytes, $1.name) }
        let chunks = groups.flatMap(\.columns)
        let index = sum(chunks.map(\.columnIndexBytes) + chunks.map(\.offsetIndexBytes))
        let filters = sum(chunks.map(\.bloomFilterBytes))
        // Twice the magic number, once the length of the footer.
        let footer = reader.footerByteCount + 12
        let words = min(whole, wordFilterByteCount(keyValues: reader.keyValues))
        let known = sum(columns.map(\.bytes) + [index, filters, words, footer])
        // Only our own chunks have them.
        let wordFilters = words > 0 ? [Share("word filters", words, of: whole)] : []
        parts = wordFilters + [
            Share("page index", index, of: whole), Share("bloom filters", filters, of: whole),
            Share("footer", footer, of: whole), Share("other", max(0, whole - known), of: whole),
        ]
    }

    func json() throws -> String {
        let encoder = JSONEncoder()
        encoder.keyEncodingStrategy = .convertToSnakeCase
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        return String(decoding: try encoder.encode(self), as: UTF8.self)
    }
}

extension ChunkReport.Share {
    init(_ name: String, _ bytes: Int, of whole: Int, uncompressed: Int? = nil) {
        self.init(name: name, bytes: bytes, share: percent(bytes, of: whole), uncompressedBytes: uncompressed)
    }
}

extension ChunkReport.Chunk {
    init(_ reader: FileReader, leaf: Int, rowGroup: Int) throws {
        let column = reader.leaves[leaf]
        let facts = try reader.facts(leaf: leaf, rowGroup: rowGroup)
        let pages = try reader.pages(leaf: leaf, rowGroup: rowGroup)
        self.init(
            column: column.name, physicalType: column.type.description, logicalType: column.logicalType?.description,
            encodings: facts.encodings, codec: facts.codec, values: facts.entryCount, nulls: facts.statistics?.nullCount,
            compressedBytes: facts.compressedByteCount, uncompressedBytes: facts.byteCount,
            share: percent(facts.compressedByteCount, of: reader.byteCount),
            dataPages: pages.count { $0.kind == .data || $0.kind == .dataV2 },
            hasDictionary: pages.contains { $0.kind == .dictionary },
            hasChecksums: !pages.isEmpty && pages.allSatisfy(\.hasChecksum),
            columnIndexBytes: facts.columnIndexByteCount, offsetIndexBytes: facts.offsetIndexByteCount,
            bloomFilterBytes: facts.bloomFilterByteCount,
            min: facts.statistics?.min.map { BoundText.text($0, column.type, column.logicalType) },
            max: facts.statistics?.max.map { BoundText.text($0, column.type, column.logicalType) })
    }
}

/// With two digits after the point.
private func percent(_ bytes: Int, of whole: Int) -> Double {
    (Double(bytes) * 10_000 / Double(max(1, whole))).rounded() / 100
}

/// The greatest number instead of one that does not fit, which only a file that lies comes to.
private func sum(_ numbers: [Int]) -> Int {
    numbers.reduce(0) { total, number in
        let (sum, overflow) = total.addingReportingOverflow(number)
        return overflow ? .max : sum
    }
}
