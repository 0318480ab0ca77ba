import GRDB

/// The catalog's schema, step by step. A step that has shipped never changes.
enum CatalogMigrations {
    static var migrator: DatabaseMigrator {
        var migrator = DatabaseMigrator()
        migrator.registerMigration("v1") { db in
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
        return migrator
    }
}
