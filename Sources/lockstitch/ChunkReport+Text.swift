import Foundation
import Records

extension ChunkReport {
    /// The report for people.
    var text: String {
        var text = facts + "\nwhere the bytes go\n" + shares
        for (number, group) in rowGroups.enumerated() {
            text += "\nrow group \(number): \(group.rows) rows, \(ByteText.text(group.compressedBytes))\n" + Self.table(group)
        }
        return text
    }

    private var facts: String {
        var table = TextTable(["file", CellText(file).text])
        table.add(["created by", CellText(createdBy ?? "unknown").text])
        table.add(["format", "version \(version)"])
        table.add(["rows", "\(rows) in \(rowGroups.count) row group\(rowGroups.count == 1 ? "" : "s")"])
        table.add(["size", "\(ByteText.text(bytes)), \(bytes) bytes"])
        for item in keyValues { table.add(["metadata", CellText("\(item.key) = \(item.value)").cut(to: 100).text]) }
        return table.text
    }

    private var shares: String {
        var table = TextTable(["column", "bytes", "share", "uncompressed", "ratio"], numeric: [1, 2, 3, 4])
        for column in columns {
            let uncompressed = column.uncompressedBytes ?? 0
            table.add([
                CellText(column.name).text, ByteText.text(column.bytes), Self.percent(column.share), ByteText.text(uncompressed),
                column.bytes > 0 ? String(format: "%.1f", Double(uncompressed) / Double(column.bytes)) : "",
            ])
        }
        for part in parts where part.bytes > 0 {
            table.add(["(\(part.name))", ByteText.text(part.bytes), Self.percent(part.share), "", ""])
        }
        return table.text
    }

    private static func table(_ group: RowGroup) -> String {
        var table = TextTable(
            ["column", "type", "encodings", "codec", "values", "nulls", "bytes", "share", "uncompressed", "pages", "index",
             "min", "max"],
            numeric: [4, 5, 6, 7, 8, 9])
        for chunk in group.columns {
            table.add([
                CellText(chunk.column).text, [chunk.physicalType, chunk.logicalType].compactMap(\.self).joined(separator: " "),
                chunk.encodings.joined(separator: ","), chunk.codec, "\(chunk.values)",
                chunk.nulls.map(String.init) ?? "?", ByteText.text(chunk.compressedBytes), percent(chunk.share),
                ByteText.text(chunk.uncompressedBytes), "\(chunk.dataPages)\(chunk.hasDictionary ? "+1" : "")", index(chunk),
                bound(chunk.min), bound(chunk.max),
            ])
        }
        return table.text
    }

    private static func index(_ chunk: Chunk) -> String {
        let parts = [
            (chunk.columnIndexBytes > 0, "bounds"), (chunk.offsetIndexBytes > 0, "offsets"),
            (chunk.bloomFilterBytes > 0, "bloom"), (chunk.hasChecksums, "crc"),
        ]
        let present = parts.filter(\.0).map(\.1)
        return present.isEmpty ? "-" : present.joined(separator: ",")
    }

    private static func bound(_ text: String?) -> String { text.map { CellText($0).cut(to: 30).text } ?? "-" }

    private static func percent(_ share: Double) -> String { String(format: "%.1f %%", share) }
}
