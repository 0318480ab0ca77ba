import GRDB
import GRDBSQLite

/// What is in which chunk: one SQLite database, `catalog.sqlite`.
///
/// | table | a row for |
/// |---|---|
/// | `chunk` | each chunk: path, times, rows, bytes; those that others replaced until their files are gone |
/// | `chunk_column` | each column of each chunk |
/// | `id_run`, `id_block`, `id_run_chunk` | the id index, see `IDBlock` |
/// | `rollup` | each minute, service and level of each chunk: how many rows |
/// | `audit` | each deletion and each change of a flag: when, by whom, how many rows |
/// | `flag` | each flag that was set |
/// | `retention_clock` | the time up to which the wall clock was believed (one row) |
/// | `sampling_decision` | the decisions of each settling of hot chunks |
/// | `wal_state` | the last retired segment of the write-ahead log (one row) |
public final class Catalog: Sendable {
    private let database: DatabasePool

    /// Opens the database, made if it is missing, and brings its schema up to date.
    ///
    /// - Throws: when the file is damaged, cannot be written, or was written by a newer version.
    public init(path: String) throws {
        var configuration = Configuration()
        configuration.label = "catalog"
        // Another process may look at it, such as `lockstitch doctor`.
        configuration.busyMode = .timeout(10)
        configuration.prepareDatabase(Self.keepLogFiles)
        database = try DatabasePool(path: path, configuration: configuration)
        try syncEveryCommit(path)
        let migrator = CatalogMigrations.migrator
        if try database.read(migrator.hasBeenSuperseded) {
            throw CatalogError("cannot open '\(path)': a newer version of lockstitch wrote it; use that version")
        }
        try migrator.migrate(database)
    }

    /// SQLite removes the two files of its write-ahead log when the last connection closes, and needs room to make them
    /// again. Where they stay, a catalog opens on a full disk.
    private static func keepLogFiles(_ db: Database) {
        var isKept: CInt = 1
        // Safe: the connection is open, and SQLite reads one integer.
        _ = unsafe sqlite3_file_control(db.sqliteConnection, nil, SQLITE_FCNTL_PERSIST_WAL, &isKept)
    }

    /// Publishing retires log segments, so a commit must reach the disk. GRDB sets `NORMAL` when it turns on SQLite's
    /// write-ahead log, after every hook of its configuration; hence this, and the look at what came of it.
    private func syncEveryCommit(_ path: String) throws {
        try database.writeWithoutTransaction { db in try db.execute(sql: "PRAGMA synchronous = FULL") }
        guard try synchronous == Self.synchronousFull else {
            throw CatalogError("cannot open '\(path)': SQLite does not sync its commits to disk")
        }
    }

    /// `FULL` as `PRAGMA synchronous` reads it.
    static let synchronousFull = 2

    /// How the connection that writes syncs, as `PRAGMA synchronous` has it.
    var synchronous: Int? {
        get throws {
            try database.writeWithoutTransaction { db in try Int.fetchOne(db, sql: "PRAGMA synchronous") }
        }
    }

    func read<Value>(_ body: (Database) throws -> Value) throws -> Value { try database.read(body) }
    func write<Value>(_ body: (Database) throws -> Value) throws -> Value { try database.write(body) }

    /// The last segment of the write-ahead log whose rows are all in chunks; 0 when there is none.
    public var retiredSegment: UInt64 {
        get throws {
            try database.read { db in
                UInt64(try Int64.fetchOne(db, sql: "SELECT retired_segment FROM wal_state") ?? 0)
            }
        }
    }

    /// All chunks, by their earliest time.
    public func chunks() throws -> [ChunkRecord] { try chunks(state: "live") }

    /// The chunks that others have replaced, or that were dropped, and whose files may still be there.
    public func replacedChunks() throws -> [ChunkRecord] { try chunks(state: "replaced") }

    private func chunks(state: String) throws -> [ChunkRecord] {
        try database.read { db in
            try Row.fetchAll(
                db, sql: "SELECT \(Self.chunkColumns) FROM chunk WHERE state = ? ORDER BY min_time, id", arguments: [state]
            ).map(Self.chunk)
        }
    }

    /// The chunk whose file has that path, if there is one.
    public func chunk(path: String) throws -> ChunkRecord? {
        try database.read { db in
            try Row.fetchOne(db, sql: "SELECT \(Self.chunkColumns) FROM chunk WHERE path = ?", arguments: [path])
                .map(Self.chunk)
        }
    }

