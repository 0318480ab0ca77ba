import ArgumentParser
import Collector
import Foundation
import Records
import Sampling
import Stitching
import Storage

/// What sampling takes beyond the merge of chunks that it rides on: the survey of a chunk, and the verdict.
struct SamplingBenchmark: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "sampling", abstract: "Survey and verdict of sampling over sealed chunks, for a row.")

    @Argument(help: "Files of lines; a chunk is made of all of them.") var files: [String]
    @Option(help: "A configuration file with rules.") var config = "examples/lockstitch.yaml"
    @Option(help: "Chunks.") var chunks = 8
    @Option(help: "Runs; the median is printed.") var runs = 5

    func run() throws {
        let file = try ConfigurationFile(yaml: String(contentsOfFile: config, encoding: .utf8), file: config)
        guard let sampling = file.sampling else { throw ValidationError("'\(config)' has no rules of sampling") }
        let batches = try files.flatMap { try SealBenchmark.batches(Input($0, repeated: 1)) }
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent("lockstitch-\(UUID().uuidString)")
        defer { try? FileManager.default.removeItem(at: folder) }
        let store = try Store(folder: folder.path, options: StoreOptions())
        for _ in 0..<chunks {
            for batch in batches { try store.append(batch) }
            try store.seal()
        }
        let segments = try store.snapshot().segments(overlapping: nil)
        let rows = segments.reduce(0) { $0 + $1.rowCount }
        let sampler = Sampler(sampling, stitching: file.stitching.rules())
        var (surveys, verdicts): ([Double], [Double]) = ([], [])
        for _ in 0..<runs {
            var made: [any SampleSurvey] = []
            surveys.append(
                try Measurement.of {
                    made = try segments.enumerated().map { try sampler.survey([$1], name: "\($0)") }
                }.cpuSeconds)
            verdicts.append(try Measurement.of { _ = try sampler.verdict(on: made, among: []) { _ in nil } }.cpuSeconds)
            if surveys.count == 1 { print("memory of surveys: \(made.reduce(0) { $0 + $1.memoryBytes } / rows) bytes a row") }
        }
        for (name, seconds) in [("survey", surveys), ("verdict", verdicts)] {
            print(String(format: "%@: %.3f µs a row", name, seconds.sorted()[runs / 2] * 1e6 / Double(rows)))
        }
        try store.close()
    }
}
