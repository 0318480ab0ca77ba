import Parquet
public import SystemIO

/// Reads all of a chunk, so that every page passes its check.
public enum ChunkPages {
    /// What is wrong with the file at `path`; nil when nothing is.
    public static func problem(in path: String, rows: Int, fileSystem: any FileSystem = POSIXFileSystem()) -> String? {
        do {
            let file = ChunkFile(path: path, fileSystem: fileSystem, open: OpenChunks(countMax: 1))
            let layout = try file.layout()
            for rowGroup in layout.reader.rowGroups.indices {
                for column in layout.reader.schema.indices {
                    try ChunkDamage.finding(in: path, rowGroup: rowGroup, column: layout.reader.schema[column].name) {
                        _ = try layout.reader.read(column: column, rowGroup: rowGroup)
                    }
                }
            }
            return layout.reader.rowCount == rows ? nil : "it has \(layout.reader.rowCount) rows in place of \(rows)"
        } catch let damage as ChunkDamage {
            let place = damage.rowGroup.map { ", row group \($0)" } ?? ""
            return damage.reason + place + (damage.column.map { ", column '\($0)'" } ?? "")
        } catch {
            return "\(error)"
        }
    }
}
