import ArgumentParser
import Foundation
import Parsing
import Records
import Storage

/// Rows in memory to a published chunk, on one thread.
struct SealBenchmark: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "seal", abstract: "Batches in memory to chunks on disk, all files together.")

    @Argument(help: "Files of lines.") var files: [String]
    @Option(help: "Times over the files in one run.") var repeated = 1
    @Option(help: "Runs; the median is printed.") var runs = 5
    @Option(help: "Where to leave the data folder of the last run; default: nowhere.") var keep: String?
    @Option(help: "zstd level of the chunks.") var level = 1

    func run() throws {
        let inputs = try files.map { try Input($0, repeated: repeated) }
        let batches = inputs.flatMap(Self.batches)
        let bytes = inputs.reduce(0) { $0 + $1.bytes.count }
        let rows = inputs.reduce(0) { $0 + $1.rows }
        var measured: [Measurement] = []
        for _ in 0..<runs {
            let folder = keep.map(URL.init(fileURLWithPath:)) ?? FileManager.default.temporaryDirectory
                .appendingPathComponent("lockstitch-\(UUID().uuidString)")
            try? FileManager.default.removeItem(at: folder)
            defer { if keep == nil { try? FileManager.default.removeItem(at: folder) } }
            var options = StoreOptions(correlationIDs: FieldNames.correlationIDs)
            options.zstdLevel = level
            let store = try Store(folder: folder.path, options: options)
            for batch in batches { try store.append(batch) }
            measured.append(try Measurement.of { try store.seal() })
            try store.close()
        }
        let median = measured.sorted { $0.cpuSeconds < $1.cpuSeconds }[runs / 2]
        print("seal", median, bytes: bytes, rows: rows)
        print(String(format: "  %.0f MB of input per CPU-second", Double(bytes) / 1e6 / median.cpuSeconds))
    }

    static func batches(_ input: Input) -> [RecordBatch] {
        var parser = LineParser()
        var batches: [RecordBatch] = []
        for frame in input.frames(of: 1 << 20) {
            var progress = LineParser.Progress()
            repeat {
                progress = parser.parse(frame, after: progress, receivedAt: 0)
                batches.append(parser.takeBatch())
            } while progress.isBatchFull
        }
        return batches
    }
}
