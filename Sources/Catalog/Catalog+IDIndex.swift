import Foundation
import GRDB

// Each chunk begins with a run of its own. Runs are merged in the background, the small ones when they add up to the large
// one, so that there are some ten of them whatever the number of chunks. A merge goes through the hashes in steps of one
// short transaction each: below the hash that it has come to the new run counts, from there on the old ones.

extension Catalog {
    /// The pages that may have rows with an id, over all chunks, oldest chunk first.
    public func locate(hash: UInt64) throws -> [(chunk: Int64, rowGroup: Int, page: Int)] {
        let hash = IDHash.bits(hash)
        return try read { db in
            let statement = try db.cachedStatement(
                sql: """
                    SELECT (
                        SELECT entries FROM id_block WHERE key BETWEEN (id_run.id << 40) AND (id_run.id << 40) + ?1
                        ORDER BY key DESC LIMIT 1
                    ) FROM id_run WHERE from_hash <= ?1 AND to_hash > ?1
                    """)
            let blocks = try Data?.fetchCursor(statement, arguments: [hash])
            var found: [IndexedPage] = []
            while let block = try blocks.next() {
                if let block { found += IDBlock.pages(of: hash, in: [UInt8](block)) }
            }
            return Set(found).sorted().map { ($0.chunk, $0.rowGroup, $0.page) }
        }
    }

    /// How many runs a lookup looks at.
    public var indexRuns: Int {
        get throws { try read { db in try Int.fetchOne(db, sql: "SELECT COUNT(*) FROM id_run") ?? 0 } }
    }

    static func insert(_ ids: [IDEntry], chunk: Int64, _ db: Database) throws {
        let entries = ids.map {
            IndexedPage(hash: IDHash.bits($0.hash), chunk: chunk, rowGroup: $0.rowGroup, page: $0.page)
        }
        try IDRun.insert(entries.sorted(), chunk: chunk, db)
    }

    /// Does a step of merging runs.
    ///
    /// - Parameter entriesMax: about how many entries it may move.
    /// - Returns: false when there is nothing to merge.
    public func mergeIndex(entriesMax: Int = 50_000) throws -> Bool {
        try write { db in
            if let merge = try IDMerge.underWay(db) {
                try merge.step(entriesMax, db)
                return true
            }
            return try IDMerge.begin(db)
        }
    }
}

/// A run of the id index.
struct IDRun {
    let id: Int64
    let entries: Int
    /// The hashes for which it counts are those from here on.
    let fromHash: Int64

    /// Runs have 23 bits of a key.
    private static let idMax: Int64 = 1 << 23 - 1

    /// - Parameter hash: up to `IDHash.end`, which gives the end of the run.
    static func key(_ run: Int64, _ hash: Int64) -> Int64 { run << 40 + hash }

    static func make(_ db: Database, toHash: Int64) throws -> Int64 {
        try db.execute(sql: "INSERT INTO id_run (from_hash, to_hash) VALUES (0, ?)", arguments: [toHash])
        let id = db.lastInsertedRowID
        guard id <= idMax else { throw CatalogError("the id index has no room for more runs; rebuild the catalog") }
        return id
    }

    static func insert(_ sorted: [IndexedPage], chunk: Int64, _ db: Database) throws {
        guard !sorted.isEmpty else { return }
        try append(sorted, to: make(db, toHash: IDHash.end), db)
    }

    /// Adds entries whose hashes are above all that the run has.
    static func append(_ sorted: [IndexedPage], to run: Int64, _ db: Database) throws {
        let insert = try db.cachedStatement(sql: "INSERT INTO id_block (key, entries) VALUES (?, ?)")
        for block in IDBlock.blocks(sorted) {
            try insert.execute(arguments: [key(run, block.first), Data(block.bytes)])
        }
        var counts: [Int64: Int] = [:]
        for entry in sorted { counts[entry.chunk, default: 0] += 1 }
        let count = try db.cachedStatement(
            sql: """
                INSERT INTO id_run_chunk (run, chunk, entries) VALUES (?, ?, ?)
                ON CONFLICT (run, chunk) DO UPDATE SET entries = entries + excluded.entries
                """)
        for (chunk, entries) in counts { try count.execute(arguments: [run, chunk, entries]) }
    }
}

/// A merge of runs.
struct IDMerge {
    let target: Int64
    /// Up to which hash it has come.
    let hash: Int64
    let sources: [IDRun]

