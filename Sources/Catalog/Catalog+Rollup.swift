import GRDB

extension Catalog {
    static func insert(_ rollup: [RollupCell]?, chunk: Int64, _ db: Database) throws {
        guard let rollup else { return }
        try db.execute(sql: "UPDATE chunk SET has_rollup = 1 WHERE id = ?", arguments: [chunk])
        let insert = try db.cachedStatement(
            sql: "INSERT INTO rollup (chunk, minute, service, level, rows, weight) VALUES (?, ?, ?, ?, ?, ?)")
        for cell in rollup.sorted(by: { ($0.minute, $0.service, $0.level) < ($1.minute, $1.service, $1.level) }) {
            try insert.execute(arguments: [chunk, cell.minute, cell.service, cell.level, cell.rows, cell.weight])
        }
    }

    /// The counts of the rows in chunks for some minutes since 1970-01-01 UTC.
    ///
    /// - Parameter chunks: only those; all live ones for nil. A snapshot asks for its own.
    public func rollup(minutes: ClosedRange<Int64>, chunks: [Int64]? = nil) throws -> RollupSum {
        let wanted = chunks.map { "id IN (\($0.map(String.init).joined(separator: ",")))" } ?? "state = 'live'"
        // A minute that is cut off here begins before or ends after all times that 64 bits can say.
        let from = minutes.lowerBound.multipliedReportingOverflow(by: 60_000_000_000)
        let (end, endOverflow) = minutes.upperBound.multipliedReportingOverflow(by: 60_000_000_000)
        let (last, lastOverflow) = end.addingReportingOverflow(59_999_999_999)
        let range: StatementArguments = [
            from.overflow ? (minutes.lowerBound < 0 ? Int64.min : .max) : from.partialValue,
            endOverflow ? (minutes.upperBound < 0 ? Int64.min : .max) : lastOverflow ? .max : last,
        ]
        return try read { db in
            let cells = try Row.fetchAll(
                db,
                sql: """
                    SELECT minute, service, rollup.level AS level, SUM(rollup.rows) AS rows, SUM(weight) AS weight
                    FROM chunk JOIN rollup ON rollup.chunk = chunk.id
                    WHERE \(wanted) AND max_time >= ? AND min_time <= ? AND minute BETWEEN ? AND ?
                    GROUP BY minute, service, rollup.level ORDER BY minute, service, rollup.level
                    """, arguments: range + [minutes.lowerBound, minutes.upperBound])
            let uncounted = try Int64.fetchAll(
                db,
                sql: """
                    SELECT id FROM chunk WHERE \(wanted) AND has_rollup = 0 AND max_time >= ? AND min_time <= ? ORDER BY id
                    """, arguments: range)
            return RollupSum(
                cells: cells.map {
                    RollupCell(
                        minute: $0["minute"], service: $0["service"], level: $0["level"], rows: $0["rows"],
                        weight: $0["weight"])
                }, uncountedChunks: uncounted)
        }
    }

    /// The counts of the rows of a chunk, in no order; nil where they were not counted.
    public func rollup(ofChunk chunk: Int64) throws -> [RollupCell]? {
        try read { db in
            guard try Bool.fetchOne(db, sql: "SELECT has_rollup FROM chunk WHERE id = ?", arguments: [chunk]) == true else {
                return nil
            }
            let rows = try Row.fetchCursor(
                db, sql: "SELECT minute, service, level, rows, weight FROM rollup WHERE chunk = ?", arguments: [chunk])
            var cells: [RollupCell] = []
            while let row = try rows.next() {
                cells.append(RollupCell(minute: row[0], service: row[1], level: row[2], rows: row[3], weight: row[4]))
            }
            return cells
        }
    }

    /// The live chunks all of whose rows are before a time, and that may have rows of a service.
    public func chunks(withService service: String, before time: Int64) throws -> [Int64] {
        try read { db in
            try Int64.fetchAll(
                db,
                sql: """
                    SELECT id FROM chunk WHERE state = 'live' AND max_time < ? AND (has_rollup = 0
                        OR EXISTS (SELECT 1 FROM rollup WHERE rollup.chunk = chunk.id AND service = ?))
                    ORDER BY min_time, id
                    """, arguments: [time, service])
        }
    }
}