    private static let chunkColumns = "id, path, min_time, max_time, rows, bytes, day, level, hot_since"

    private static func chunk(_ row: Row) -> ChunkRecord {
        ChunkRecord(
            id: row["id"], path: row["path"], minTime: row["min_time"], maxTime: row["max_time"], rows: row["rows"],
            bytes: row["bytes"], day: row["day"], level: row["level"], hotSince: row["hot_since"])
    }

    /// The columns of a chunk, in their order in the file.
    public func columns(ofChunk id: Int64) throws -> [ChunkColumnRecord] {
        try database.read { db in
            try Row.fetchAll(
                db, sql: "SELECT name, type, value_count FROM chunk_column WHERE chunk = ? ORDER BY position", arguments: [id]
            ).map { ChunkColumnRecord(name: $0["name"], type: $0["type"], values: $0["value_count"]) }
        }
    }

    /// Adds chunks and retires the log segments that held their rows: all or nothing.
    ///
    /// - Parameter segment: the last segment of the write-ahead log whose rows are all in chunks.
    public func publish(_ publications: [ChunkPublication], retiring segment: UInt64) throws -> [ChunkRecord] {
        try database.write { db in
            let records = try publications.map { try Self.insert($0, db) }
            try db.execute(sql: "UPDATE wal_state SET retired_segment = ?", arguments: [Int64(segment)])
            return records
        }
    }

    /// Puts chunks in the place of others: all or nothing. The others stay in the id index until they are forgotten.
    ///
    /// - Parameters:
    ///   - audit: what this is a part of, and how many rows it takes away.
    ///   - decisions: what sampling decided on the way.
    public func replace(
        _ old: [Int64], with publications: [ChunkPublication], audit: (id: Int64, rows: Int)? = nil,
        decisions: [SamplingDecision] = []
    ) throws -> [ChunkRecord] {
        try database.write { db in
            let records = try publications.map { try Self.insert($0, db) }
            for id in old {
                try db.execute(sql: "UPDATE chunk SET state = 'replaced' WHERE id = ? AND state = 'live'", arguments: [id])
                guard db.changesCount == 1 else { throw CatalogError("cannot replace chunk \(id): the catalog does not have it") }
            }
            if let audit {
                try db.execute(
                    sql: "UPDATE audit SET rows = rows + ?, chunks = chunks + ? WHERE id = ?",
                    arguments: [audit.rows, old.count, audit.id])
            }
            if !decisions.isEmpty { try Self.insert(decisions, db) }
            return records
        }
    }

    /// Removes all that is known of a replaced chunk. To be called once its file is gone.
    public func forget(_ id: Int64) throws {
        try database.write { db in
            try db.execute(sql: "DELETE FROM chunk WHERE id = ? AND state = 'replaced'", arguments: [id])
        }
    }

    private static func insert(_ publication: ChunkPublication, _ db: Database) throws -> ChunkRecord {
        try db.execute(
            sql: """
                INSERT INTO chunk (path, min_time, max_time, rows, bytes, day, level, hot_since)
                VALUES (?, ?, ?, ?, ?, ?, ?, ?)
                """,
            arguments: [
                publication.path, publication.minTime, publication.maxTime, publication.rows, publication.bytes,
                publication.day, publication.level, publication.hotSince,
            ])
        let id = db.lastInsertedRowID
        let insertColumn = try db.cachedStatement(
            sql: "INSERT INTO chunk_column (chunk, position, name, type, value_count) VALUES (?, ?, ?, ?, ?)")
        for (position, column) in publication.columns.enumerated() {
            try insertColumn.execute(arguments: [id, position, column.name, column.type, column.values])
        }
        try insert(publication.ids, chunk: id, db)
        try insert(publication.rollup, chunk: id, db)
        return ChunkRecord(
            id: id, path: publication.path, minTime: publication.minTime, maxTime: publication.maxTime,
            rows: publication.rows, bytes: publication.bytes, day: publication.day, level: publication.level,
            hotSince: publication.hotSince)
    }

    /// Brings what SQLite's log has into the file.
    func checkpoint() throws { _ = try database.writeWithoutTransaction { try $0.checkpoint(.truncate) } }

    /// Closes the database; nothing may use the catalog afterwards.
    public func close() throws { try database.close() }
}

/// What is wrong with the catalog beyond what SQLite itself reports.
public struct CatalogError: Error, CustomStringConvertible {
    public let description: String

    init(_ description: String) { self.description = description }
}
