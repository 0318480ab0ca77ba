import Foundation
import GRDB

/// A look at a catalog that changes nothing, whatever version or state it is in.
public struct CatalogCheck: Sendable {
    /// A chunk as every version of the catalog has it.
    public struct Chunk: Sendable {
        public let path: String
        public let minTime: Int64
        public let maxTime: Int64
        public let rows: Int
        public let bytes: Int
        /// Whether others have taken its place, so that its file is on its way out.
        public let isReplaced: Bool
    }

    public let chunks: [Chunk]
    public let retiredSegment: UInt64
    /// Deletions and changes of flags, which no chunk tells of.
    public let audits: [AuditEntry]
    /// As in `Catalog.flags`.
    public let flags: [FlagRecord]
    /// As in `Catalog.trustedTime`.
    public let trustedTime: Int64?
    public let version: Int
    /// What `PRAGMA integrity_check` and `foreign_key_check` found, at most 100 of them.
    public let faults: [String]

    /// - Throws: when the file is there and cannot be read as a catalog.
    /// - Returns: nil when there is no file.
    public init?(path: String) throws {
        guard FileManager.default.fileExists(atPath: path) else { return nil }
        var configuration = Configuration()
        configuration.readonly = true
        configuration.busyMode = .timeout(10)
        let database = try DatabaseQueue(path: path, configuration: configuration)
        defer { try? database.close() }
        let version = try database.read { try Int.fetchOne($0, sql: "PRAGMA user_version") ?? 0 }
        self.version = version
        (chunks, retiredSegment, trustedTime) = try database.read { db in
            let hasStates = try db.columns(in: "chunk").contains { $0.name == "state" }
            let rows = try Row.fetchAll(
                db,
                sql: "SELECT path, min_time, max_time, rows, bytes, \(hasStates ? "state" : "'live'") AS state FROM chunk")
            let chunks = rows.map { row in
                Chunk(
                    path: row["path"], minTime: row["min_time"], maxTime: row["max_time"], rows: row["rows"],
                    bytes: row["bytes"], isReplaced: row["state"] == "replaced")
            }
            let retired = UInt64(try Int64.fetchOne(db, sql: "SELECT retired_segment FROM wal_state") ?? 0)
            let trusted = try db.tableExists("retention_clock")
                ? try Int64.fetchOne(db, sql: "SELECT trusted_time FROM retention_clock") : nil
            return (chunks, retired, trusted)
        }
        audits = try database.read { db in
            try db.tableExists("audit") ? Row.fetchAll(db, sql: "SELECT * FROM audit ORDER BY id").map(AuditEntry.init) : []
        }
        flags = try database.read { db in try db.tableExists("flag") ? Catalog.flags(db) : [] }
        faults = try database.read { db in
            let integrity = try String.fetchAll(db, sql: "PRAGMA integrity_check(100)").filter { $0 != "ok" }
            let keys = try Row.fetchAll(db, sql: "PRAGMA foreign_key_check").prefix(100 - min(100, integrity.count))
            return integrity + keys.map { "a row of '\($0["table"] ?? "?")' refers to a chunk that is not there" }
        }
    }
}

extension Catalog {
    /// Adds the audit of another catalog.
    public func add(_ audits: [AuditEntry]) throws {
        try write { db in
            for audit in audits {
                try db.execute(
                    sql: "INSERT INTO audit (time, action, query, rows, chunks, who, state) VALUES (?, ?, ?, ?, ?, ?, ?)",
                    arguments: [
                        audit.time, audit.action, audit.query, audit.rows, audit.chunks, audit.who, audit.state.rawValue,
                    ])
            }
        }
    }

    /// Closes a catalog so that all of it is in its one file.
    public func closeWhole() throws {
        let path = try write { db in try String.fetchOne(db, sql: "SELECT file FROM pragma_database_list WHERE name = 'main'") }
        try checkpoint()
        try close()
        guard let path else { return }
        for suffix in ["-wal", "-shm"] where FileManager.default.fileExists(atPath: path + suffix) {
            try FileManager.default.removeItem(atPath: path + suffix)
        }
    }

    /// Brings what SQLite's log of a closed catalog still has into the file.
    ///
    /// - Throws: when the file is no database.
    public static func checkpoint(path: String) throws {
        let database = try DatabaseQueue(path: path)
        _ = try database.writeWithoutTransaction { try $0.checkpoint(.truncate) }
        try database.close()
    }
}
