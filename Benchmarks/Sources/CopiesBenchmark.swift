import ArgumentParser
import Foundation
import Records
import Storage

/// Fills a data folder with the rows of some files many times over, as if that much more had happened: each copy comes
/// after the one before, and its requests have ids of their own.
struct CopiesBenchmark: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "copies", abstract: "Makes a data folder of copies of files, shifted in time and with ids of their own.")

    @Argument(help: "Files of lines; each copy has all of them.") var files: [String]
    @Option(help: "Copies.") var copies = 25
    @Option(help: "The data folder to make.") var data: String
    @Option(help: "A word that one row more has.") var needle = "5f3c9a71needle"

    func run() throws {
        let batches = try files.map { try Input($0, repeated: 1) }.flatMap(SealBenchmark.batches)
        let times = batches.flatMap(\.times)
        guard let first = times.min(), let last = times.max() else { throw ValidationError("the files have no rows") }
        let store = try Store(folder: data, options: StoreOptions(correlationIDs: FieldNames.correlationIDs))
        for copy in 0..<copies {
            let shift = Int64(copy) * (last - first + 1_000_000_000)
            for batch in batches { try store.append(Self.copy(batch, number: UInt64(copy), shift: shift)) }
            if copy == copies / 2 { try store.append(row(at: first + shift)) }
            while try store.sealIfDue() {}
        }
        try store.seal()
        let counts = store.counts
        print("\(counts.chunkRows) rows in \(counts.chunks) chunks of \(counts.chunkBytes / 1_000_000) MB together")
        try store.close()
    }

    private func row(at time: Int64) -> RecordBatch {
        let text = Array("the \(needle) in the haystack".utf8)
        let column = TextColumn(
            name: FieldNames.message, kinds: .string, bytes: text, ends: [UInt32(text.count)], rows: nil)
        return RecordBatch(times: [time], columns: [column])
    }

    private static func copy(_ batch: RecordBatch, number: UInt64, shift: Int64) -> RecordBatch {
        RecordBatch(
            times: batch.times.map { $0 + shift },
            columns: batch.columns.map { isID($0.name) ? rekeyed($0, number) : $0 })
    }

    private static func isID(_ field: String) -> Bool {
        FieldNames.correlationIDs.contains(field) || field == FieldNames.spanID || field == FieldNames.parentSpanID
    }

    /// Every hexadecimal digit turned into another by a key of the copy, so that ids that were equal stay so.
    private static func rekeyed(_ column: TextColumn, _ copy: UInt64) -> TextColumn {
        let key = copy &* 0x9E37_79B9_7F4A_7C15
        var bytes = column.bytes
        for index in 0..<column.count {
            let range = column.range(index)
            for place in range {
                guard let digit = digits.firstIndex(of: bytes[place]) else { continue }
                let nibble = Int(truncatingIfNeeded: key >> UInt64((place - range.lowerBound) % 16 * 4)) & 15
                bytes[place] = digits[digit ^ nibble]
            }
        }
        return TextColumn(name: column.name, kinds: column.kinds, bytes: bytes, ends: column.ends, rows: column.rows)
    }

    private static let digits = Array("0123456789abcdef".utf8)
}
