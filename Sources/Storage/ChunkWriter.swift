import Catalog
import Kernels
import Parquet
import Records
import SystemIO

/// Writes rows in time order to a chunk file, so that it is there whole or not at all. Sealing and compaction both write
/// through it, a run of rows at a time.
struct ChunkWriter {
    let folder: String
    let options: StoreOptions
    let fileSystem: any FileSystem
    /// Called before each column of a row group is written; what it throws ends the writing.
    var checkpoint: @Sendable () throws -> Void = {}

    /// Writes rows that are all in memory.
    ///
    /// - Parameter rows: one at least.
    /// - Throws: when the file cannot be written; what was written of it is removed.
    func write(_ rows: SortedRows, _ head: ChunkHead) throws -> SealedChunk {
        let columns = try ChunkColumns(rows, options)
        return try write(head, columns.plan, zstdLevel: options.zstdLevel) { try $0.append(columns, of: rows) }
    }

    /// Writes what `body` appends, in time order: one row at least.
    ///
    /// - Throws: when the file cannot be written, and what `body` throws; what was written of it is removed.
    func write(
        _ head: ChunkHead, _ plan: ChunkPlan, zstdLevel: Int, body: (inout RowGroupsWriter) throws -> Void
    ) throws -> SealedChunk {
        let day = Timestamp.day(head.firstTime)
        let path = FileNames.chunk(day: day, ulid: head.ulid)
        let unfinished = "\(folder)/\(path)\(FileNames.unfinishedSuffix)"
        let dayFolder = "\(folder)/\(FileNames.data)/\(day)"
        if !fileSystem.exists(dayFolder) {
            try fileSystem.createDirectory(dayFolder)
            try fileSystem.syncDirectory("\(folder)/\(FileNames.data)")
        }
        do {
            let file = ChecksummedFile(try fileSystem.create(unfinished))
            var writer = try RowGroupsWriter(file, plan, options, zstdLevel: zstdLevel, checkpoint: checkpoint)
            try body(&writer)
            let filters = try writer.writeWordFilters()
            file.beginEnd()
            let contents = try writer.finish(
                keyValues: try plan.kinds.keyValues() + filters.keyValues() + head.keyValues() + ChunkChecksum.placeholders)
            try file.sync()
            try file.close()
            Failpoint.pass("chunk.synced")
            try fileSystem.renameForGood(unfinished, to: "\(folder)/\(path)")
            return SealedChunk(path: path, head: head, contents: contents)
        } catch {
            // One or the other is there, or none.
            for path in [unfinished, "\(folder)/\(path)"] where fileSystem.exists(path) { try? fileSystem.removeForGood(path) }
            throw error
        }
    }
}

/// What is known of a chunk before its rows are written.
struct ChunkHead {
    let ulid: String
    /// Of the first row.
    let firstTime: Int64
    /// As in `ChunkRecord`.
    let day: Int64?
    var level = 0
    let origin: ChunkOrigin
    /// As in `ChunkRecord`.
    var hotSince: Int64?

    func keyValues() throws -> [(key: String, value: String)] {
        try origin.keyValues() + (hotSince.map { [(ChunkNames.hotSince, String($0))] } ?? [])
    }
}

/// Writes the row groups of one chunk, and keeps what the catalog shall know of them.
struct RowGroupsWriter: ~Copyable {
    private var writer: FileWriter
    private let options: StoreOptions
    private let checkpoint: @Sendable () throws -> Void
    private var contents: ChunkContents
    private var rowGroupCount = 0
    /// Of each row group, until they are written; nil for one without.
    private var wordFilters: [[UInt8]?] = []

    init(
        _ file: any WritableFile, _ plan: ChunkPlan, _ options: StoreOptions, zstdLevel: Int,
        checkpoint: @escaping @Sendable () throws -> Void
    ) throws {
        var writerOptions = WriterOptions()
        writerOptions.zstdLevel = zstdLevel
        writerOptions.pageRows = options.pageRows
        writer = try FileWriter(schema: plan.schema, options: writerOptions) { try file.append($0) }
        self.options = options
        self.checkpoint = checkpoint
        contents = ChunkContents(plan.schema)
    }

