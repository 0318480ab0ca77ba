import Foundation
import GRDB

/// A value of the catalog, as JSON has it where that can; bytes are an object with base 64.
public enum CatalogValue: Sendable, Hashable, Codable {
    case null
    case integer(Int64)
    case real(Double)
    case text(String)
    case blob([UInt8])

    private enum Key: String, CodingKey { case bytes }

    public init(from decoder: any Decoder) throws {
        if let object = try? decoder.container(keyedBy: Key.self) {
            self = .blob(Array(try object.decode(Data.self, forKey: .bytes)))
            return
        }
        let value = try decoder.singleValueContainer()
        if value.decodeNil() {
            self = .null
        } else if let integer = try? value.decode(Int64.self) {
            self = .integer(integer)
        } else if let real = try? value.decode(Double.self) {
            self = .real(real)
        } else {
            self = .text(try value.decode(String.self))
        }
    }

    public func encode(to encoder: any Encoder) throws {
        if case .blob(let bytes) = self {
            var object = encoder.container(keyedBy: Key.self)
            return try object.encode(Data(bytes), forKey: .bytes)
        }
        var value = encoder.singleValueContainer()
        switch self {
        case .null, .blob: try value.encodeNil()
        case .integer(let integer): try value.encode(integer)
        case .real(let real): try value.encode(real)
        case .text(let text): try value.encode(text)
        }
    }

    fileprivate init(_ value: DatabaseValue) {
        self = switch value.storage {
        case .null: .null
        case .int64(let integer): .integer(integer)
        case .double(let real): .real(real)
        case .string(let text): .text(text)
        case .blob(let bytes): .blob(Array(bytes))
        }
    }

    fileprivate var databaseValue: DatabaseValue {
        switch self {
        case .null: .null
        case .integer(let integer): integer.databaseValue
        case .real(let real): real.databaseValue
        case .text(let text): text.databaseValue
        case .blob(let bytes): Data(bytes).databaseValue
        }
    }
}

/// The rows of a table that say what no chunk says.
public struct KeptTable: Sendable, Hashable, Codable {
    public let name: String
    public let columns: [String]
    public let rows: [[CatalogValue]]
}

extension Catalog {
    /// The tables that a backup keeps, those of versions to come among them. All others can be made anew from the chunks
    /// (`rebuiltTables`); a new table goes into one of the two lists.
    static let keptTableNames = ["audit", "flag", "retention_clock"]
    /// What chunks say themselves, what goes with one data folder only, and what is of use for some minutes.
    static let rebuiltTables: Set = [
        "chunk", "chunk_column", "grdb_migrations", "id_block", "id_run", "id_run_chunk", "rollup", "sampling_decision",
        "wal_state",
    ]

    /// What of the catalog cannot be made anew from the chunks.
    public func keptTables() throws -> [KeptTable] {
        try read { db in
            try Self.keptTableNames.filter { try db.tableExists($0) }.map { name in
                let columns = try db.columns(in: name).map(\.name)
                let rows = try Row.fetchAll(db, sql: "SELECT * FROM \(name) ORDER BY 1")
                return KeptTable(name: name, columns: columns, rows: rows.map { $0.databaseValues.map(CatalogValue.init) })
            }
        }
    }

    /// Puts back what `keptTables` gave, in the place of what there is with the same keys.
    ///
    /// - Throws: when this version has no such table or column.
    public func restore(_ tables: [KeptTable]) throws {
        try write { db in
            for table in tables {
                guard Self.keptTableNames.contains(table.name), try db.tableExists(table.name),
                    Set(table.columns).isSubset(of: try db.columns(in: table.name).map(\.name)),
                    table.rows.allSatisfy({ $0.count == table.columns.count })
                else {
                    throw CatalogError(
                        "cannot restore table '\(table.name)' of the catalog: a newer version of lockstitch wrote it; use that version")
                }
                let insert = try db.cachedStatement(
                    sql: """
                        INSERT OR REPLACE INTO \(table.name) (\(table.columns.joined(separator: ", ")))
                        VALUES (\(databaseQuestionMarks(count: table.columns.count)))
                        """)
                for row in table.rows { try insert.execute(arguments: StatementArguments(row.map(\.databaseValue))) }
            }
        }
    }

    /// All tables there are.
    var tableNames: [String] {
        get throws {
            try read { db in
                try String.fetchAll(
                    db, sql: "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%' ORDER BY name")
            }
        }
    }
}
