import Catalog
import Parquet
public import Records

/// How many rows of a chunk each minute, service and level has, as columns with a row for each such count.
public struct ChunkCounts: Sendable {
    /// The earliest and the latest time of the chunk's rows.
    public let timeRange: ClosedRange<Int64>
    /// By row: how many rows of the chunk it stands for.
    public let rows: [Int]
    /// The minute, as the time at which it begins.
    public let times: ColumnVector
    public let services: ColumnVector
    public let levels: ColumnVector
    /// Memory that they take.
    let memoryBytes: Int

    /// Nil where they do not tell all of the rows: some stand for others, or are not counted.
    init?(_ chunk: ChunkRecord, _ cells: [RollupCell]) {
        guard cells.reduce(0, { $0 + $1.rows }) == chunk.rows, cells.allSatisfy({ $0.weight == Double($0.rows) }) else {
            return nil
        }
        timeRange = chunk.minTime...chunk.maxTime
        rows = cells.map(\.rows)
        // The first minute that 64 bits can say anything of begins before them.
        let starts = cells.map { cell in
            let (start, isOverflow) = cell.minute.multipliedReportingOverflow(by: 60_000_000_000)
            return isOverflow ? chunk.minTime : start
        }
        times = ColumnVector(values: .timestamp(starts), kind: .string, validity: nil, count: cells.count)
        services = Self.dictionary(cells.map(\.service))
        levels = Self.dictionary(cells.map(\.level))
        memoryBytes = rows.count * 8 + times.memoryBytes + services.memoryBytes + levels.memoryBytes
    }

    private static func dictionary(_ texts: [String]) -> ColumnVector {
        var codes: [String: UInt32] = [:]
        var bytes: [UInt8] = []
        var ends: [UInt32] = []
        let column = texts.map { text in
            if let known = codes[text] { return known }
            let code = UInt32(ends.count)
            codes[text] = code
            bytes += Array(text.utf8)
            ends.append(UInt32(bytes.count))
            return code
        }
        let starts = [0] + ends.dropLast()
        return ColumnVector(
            values: .dictionary(
                codes: column, dictionary: TextVector(bytes: bytes, starts: ends.isEmpty ? [] : starts, ends: ends)),
            kind: .string, validity: nil, count: texts.count)
    }
}

extension Store {
    /// The counts of a chunk, if there are any that tell all of it.
    func counts(of chunk: Chunk) throws -> ChunkCounts? {
        if let known = caches.counts.value(chunk.file.number) { return known }
        guard try chunk.file.hasTextsOnly([FieldNames.service, FieldNames.level]) else { return nil }
        let counts = try catalog.rollup(ofChunk: chunk.record.id).flatMap { ChunkCounts(chunk.record, $0) }
        caches.counts.keep(counts, for: chunk.file.number, bytes: counts?.memoryBytes ?? 100)
        return counts
    }
}

extension ChunkFile {
    /// Whether each of some fields that the chunk has is a column of strings.
    fileprivate func hasTextsOnly(_ fields: [String]) throws -> Bool {
        let layout = try layout()
        return fields.allSatisfy { field in
            guard let column = layout.columns[field] else { return layout.restColumn == nil }
            return layout.reader.schema[column].type == .byteArray && layout.kinds.kind(of: field) == .string
        }
    }
}
