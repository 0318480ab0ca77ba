import GRDB

/// Something that was done at someone's wish: rows were taken away, or a flag was set.
public struct AuditEntry: Sendable, Hashable {
    public enum State: String, Sendable {
        case running, done
        /// It ended before it was done; what it had taken away is gone.
        case stopped
    }

    public let id: Int64
    /// When it began, in nanoseconds since 1970-01-01 UTC.
    public let time: Int64
    /// `delete` or `flag`.
    public let action: String
    /// The filter of a deletion; the change of a flag, `NAME: on -> 25%`.
    public let query: String
    public let rows: Int
    public let chunks: Int
    /// Who asked for it, as the client says.
    public let who: String
    public let state: State
}

extension Catalog {
    /// Notes that something begins.
    public func begin(_ action: String, query: String, who: String, at time: Int64) throws -> Int64 {
        try write { db in
            try db.execute(
                sql: "INSERT INTO audit (time, action, query, rows, chunks, who, state) VALUES (?, ?, ?, 0, 0, ?, 'running')",
                arguments: [time, action, query, who])
            return db.lastInsertedRowID
        }
    }

    /// Notes how it ended.
    public func end(_ id: Int64, _ state: AuditEntry.State) throws {
        try write { db in
            try db.execute(sql: "UPDATE audit SET state = ? WHERE id = ?", arguments: [state.rawValue, id])
        }
    }

    /// To be called when nothing runs: what seems to run was cut short.
    public func stopAudits() throws {
        try write { db in try db.execute(sql: "UPDATE audit SET state = 'stopped' WHERE state = 'running'") }
    }

    /// The latest entries, the last first.
    ///
    /// - Parameter action: nil for those of all actions.
    public func audits(limit: Int, action: String? = nil) throws -> [AuditEntry] {
        try read { db in
            try Row.fetchAll(
                db, sql: "SELECT * FROM audit WHERE ?1 IS NULL OR action = ?1 ORDER BY id DESC LIMIT ?2", arguments: [action, limit]
            ).map(AuditEntry.init)
        }
    }
}

extension AuditEntry {
    init(_ row: Row) {
        self.init(
            id: row["id"], time: row["time"], action: row["action"], query: row["query"], rows: row["rows"],
            chunks: row["chunks"], who: row["who"], state: State(rawValue: row["state"]) ?? .stopped)
    }
}
