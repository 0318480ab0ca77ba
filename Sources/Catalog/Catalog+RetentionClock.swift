import GRDB

extension Catalog {
    /// The time up to which the wall clock was last believed, in nanoseconds since 1970-01-01 UTC; nil if it never was.
    public var trustedTime: Int64? {
        get throws { try read { db in try Int64.fetchOne(db, sql: "SELECT trusted_time FROM retention_clock") } }
    }

    public func trust(_ time: Int64) throws {
        try write { db in
            try db.execute(
                sql: "INSERT INTO retention_clock VALUES (1, ?) ON CONFLICT (id) DO UPDATE SET trusted_time = excluded.trusted_time",
                arguments: [time])
        }
    }
}