    static func underWay(_ db: Database) throws -> IDMerge? {
        let rows = try Row.fetchAll(
            db,
            sql: """
                SELECT id, from_hash, merged_into, (SELECT SUM(entries) FROM id_run_chunk WHERE run = id) AS entries
                FROM id_run WHERE merged_into IS NOT NULL ORDER BY id
                """)
        guard let first = rows.first else { return nil }
        return IDMerge(
            target: first["merged_into"], hash: first["from_hash"],
            sources: rows.map { IDRun(id: $0["id"], entries: $0["entries"] ?? 0, fromHash: $0["from_hash"]) })
    }

    /// Chooses runs to merge; false if there are none. A run half of which is of chunks that are gone is made anew.
    static func begin(_ db: Database) throws -> Bool {
        let rows = try Row.fetchAll(
            db,
            sql: """
                SELECT run, SUM(entries) AS entries,
                    SUM(CASE WHEN chunk.id IS NULL THEN entries ELSE 0 END) AS gone
                FROM id_run_chunk LEFT JOIN chunk ON chunk.id = id_run_chunk.chunk
                GROUP BY run ORDER BY 2, 1
                """)
        let runs = rows.map { row -> (id: Int64, entries: Int, gone: Int) in (row["run"], row["entries"], row["gone"]) }
        var chosen = runs.filter { $0.gone * 2 >= max(1, $0.entries) }.map(\.id)
        if chosen.isEmpty {
            var sum = 0
            for (index, run) in runs.enumerated() {
                if index >= 3, run.entries <= sum { chosen = runs[...index].map(\.id) }
                sum += run.entries
            }
        }
        guard !chosen.isEmpty else { return false }
        let target = try IDRun.make(db, toHash: 0)
        for id in chosen {
            try db.execute(sql: "UPDATE id_run SET merged_into = ? WHERE id = ?", arguments: [target, id])
        }
        return true
    }

    /// Moves the entries of the next hashes.
    func step(_ entriesMax: Int, _ db: Database) throws {
        // Hashes are spread evenly.
        let total = max(1, sources.reduce(0) { $0 + $1.entries })
        let width = total <= entriesMax ? IDHash.end : max(1, IDHash.end / Int64(total / entriesMax + 1))
        let end = min(IDHash.end, hash + width)
        let chunks = Set(try Int64.fetchAll(db, sql: "SELECT id FROM chunk"))
        var entries: [IndexedPage] = []
        for source in sources {
            let first = try firstKey(source.id, at: hash, db)
            let blocks = try Data.fetchCursor(
                db, sql: "SELECT entries FROM id_block WHERE key >= ? AND key < ? ORDER BY key",
                arguments: [first, IDRun.key(source.id, end)])
            while let block = try blocks.next() {
                entries += IDBlock.entries([UInt8](block)).filter {
                    hash <= $0.hash && $0.hash < end && chunks.contains($0.chunk)
                }
            }
        }
        try IDRun.append(entries.sorted(), to: target, db)
        if end == IDHash.end { try finish(db) } else { try advance(to: end, db) }
    }

    /// The key of the block that may have a hash.
    private func firstKey(_ run: Int64, at hash: Int64, _ db: Database) throws -> Int64 {
        let key = try Int64.fetchOne(
            db, sql: "SELECT MAX(key) FROM id_block WHERE key BETWEEN ? AND ?", arguments: [IDRun.key(run, 0), IDRun.key(run, hash)])
        return key ?? IDRun.key(run, 0)
    }

    private func advance(to end: Int64, _ db: Database) throws {
        for source in sources {
            let first = try firstKey(source.id, at: end, db)
            try db.execute(sql: "DELETE FROM id_block WHERE key >= ? AND key < ?", arguments: [IDRun.key(source.id, 0), first])
            try db.execute(sql: "UPDATE id_run SET from_hash = ? WHERE id = ?", arguments: [end, source.id])
        }
        try db.execute(sql: "UPDATE id_run SET to_hash = ? WHERE id = ?", arguments: [end, target])
    }

    private func finish(_ db: Database) throws {
        for source in sources {
            try db.execute(
                sql: "DELETE FROM id_block WHERE key >= ? AND key < ?",
                arguments: [IDRun.key(source.id, 0), IDRun.key(source.id, IDHash.end)])
            try db.execute(sql: "DELETE FROM id_run_chunk WHERE run = ?", arguments: [source.id])
            try db.execute(sql: "DELETE FROM id_run WHERE id = ?", arguments: [source.id])
        }
        try db.execute(sql: "UPDATE id_run SET to_hash = ? WHERE id = ?", arguments: [IDHash.end, target])
        // One that has nothing is no run.
        try db.execute(
            sql: "DELETE FROM id_run WHERE id = ?1 AND NOT EXISTS (SELECT 1 FROM id_run_chunk WHERE run = ?1)", arguments: [target])
    }
}
