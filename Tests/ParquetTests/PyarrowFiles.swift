import Foundation
import Testing

/// Files that pyarrow writes, and the rows in them: scripts/python/write_parquet.py.
struct PyarrowFiles {
    struct Description: Decodable {
        let name: String
        let rowGroups: [Int]
        let columns: [String]
        let nested: [String]
        let hasIndex: Bool
        let encodings: [String]
    }

    struct File {
        let description: Description
        let bytes: [UInt8]
        /// One line of JSON for each row.
        let rowLines: [Substring]
    }

    let files: [File]
    /// A file with a codec that the reader does not know.
    let brotli: [UInt8]

    init(seed: Int, rowsMax: Int = 900) throws {
        (files, brotli) = try Python.withFolder { folder in
            let output = try Python.run("write_parquet.py", [folder.path, "\(seed)", "\(rowsMax)"])
            let files = try output.split(separator: "\n").map { line in
                let description = try JSONDecoder().decode(Description.self, from: Data(line.utf8))
                let expected = try Data(contentsOf: folder.appending(path: "\(description.name).ndjson"))
                return File(
                    description: description,
                    bytes: [UInt8](try Data(contentsOf: folder.appending(path: "\(description.name).parquet"))),
                    rowLines: String(decoding: expected, as: UTF8.self).split(separator: "\n"))
            }
            return (files, [UInt8](try Data(contentsOf: folder.appending(path: "brotli.parquet"))))
        }
    }
}
