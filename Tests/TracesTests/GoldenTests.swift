import Foundation
import Records
import Testing
import Traces

/// A real request of the train-ticket sample, drawn and as JSON. `LOCKSTITCH_UPDATE_GOLDEN=1` writes the files anew.
struct GoldenTests {
    /// 20 spans and 10 logs of 4 services, two of the logs errors.
    private static let traceID = "9e8a820408225258ebe1050dd8d91d8c"
    private static let folder = URL(filePath: #filePath).deletingLastPathComponent()

    @Test(arguments: [80, 160], [WaterfallOptions.Logs.all, .errors])
    func waterfall(width: Int, logs: WaterfallOptions.Logs) throws {
        var options = WaterfallOptions()
        options.width = width
        options.logs = logs
        let text = TraceWaterfall.render(try sample(), options: options)
        for line in text.split(separator: "\n") { #expect(cells(line) <= width, "\(line)") }
        try expectGolden(text, "waterfall-\(width)-\(logs.rawValue).txt")
    }

    @Test func json() throws {
        let text = TraceJSON.encode(try sample())
        _ = try JSONValue.parse(text)
        // A line for each object, so that a change can be read.
        try expectGolden(text.replacing(",{", with: ",\n{").replacing("[{", with: "[\n{") + "\n", "trace.json.txt")
    }

    private func sample() throws -> Trace {
        let file = Self.folder.appending(path: "../../Samples/trainticket.ndjson")
        let lines = try String(contentsOf: file, encoding: .utf8).split(separator: "\n")
        let records = try lines.filter { $0.contains(Self.traceID) }.map { try record(String($0)) }
        let trace = TraceBuilder.build(records)
        #expect((trace.spanCount, trace.logCount, trace.errorCount) == (20, 10, 2))
        #expect(trace.services.count == 4)
        #expect(trace.ids == [Self.traceID])
        #expect(trace.looseLogs.isEmpty)
        return trace
    }

    private func expectGolden(_ text: String, _ name: String) throws {
        let file = Self.folder.appending(path: "Golden/\(name)")
        if ProcessInfo.processInfo.environment["LOCKSTITCH_UPDATE_GOLDEN"] == "1" {
            try Data(text.utf8).write(to: file)
        }
        let golden = try String(contentsOf: file, encoding: .utf8)
        #expect(text == golden, "\(name) differs; if this is right, run again with LOCKSTITCH_UPDATE_GOLDEN=1")
    }
}
