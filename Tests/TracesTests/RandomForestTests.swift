import Records
import TestSupport
import Testing
import Traces

/// Random forests with cycles, lost parents, shared ids and spans sent twice. Each record has a number of its own.
struct RandomForestTests {
    @Test(arguments: seeds)
    func everyRecordIsThereOnce(seed: UInt64) throws {
        var random = SeededRandom(seed: seed)
        let forest = RandomForest(&random)
        let trace = TraceBuilder.build(forest.records.shuffled(using: &random))

        let inTree = trace.spans.flatMap { [$0.span.fields] + $0.logs } + trace.looseLogs
        #expect(inTree.map(number).sorted() == forest.numbers, "seed \(seed)")
        #expect(
            walk(trace.roots).map(\.span.fields).map(number) == trace.spans.map(\.span.fields).map(number),
            "seed \(seed)")
        #expect(trace.spanCount + trace.logCount == forest.numbers.count, "seed \(seed)")
        #expect(numbers(try JSONValue.parse(TraceJSON.encode(trace))).sorted() == forest.numbers, "seed \(seed)")
    }

    @Test(arguments: seeds)
    func parentsAreThoseNamedUnlessACycleIsCut(seed: UInt64) {
        var random = SeededRandom(seed: seed)
        let forest = RandomForest(&random)
        let trace = TraceBuilder.build(forest.records)
        for node in trace.spans {
            let (key, parentKey) = (forest.key(node.span), forest.parentKey(node.span))
            for child in node.children {
                #expect(child.parent.map { number($0.span.fields) } == number(node.span.fields))
            }
            for log in node.logs { #expect(log.text("span_id") == node.span.spanID, "seed \(seed)") }
            guard forest.sharing[key] == 1 else { continue }
            if let parent = node.parent {
                #expect(forest.key(parent.span) == parentKey, "seed \(seed)")
            } else if let parentKey, forest.sharing[parentKey] != nil {
                #expect(forest.isOnCycle(key), "seed \(seed): \(key) lost its parent")
            }
            #expect(node.isMissingParent == (parentKey.map { forest.sharing[$0] == nil } ?? false), "seed \(seed)")
        }
    }

    @Test(arguments: seeds)
    func orderOfRecordsDoesNotMatter(seed: UInt64) {
        var random = SeededRandom(seed: seed)
        let forest = RandomForest(&random)
        var options = WaterfallOptions()
        options.color = true
        let (first, second) = (
            TraceBuilder.build(forest.records), TraceBuilder.build(forest.records.shuffled(using: &random))
        )
        #expect(TraceJSON.encode(first) == TraceJSON.encode(second), "seed \(seed)")
        #expect(
            TraceWaterfall.render(first, options: options) == TraceWaterfall.render(second, options: options),
            "seed \(seed)")
    }

    @Test(arguments: seeds)
    func waterfallHasEveryRecordOnceAndFits(seed: UInt64) {
        var random = SeededRandom(seed: seed)
        let forest = RandomForest(&random)
        let trace = TraceBuilder.build(forest.records)
        var options = WaterfallOptions()
        options.width = Int.random(in: 40...200, using: &random)
        options.color = true
        let lines = withoutColors(TraceWaterfall.render(trace, options: options)).split(separator: "\n")
        for line in lines { #expect(cells(line) <= max(60, options.width), "seed \(seed): \(line)") }
        let numbers = lines.dropFirst().flatMap { $0.matches(of: /#([0-9]+)/).compactMap { Int($0.output.1) } }
        #expect(numbers.sorted() == forest.numbers, "seed \(seed)")

        let drawnSpans = numbers.filter { forest.spanNumbers.contains($0) }
        #expect(Set(drawnSpans) == Set(trace.spans.map { number($0.span.fields) }), "seed \(seed)")
        let places = Dictionary(uniqueKeysWithValues: numbers.enumerated().map { ($1, $0) })
        for node in trace.spans {
            guard let parent = node.parent else { continue }
            let (place, above) = (places[number(node.span.fields)], places[number(parent.span.fields)])
            #expect(above ?? .max < place ?? -1, "seed \(seed)")
        }
    }

    private func number(_ record: Record) -> Int { record.text("n").flatMap { Int($0) } ?? -1 }

    private func walk(_ nodes: [SpanNode]) -> [SpanNode] { nodes.flatMap { [$0] + walk($0.children) } }

    /// Of all records in a trace's JSON.
    private func numbers(_ json: JSONValue) -> [Int] {
        let own: [Int] = if case .integer(let number) = json["fields"]?["n"] { [Int(number)] } else { [] }
        return own + ["spans", "children", "logs"].flatMap { (json[$0]?.elements ?? []).flatMap(numbers) }
    }
}

private struct RandomForest {
    private(set) var records: [Record] = []
    /// Of all records but those sent again.
    private(set) var numbers: [Int] = []
    private(set) var spanNumbers: Set<Int> = []
    /// How many spans have a trace and span id.
    private(set) var sharing: [String: Int] = [:]
    private var parents: [String: String] = [:]
    /// Small where many spans begin at once.
    private let startsMax: Int64

    init(_ random: inout SeededRandom) {
        startsMax = Bool.random(using: &random) ? 2 : 50
        let spanCount = Int.random(in: 0...60, using: &random)
        for number in 0..<spanCount { addSpan(number, of: spanCount, &random) }
        for number in spanCount..<spanCount + Int.random(in: 0...40, using: &random) { addLog(number, &random) }
        numbers = Array(0..<records.count)
        records += records.prefix(spanCount).filter { _ in Int.random(in: 0..<5, using: &random) == 0 }
    }

    private mutating func addSpan(_ number: Int, of count: Int, _ random: inout SeededRandom) {
        // Parents are mostly of a lower number, which gives trees; any number gives cycles and lost parents.
        let isWild = Int.random(in: 0..<6, using: &random) == 0
        let parent = Int.random(in: 0...(isWild ? count * 3 / 2 : number), using: &random)
        let id = Int.random(in: 0..<10, using: &random) == 0 ? Int.random(in: 0..<count, using: &random) : number
        let record = span(
            "i\(id)", parent: parent == number && !isWild ? nil : "i\(parent)", trace: trace(&random),
            service: "服务-\(Int.random(in: 0..<4, using: &random))",
            name: "#\(number) e\u{301}\n\u{1b}[31m 名前" + padding(&random),
            start: Int64.random(in: 0..<startsMax, using: &random), duration: Int64.random(in: 0..<50, using: &random),
            [
                ("n", FieldValue(String(number), kind: .number)),
                ("kind", FieldValue(Bool.random(using: &random) ? "client" : "server")),
            ])
        spanNumbers.insert(number)
        records.append(record)
        let key = "\(record.text("trace_id") ?? "") i\(id)"
        sharing[key, default: 0] += 1
        parents[key] = record.text("parent_span_id").map { "\(record.text("trace_id") ?? "") \($0)" }
    }

    private mutating func addLog(_ number: Int, _ random: inout SeededRandom) {
        let id = Int.random(in: 0...60, using: &random)
        var record = log(
            "#\(number) \u{202E}\r\n한국어 " + padding(&random), span: Bool.random(using: &random) ? "i\(id)" : nil,
            trace: trace(&random), level: Bool.random(using: &random) ? "error" : "info",
            time: Int64.random(in: 0..<100, using: &random))
        record.fields.append(.init("n", FieldValue(String(number), kind: .number)))
        records.append(record)
    }

    private func trace(_ random: inout SeededRandom) -> String {
        Int.random(in: 0..<8, using: &random) == 0 ? "u" : "t"
    }

    private func padding(_ random: inout SeededRandom) -> String {
        String(repeating: "x界", count: Int.random(in: 0...40, using: &random))
    }

    func key(_ span: Span) -> String { "\(span.traceID) \(span.spanID)" }

    func parentKey(_ span: Span) -> String? { span.parentSpanID.map { "\(span.traceID) \($0)" } }

    /// Whether following the ids from a span leads back to it, or to an id that several share, where links can differ.
    func isOnCycle(_ key: String) -> Bool {
        var current = parents[key]
        for _ in 0...records.count {
            guard let id = current else { return false }
            if id == key || sharing[id] ?? 0 > 1 { return true }
            current = parents[id]
        }
        return false
    }
}
