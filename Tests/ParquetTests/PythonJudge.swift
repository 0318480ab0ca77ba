import Foundation
import Testing

/// What pyarrow, DuckDB and polars, which know nothing of this library, read from a file: scripts/python/parquet_values.py.
struct PythonJudge {
    struct Chunk: Decodable {
        let rowGroup: Int
        let column: String
        let encodings: [String]
        let compression: String
        let nullCount: Int
        let min: String?
        let max: String?
        let isMinExact: Bool?
        let isMaxExact: Bool?
        let hasColumnIndex: Bool
        let hasOffsetIndex: Bool
        let byteCount: Int
    }

    struct File: Decodable {
        let rows: Int
        let createdBy: String
        let rowGroups: [Int]
        let keyValues: [String: String]
        let sortingColumns: [[[SortingPart]]]
        let types: [String]
    }

    /// A column index or a flag.
    enum SortingPart: Decodable, Equatable {
        case flag(Bool)
        case column(Int)

        init(from decoder: any Decoder) throws {
            let container = try decoder.singleValueContainer()
            if let flag = try? container.decode(Bool.self) {
                self = .flag(flag)
            } else {
                self = .column(try container.decode(Int.self))
            }
        }
    }

    struct DuckDB: Decodable, Equatable {
        let rows: Int
        let differences: Int
        let wrongFilters: Int
    }

    struct Polars: Decodable, Equatable {
        let differences: Int
    }

    private struct Line: Decodable {
        let chunk: Chunk?
        let file: File?
        let duckdb: DuckDB?
        let polars: Polars?
    }

    /// One line of JSON for each row.
    let rowLines: [Substring]
    let chunks: [Chunk]
    let file: File
    let duckDB: DuckDB
    let polars: Polars

    init(_ bytes: [UInt8]) throws {
        let path = FileManager.default.temporaryDirectory.appending(path: "\(UUID().uuidString).parquet")
        try Data(bytes).write(to: path)
        defer { try? FileManager.default.removeItem(at: path) }
        let lines = try Python.run("parquet_values.py", [path.path]).split(separator: "\n")
        rowLines = lines.prefix { $0.hasPrefix("{\"row\"") }
        let others = try lines[rowLines.endIndex...].map { try JSONDecoder().decode(Line.self, from: Data($0.utf8)) }
        chunks = others.compactMap(\.chunk)
        file = try #require(others.lazy.compactMap(\.file).first)
        duckDB = try #require(others.lazy.compactMap(\.duckdb).first)
        polars = try #require(others.lazy.compactMap(\.polars).first)
    }
}