    /// Adds rows of the same plan, none of them earlier than the last one.
    mutating func append(_ columns: ChunkColumns, of rows: SortedRows) throws {
        for rows in columns.rowGroups {
            try writer.beginRowGroup(rowCount: rows.count)
            var words = WordFilterBuilder(rows, pageRows: options.pageRows)
            for (number, column) in columns.own.enumerated() {
                try checkpoint()
                let start = writer.byteCount
                try writer.write(column.column, rows: rows)
                guard options.wordFilters, let texts = columns.texts(column) else { continue }
                words.add(texts, number: number, bytesInFile: writer.byteCount - start)
            }
            if let rest = columns.rest { try writer.write(rest.column(rows)) }
            try writer.endRowGroup()
            wordFilters.append(words.finish())
            try noteIDs(columns, rows)
            rowGroupCount += 1
        }
        contents.note(columns)
        try contents.rollup.add(rows)
    }

    /// Writes the word filters of all row groups; to be called after the last of these.
    mutating func writeWordFilters() throws -> WordFilterPlaces {
        var places: [Range<Int>?] = []
        for filter in wordFilters {
            guard let filter else {
                places.append(nil)
                continue
            }
            let start = try writer.append(foreign: filter)
            places.append(start..<start + filter.count)
        }
        wordFilters = []
        return WordFilterPlaces(places)
    }

    /// The pages on which each id stands.
    private mutating func noteIDs(_ columns: ChunkColumns, _ groupRows: Range<Int>) throws {
        for (page, start) in stride(from: groupRows.lowerBound, to: groupRows.upperBound, by: options.pageRows).enumerated() {
            let rows = start..<min(start + options.pageRows, groupRows.upperBound)
            let hashes = columns.ids.distinctHashes(rows)
            guard let rowGroup = UInt16(exactly: rowGroupCount), let page = UInt16(exactly: page) else {
                throw StorageError("cannot make a chunk of more than 65536 row groups or pages; use a smaller memtable")
            }
            for hash in hashes { contents.ids.append(IDEntry(hash: hash, rowGroup: rowGroup, page: page)) }
        }
    }

    consuming func finish(keyValues: [(key: String, value: String)]) throws -> ChunkContents {
        contents.bytes = try writer.finish(keyValues: keyValues, sortingColumn: 0)
        return contents
    }
}

/// What the catalog shall know of the rows of a chunk.
struct ChunkContents {
    private(set) var rows = 0
    private(set) var minTime = Int64.max
    private(set) var maxTime = Int64.min
    fileprivate(set) var bytes = 0
    fileprivate(set) var ids: [IDEntry] = []
    fileprivate(set) var rollup = RollupCounter()
    private let schema: [ColumnSchema]
    private var valueCounts: [Int]

    fileprivate init(_ schema: [ColumnSchema]) {
        self.schema = schema
        valueCounts = [Int](repeating: 0, count: schema.count)
    }

    fileprivate mutating func note(_ columns: ChunkColumns) {
        rows += columns.rowCount
        if let times = columns.times {
            minTime = min(minTime, times.lowerBound)
            maxTime = max(maxTime, times.upperBound)
        }
        for (index, count) in columns.valueCounts.enumerated() { valueCounts[index] += count }
    }

    var columns: [ChunkColumnRecord] {
        zip(schema, valueCounts).map { ChunkColumnRecord(name: $0.name, type: $0.type.label, values: $1) }
    }
}

/// A chunk file that the catalog does not know yet.
struct SealedChunk {
    let path: String
    let head: ChunkHead
    let contents: ChunkContents

    var publication: ChunkPublication {
        ChunkPublication(
            path: path, minTime: contents.minTime, maxTime: contents.maxTime, rows: contents.rows,
            bytes: contents.bytes, columns: contents.columns, ids: contents.ids, day: head.day, level: head.level,
            rollup: contents.rollup.cells, hotSince: head.hotSince)
    }
}
