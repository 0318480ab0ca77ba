import GRDB

/// A flag as it was last set.
public struct FlagRecord: Sendable, Hashable {
    public let name: String
    /// Of all requests, in `0...100`.
    public let percent: Double
    /// In nanoseconds since 1970-01-01 UTC.
    public let changedAt: Int64
    /// Who set it, as the client says.
    public let who: String

    public init(name: String, percent: Double, changedAt: Int64, who: String) {
        self.name = name
        self.percent = percent
        self.changedAt = changedAt
        self.who = who
    }
}

extension Catalog {
    /// All flags, by name.
    public func flags() throws -> [FlagRecord] { try read(Self.flags) }

    static func flags(_ db: Database) throws -> [FlagRecord] {
        try Row.fetchAll(db, sql: "SELECT * FROM flag ORDER BY name").map { row in
            FlagRecord(name: row["name"], percent: row["percent"], changedAt: row["changed_at"], who: row["who"])
        }
    }

    /// Sets a flag, and notes it in the audit.
    ///
    /// - Parameters:
    ///   - change: what the audit says.
    ///   - countMax: where there are as many flags, the one that has been at 100 % for longest goes for a new one.
    /// - Throws: a `CatalogError` when there are as many, none of them at 100 %.
    public func set(_ flag: FlagRecord, change: String, countMax: Int) throws {
        try write { db in
            try db.execute(
                sql: """
                    DELETE FROM flag WHERE name = (SELECT name FROM flag WHERE percent = 100 ORDER BY changed_at, name LIMIT 1)
                    AND (SELECT count(*) FROM flag) >= ? AND NOT EXISTS (SELECT 1 FROM flag WHERE name = ?)
                    """,
                arguments: [countMax, flag.name])
            try Self.insert(flag, db)
            guard try Int.fetchOne(db, sql: "SELECT count(*) FROM flag") ?? 0 <= countMax else {
                throw CatalogError("cannot set flag '\(flag.name)': there are \(countMax) others; set one of them on first")
            }
            try db.execute(
                sql: "INSERT INTO audit (time, action, query, rows, chunks, who, state) VALUES (?, 'flag', ?, 0, 0, ?, 'done')",
                arguments: [flag.changedAt, change, flag.who])
        }
    }

    /// Adds what another catalog knew of flags, which the audit says already.
    public func add(_ flags: [FlagRecord]) throws {
        try write { db in for flag in flags { try Self.insert(flag, db) } }
    }

    private static func insert(_ flag: FlagRecord, _ db: Database) throws {
        try db.execute(
            sql: "INSERT OR REPLACE INTO flag (name, percent, changed_at, who) VALUES (?, ?, ?, ?)",
            arguments: [flag.name, flag.percent, flag.changedAt, flag.who])
    }
}
