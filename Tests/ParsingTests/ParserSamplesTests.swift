import Foundation
import FuzzSupport
import Parsing
import Records
import Testing

/// Every folder of parsers/: the lines of `samples.txt` give the records of `records.ndjson`.
///
/// With LOCKSTITCH_UPDATE_GOLDEN=1 in the environment, `records.ndjson` is written instead.
struct ParserSamplesTests {
    private static let root = SeedLines.repositoryRoot.appending(path: "parsers")
    /// 2023-01-29T00:00:00Z
    private static let receivedAt: Int64 = 1_674_950_400_000_000_000

    static let folders: [String] = {
        let names = (try? FileManager.default.contentsOfDirectory(atPath: root.path)) ?? []
        return names.filter { FileManager.default.fileExists(atPath: root.appending(path: "\($0)/samples.txt").path) }
    }()

    @Test func thereAreFolders() { #expect(Set(Self.folders).isSuperset(of: ["json", "logfmt"])) }

    @Test(arguments: folders)
    func samplesGiveTheirRecords(folder: String) throws {
        let samples = try Data(contentsOf: Self.root.appending(path: "\(folder)/samples.txt"))
        let golden = Self.root.appending(path: "\(folder)/records.ndjson")
        let lines = samples.split(separator: 0x0a).map { Array($0) }
        let records = lines.map(Self.record)
        if ProcessInfo.processInfo.environment["LOCKSTITCH_UPDATE_GOLDEN"] == "1" {
            try Data(records.joined(separator: "\n").utf8 + [0x0a]).write(to: golden)
        }
        let expected = try String(contentsOf: golden, encoding: .utf8).split(separator: "\n")
        try #require(records.count == expected.count)
        for (line, (record, golden)) in zip(lines, zip(records, expected)) {
            #expect(record == golden, "\(String(decoding: line, as: UTF8.self))")
        }
    }

    /// One parser that sees all lines, three times over, gives the same as a new one for each.
    @Test(arguments: folders)
    func linesDoNotDisturbEachOther(folder: String) throws {
        let samples = try Array(Data(contentsOf: Self.root.appending(path: "\(folder)/samples.txt")))
        var parser = LineParser()
        let lines = samples.split(separator: 0x0a)
        for _ in 0..<3 {
            let rows = parser.rows(samples, receivedAt: Self.receivedAt)
            try #require(rows.count == lines.count)
            for (line, row) in zip(lines, rows) {
                var fresh = LineParser()
                let alone = fresh.rows(Array(line), receivedAt: Self.receivedAt)
                #expect(alone.map(\.time) == [row.time])
                #expect(alone.first?.fields.mapValues(\.text) == row.fields.mapValues(\.text))
            }
        }
    }

    /// The record of one line as JSON: its time, then its fields in the order of the line.
    private static func record(_ line: [UInt8]) -> String {
        var parser = LineParser()
        let batch = parser.batches(line, receivedAt: receivedAt)[0]
        var fields = [Record.Field(FieldNames.time, FieldValue(Timestamp.text(batch.times[0])))]
        fields += batch.columns.map { Record.Field($0.name, FieldValue($0.text(0), kind: $0.kinds)) }
        var json: [UInt8] = []
        JSONText.append(Record(time: nil, fields: fields), to: &json)
        return String(decoding: json, as: UTF8.self)
    }
}
