import Kernels
import Records

/// Runs the samples of definitions.
public enum SampleCheck {
    /// What a sample gives other than it says.
    public struct Difference: Sendable, CustomStringConvertible {
        public let file: String
        public let line: Int
        /// One a line, each starting with `-` (expected), `+` (found) or a blank.
        public let details: [String]

        public var description: String {
            (["\(file):\(line): the sample gives another record"] + details.map { "    " + $0 }).joined(separator: "\n")
        }
    }

    /// The time of receipt of samples: 2023-01-29T00:00:00Z.
    public static let receivedAt: Int64 = 1_674_950_400_000_000_000

    /// The differences of all samples of `definition`, which is one of `set`.
    ///
    /// Each is parsed as by a source that is pinned to the definition; and, unless the definition is for certain sources
    /// or programs only, as by any source, where it must not be taken by another.
    public static func differences(of definition: ParserDefinition, in set: ParserSet) -> [Difference] {
        var differences: [Difference] = []
        for sample in definition.samples {
            let pinned = parse(sample, by: .definition(definition.name), set)
            let details = compare(pinned, sample)
            if !details.isEmpty {
                differences.append(Difference(file: definition.file, line: sample.line, details: details))
            } else if definition.match.sources.isEmpty, definition.match.programs.isEmpty {
                let unpinned = compare(parse(sample, by: .auto, set), sample)
                guard !unpinned.isEmpty else { continue }
                let title = "  when the parser is found by the line itself:"
                differences.append(
                    Difference(file: definition.file, line: sample.line, details: [title] + unpinned))
            }
        }
        return differences
    }

    private static func parse(_ sample: ParserDefinition.Sample, by pinned: PinnedParser, _ set: ParserSet) -> [Record] {
        var parser = LineParser(parsers: set)
        let bytes = Array(sample.text.utf8)
        let source = LineSource(parser: pinned, name: sample.source)
        var records: [Record] = []
        var progress = LineParser.Progress()
        repeat {
            progress = parser.parse(bytes, after: progress, receivedAt: receivedAt, source: source)
            records += parser.takeBatch().records
        } while progress.isBatchFull
        return records
    }

    private static func compare(_ found: [Record], _ sample: ParserDefinition.Sample) -> [String] {
        guard found.count == sample.records.count else {
            return ["- \(sample.records.count) records", "+ \(found.count) records"]
                + found.map { "  " + json($0) }
        }
        var details: [String] = []
        for (record, values) in zip(found, sample.records) {
            var expected = values.mapValues { text(FieldValue($0.text, kind: $0.isText ? .string : .number)) }
            expected[FieldNames.time] = text(FieldValue(normalisedTime(values[FieldNames.time]?.text)))
            let got = Dictionary(uniqueKeysWithValues: record.fields.map { ($0.name, text($0.value)) })
            for name in Set(expected.keys).union(got.keys).sorted() where expected[name] != got[name] {
                if let value = expected[name] { details.append("- \(name): \(value)") }
                if let value = got[name] { details.append("+ \(name): \(value)") }
            }
        }
        return details
    }

    /// A time as records write it; that of receipt for nil. What is no time stays as it is, and differs.
    private static func normalisedTime(_ text: String?) -> String {
        guard let text else { return Timestamp.text(receivedAt) }
        let format = PlainText.standardFormats(zoneSeconds: 0)[0]
        return format.read(Array(text.utf8).span, from: 0, receivedAt: receivedAt).map { Timestamp.text($0.time) } ?? text
    }

    private static func text(_ value: FieldValue) -> String {
        var bytes: [UInt8] = []
        JSONText.append(value, to: &bytes)
        return String(decoding: bytes, as: UTF8.self)
    }

    private static func json(_ record: Record) -> String {
        var bytes: [UInt8] = []
        JSONText.append(record, to: &bytes)
        return String(decoding: bytes, as: UTF8.self)
    }
}
