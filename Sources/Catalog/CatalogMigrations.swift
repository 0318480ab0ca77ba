import GRDB
import SystemIO

/// The catalog's schema, step by step. A step that has shipped never changes.
enum CatalogMigrations {
    static var migrator: DatabaseMigrator {
        var migrator = DatabaseMigrator()
        migrator.register("v1") { db in
            try db.execute(
                sql: """
                    CREATE TABLE chunk (
                        id INTEGER PRIMARY KEY AUTOINCREMENT,
                        path TEXT NOT NULL UNIQUE,
                        min_time INTEGER NOT NULL,
                        max_time INTEGER NOT NULL,
                        rows INTEGER NOT NULL,
                        bytes INTEGER NOT NULL
                    ) STRICT;
                    CREATE INDEX chunk_time ON chunk (min_time, max_time);
                    CREATE TABLE chunk_column (
                        chunk INTEGER NOT NULL REFERENCES chunk (id) ON DELETE CASCADE,
                        position INTEGER NOT NULL,
                        name TEXT NOT NULL,
                        type TEXT NOT NULL,
                        value_count INTEGER NOT NULL,
                        PRIMARY KEY (chunk, position)
                    ) STRICT, WITHOUT ROWID;
                    CREATE TABLE id_bucket (
                        bucket INTEGER NOT NULL,
                        chunk INTEGER NOT NULL REFERENCES chunk (id) ON DELETE CASCADE,
                        entries BLOB NOT NULL,
                        PRIMARY KEY (bucket, chunk)
                    ) STRICT, WITHOUT ROWID;
                    CREATE TABLE wal_state (
                        id INTEGER PRIMARY KEY CHECK (id = 1),
                        retired_segment INTEGER NOT NULL
                    ) STRICT;
                    INSERT INTO wal_state VALUES (1, 0);
                    PRAGMA user_version = 1;
                    """)
        }
        // Chunks have rows of one day, and can be replaced by others. A replaced one keeps its part of the id index until
        // nobody reads it any more. SQLite divides towards zero, days are counted downwards.
        migrator.register("v2") { db in
            try db.execute(
                sql: """
                    ALTER TABLE chunk ADD COLUMN day INTEGER;
                    ALTER TABLE chunk ADD COLUMN level INTEGER NOT NULL DEFAULT 0;
                    ALTER TABLE chunk ADD COLUMN state TEXT NOT NULL DEFAULT 'live' CHECK (state IN ('live', 'replaced'));
                    UPDATE chunk SET day = min_time / 86400000000000 - (min_time % 86400000000000 < 0)
                    WHERE min_time / 86400000000000 - (min_time % 86400000000000 < 0)
                        = max_time / 86400000000000 - (max_time % 86400000000000 < 0);
                    CREATE INDEX id_bucket_chunk ON id_bucket (chunk);
                    PRAGMA user_version = 2;
                    """)
        }
        // Counts of rows, for each chunk, so that they go with it. Chunks of earlier versions have none.
        migrator.register("v3") { db in
            try db.execute(
                sql: """
                    ALTER TABLE chunk ADD COLUMN has_rollup INTEGER NOT NULL DEFAULT 0;
                    CREATE TABLE rollup (
                        chunk INTEGER NOT NULL REFERENCES chunk (id) ON DELETE CASCADE,
                        minute INTEGER NOT NULL,
                        service TEXT NOT NULL,
                        level TEXT NOT NULL,
                        rows INTEGER NOT NULL,
                        weight REAL NOT NULL,
                        PRIMARY KEY (chunk, minute, service, level)
                    ) STRICT, WITHOUT ROWID;
                    CREATE TABLE retention_clock (
                        id INTEGER PRIMARY KEY CHECK (id = 1),
                        trusted_time INTEGER NOT NULL
                    ) STRICT;
                    PRAGMA user_version = 3;
                    """)
        }
        migrator.register("v4") { db in
            try db.execute(
                sql: """
                    CREATE TABLE audit (
                        id INTEGER PRIMARY KEY AUTOINCREMENT,
                        time INTEGER NOT NULL,
                        action TEXT NOT NULL,
                        query TEXT NOT NULL,
                        rows INTEGER NOT NULL,
                        chunks INTEGER NOT NULL,
                        who TEXT NOT NULL,
                        state TEXT NOT NULL CHECK (state IN ('running', 'done', 'stopped'))
                    ) STRICT;
                    PRAGMA user_version = 4;
                    """)
        }
        // The id index in runs of several chunks, so that a lookup does not look at each chunk; see IDBlock.swift.
        migrator.register("v5") { db in
            try db.execute(
                sql: """
                    CREATE TABLE id_run (
                        id INTEGER PRIMARY KEY,
                        from_hash INTEGER NOT NULL,
                        to_hash INTEGER NOT NULL,
                        merged_into INTEGER
                    ) STRICT;
                    CREATE TABLE id_block (
                        key INTEGER PRIMARY KEY,
                        entries BLOB NOT NULL
                    ) STRICT;
                    CREATE TABLE id_run_chunk (
                        run INTEGER NOT NULL,
                        chunk INTEGER NOT NULL,
                        entries INTEGER NOT NULL,
                        PRIMARY KEY (run, chunk)
                    ) STRICT, WITHOUT ROWID;
                    """)
            try IDBucket.moveToRuns(db)
            try db.execute(sql: "DROP TABLE id_bucket; PRAGMA user_version = 5;")
        }
        // Chunks that sampling has not gone through yet, and what it decided.
        migrator.register("v7") { db in
            try db.execute(
                sql: """
                    ALTER TABLE chunk ADD COLUMN hot_since INTEGER;
                    CREATE TABLE sampling_decision (
                        id INTEGER PRIMARY KEY AUTOINCREMENT,
                        ids INTEGER NOT NULL,
                        entries BLOB NOT NULL
                    ) STRICT;
                    PRAGMA user_version = 7;
                    """)
        }
        migrator.registerMigration("v8") { db in
            try db.execute(
                sql: """
                    CREATE TABLE flag (
                        name TEXT NOT NULL PRIMARY KEY,
                        percent REAL NOT NULL CHECK (percent BETWEEN 0 AND 100),
                        changed_at INTEGER NOT NULL,
                        who TEXT NOT NULL
                    ) STRICT, WITHOUT ROWID;
                    PRAGMA user_version = 8;
                    """)
        }
        return migrator
    }
}

extension DatabaseMigrator {
    fileprivate mutating func register(_ version: String, _ step: @escaping @Sendable (Database) throws -> Void) {
        registerMigration(version) { db in
            try step(db)
            // Within its transaction.
            Failpoint.pass("migrate.step")
        }
    }
}
