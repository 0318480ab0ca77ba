import Foundation
import LogsQL
import QueryEngine
import Records
import Storage
import TestSupport
import Testing

/// `stats` over rows that sampling left, against the formulas written down in the plainest way.
@Suite struct SampledStatsTests {
    private func answer(_ query: String, _ snapshot: Snapshot, limits: QueryLimitsOfEngine = .init()) throws -> QueryAnswer {
        try QueryEngine(limits: limits, correlationIDs: ["trace_id", "request_id"]).answer(parse(query), over: snapshot, now: 0)
    }

    /// Requests of up to six rows in several services, each with one weight; some rows name no request.
    private func sampledRows(_ random: inout SeededRandom) -> [Row] {
        var rows: [Row] = []
        for request in 0..<120 {
            let weight = random.pick(["1", "2", "2.5", "10", "100"])
            let form = random.below(4)
            for _ in 0..<random.below(6) {
                var fields = [
                    "service": random.pick(["cart", "checkout", "front end"]), "level": random.pick(["info", "error"]),
                    "size": random.pick(["7", "-3", "0.5", "1000", "none", ""]),
                ]
                if weight != "1" || random.oneIn(2) { fields["_weight"] = weight }
                // A request has a trace, or another id, or both; the letters' case does not matter.
                if form != 1 { fields["trace_id"] = String(format: random.oneIn(2) ? "%016x" : "%016X", request + 0xabcdef) }
                if form > 0 { fields["request_id"] = "r\(form == 1 ? request : random.below(9))" }
                if random.oneIn(9) { (fields["trace_id"], fields["request_id"]) = (nil, nil) }
                rows.append(Row(time: Int64(rows.count), fields: fields))
            }
        }
        return rows
    }

    /// What is to be added up of a row: a variable, and whether the row counts at all.
    private typealias Variable = (Row) -> Double?

    private struct Expected {
        var value: Double?
        var error: Double?
    }

    private func weight(_ row: Row) -> Double { Double(row.text("_weight")) ?? 1 }

    private func request(_ row: Row, _ index: Int) -> String {
        let ids = [row.text("trace_id"), row.text("request_id")].filter { !$0.isEmpty }
        return ids.first?.lowercased() ?? "row \(index)"
    }

    private func total(_ rows: [Row], _ variable: Variable) -> Double {
        rows.reduce(0) { $0 + weight($1) * (variable($1) ?? 0) }
    }

    /// `Σ w(w−1)·X²` over requests.
    private func variance(_ rows: [Row], _ variable: Variable) -> Double {
        let requests = Dictionary(grouping: rows.enumerated(), by: { request($0.element, $0.offset) })
        return requests.values.reduce(0) { sum, rows in
            let sampled = rows.map(\.element).filter { weight($0) != 1 }
            guard let first = sampled.first else { return sum }
            let x = sampled.reduce(0) { $0 + (variable($1) ?? 0) }
            return sum + weight(first) * (weight(first) - 1) * x * x
        }
    }

    private func ratio(_ rows: [Row], _ variable: @escaping Variable) -> Expected {
        let ones: Variable = { variable($0).map { _ in 1 } }
        guard rows.contains(where: { variable($0) != nil }) else { return Expected() }
        let ratio = total(rows, variable) / total(rows, ones)
        let residual = variance(rows) { row in variable(row).map { $0 - ratio } }
        return Expected(value: ratio, error: residual.squareRoot() / total(rows, ones))
    }

    private func expected(_ rows: [Row]) -> [String: Expected] {
        let one: Variable = { _ in 1 }
        let isError: Variable = { $0.text("level") == "error" ? 1 : 0 }
        let size: Variable = { Double($0.text("size")) }
        return [
            "n": Expected(value: total(rows, one), error: variance(rows, one).squareRoot()),
            "errors": Expected(value: total(rows, isError), error: variance(rows, isError).squareRoot()),
            "sum": Expected(
                value: rows.contains { size($0) != nil } ? total(rows, size) : nil, error: variance(rows, size).squareRoot()),
            "mean": ratio(rows, size), "rate": ratio(rows, isError),
        ]
    }

    private func isClose(_ text: String?, _ value: Double?) -> Bool {
        guard let value else { return text == "" }
        return text.flatMap { Double($0) }.map { abs($0 - value) <= 1e-7 * max(1, abs(value)) } ?? false
    }

    @Test(arguments: [1, 2, 3, 4, 5, 6, 7, 8] as [UInt64])
    func estimatesAndErrorsAreThoseOfTheFormulas(seed: UInt64) throws {
        var random = SeededRandom(seed: seed)
        let rows = sampledRows(&random)
        let query = """
            * | stats by (service) count() n, count() if (level:error) errors, sum(size) sum, avg(size) mean,
            share(level:error) rate
            """
        for layout in ModelTests.layouts {
            let answer = try answer(query, Snapshot(rows, encodings: layout, rowsPerBlock: 17))
            #expect(answer.records.count == 3)
            for record in answer.records {
                let group = rows.filter { $0.text("service") == record.text("service") }
                for (name, expected) in expected(group) {
                    #expect(isClose(record.text(name), expected.value), "seed \(seed), \(layout): \(name) of \(record)")
                    guard let value = expected.value else { continue }
                    #expect(isClose(record.text("\(name)_stderr"), expected.error), "seed \(seed), \(layout): \(name) of \(record)")
                    let low = try #require(record.text("\(name)_low").flatMap { Double($0) })
                    let high = try #require(record.text("\(name)_high").flatMap { Double($0) })
                    #expect(low <= value + 1e-9 && value <= high + 1e-9, "seed \(seed): \(name) of \(record)")
                }
            }
            let estimate = try #require(answer.estimate)
            #expect(estimate.keptRows == rows.count && estimate.isErrorKnown && estimate.ofKeptRows == [])
            #expect(abs(estimate.standsFor - rows.reduce(0) { $0 + weight($1) }) < 1e-6)
        }
    }

    @Test(arguments: [1, 2, 3, 4] as [UInt64])
    func quantilesAreThoseOfRowsWrittenOutAsOftenAsTheyWeigh(seed: UInt64) throws {
        var random = SeededRandom(seed: seed)
        let rows = (0..<200).map { index in
            Row(time: Int64(index), fields: ["x": String(random.below(50)), "_weight": String(1 + random.below(4))])
        }
        let written = rows.flatMap { row in
            (0..<(Int(row.text("_weight")) ?? 1)).map { _ in Row(time: row.time, fields: ["x": row.text("x")]) }
        }
        let query = "* | stats quantile(0, x) a, quantile(0.1, x) b, median(x) c, quantile(0.99, x) d, quantile(1, x) e"
        for layout in ModelTests.layouts {
            let found = try answer(query, Snapshot(rows, encodings: layout))
            let all = try answer(query, Snapshot(written, encodings: layout))
            #expect(found.records == all.records, "seed \(seed)")
            #expect(found.estimate?.ofKeptRows == ["a", "e"])
            #expect(found.estimate != nil && all.estimate == nil)
        }
    }

    @Test func whatIsNotSampledIsExactAndLooksAsBefore() throws {
        let rows = (0..<40).map { (index: Int) -> Row in
            let (service, weight) = index % 2 == 0 ? ("all", "1") : ("some", "4")
            let fields = ["service": service, "request_id": "r\(index / 8)", "x": "3", "_weight": weight]
            return Row(time: Int64(index), fields: fields)
        }
        let snapshot = Snapshot(rows, encodings: [.natural])
        let mixed = try answer("* | stats by (service) count() n, sum(x) s", snapshot)
        #expect(mixed.records.map(\.texts.count) == [3, 9])
        #expect(mixed.records[0].texts == ["service": "all", "n": "20", "s": "60"])
        #expect(mixed.records[1].text("n") == "80" && mixed.records[1].text("s") == "240")
        let exact = try answer("service:all | stats count() n", snapshot)
        #expect(exact.records.map(\.texts) == [["n": "20"]] && exact.estimate == nil)
    }

    @Test func valuesThatAreNoWeightsCountAsOne() throws {
        let weights = ["", "x", "-2", "inf", "nan", "1", "1.0"]
        let rows = weights.enumerated().map { Row(time: Int64($0.offset), fields: ["_weight": $0.element]) }
        let answer = try answer("* | count() n", Snapshot(rows, encodings: [.text]))
        #expect(answer.records.map(\.texts) == [["n": "7"]] && answer.estimate == nil)
    }

    @Test func resultsOfTheKeptRowsAloneAreNamed() throws {
        let rows = (0..<9).map { Row(time: Int64($0), fields: ["x": String($0), "_weight": "3"]) }
        let answer = try answer(
            "* | stats count() n, min(x) least, max(x), count_uniq(x) u, median(x) m", Snapshot(rows, encodings: [.natural]))
        #expect(answer.estimate?.ofKeptRows == ["least", "max(x)", "u"])
        #expect(answer.records[0].text("u") == "9" && answer.records[0].text("m") == "4")
        #expect(answer.records[0].fields.map(\.name) == ["n", "n_stderr", "n_low", "n_high", "least", "max(x)", "u", "m"])
    }

    @Test func namesThatAreTakenStay() throws {
        let rows = [Row(time: 0, fields: ["_weight": "3", "n_low": "here"])]
        let names = try answer("* | stats by (n_low) count() n, min(x) n_stderr", Snapshot(rows, encodings: [.text]))
            .records[0].fields.map(\.name)
        #expect(names == ["n_low", "n", "n_stderr_2", "n_low_2", "n_high", "n_stderr"])
    }

    @Test func noMatchInTheSampleIsNotCertainlyNone() throws {
        // 100 requests with the weight 20 each, none with an error: 3.7 · 20 · 19 / 20 errors might have been missed.
        let rows = (0..<100).map { Row(time: Int64($0), fields: ["request_id": "r\($0)", "_weight": "20"]) }
        let record = try #require(
            try answer("* | stats count() if (level:error) e, share(level:error) s", Snapshot(rows, encodings: [.text])).records.first)
        #expect(record.text("e") == "0" && record.text("e_stderr") == "0" && record.text("e_low") == "0")
        #expect(isClose(record.text("e_high"), -log(0.025) * 19))
        #expect(record.text("s") == "0" && isClose(record.text("s_high"), -log(0.025) * 19 / 2_000))
    }

    @Test(arguments: [
        "* | fields service | stats by (service) count() n", "* | sort by (x desc) | stats by (service) count() n",
        "* | fields service | sort by (service) | stats by (service) count() n",
        "* | sort by (x) | fields service | stats by (service) count() n",
        "* | fields service, x | filter x:>=0 | offset 0 | stats by (service) count() n", "* | limit 60 | stats by (service) count() n",
    ])
    func weightsGoWithTheirRows(query: String) throws {
        let rows = (0..<60).map { index in
            Row(
                time: Int64(index),
                fields: ["service": "s\(index % 2)", "x": String(index), "request_id": "r\(index / 6)", "_weight": "5"])
        }
        let snapshot = Snapshot(rows, encodings: [.natural, .text, .dictionary], rowsPerBlock: 7)
        let plain = try answer("* | stats by (service) count() n", snapshot)
        #expect(plain.records.map { $0.text("n") } == ["150", "150"])
        // Ten requests of three rows in each group.
        #expect(isClose(plain.records[0].text("n_stderr"), (10.0 * 5 * 4 * 9).squareRoot()))
        #expect(try answer(query, snapshot).records == plain.records)
    }

    @Test func rowsThatPipesMakeHaveNoWeight() throws {
        let rows = (0..<10).map { Row(time: Int64($0), fields: ["x": String($0 % 2), "_weight": "5"]) }
        let snapshot = Snapshot(rows, encodings: [.natural])
        #expect(try answer("* | uniq by (_weight, x) | count() n", snapshot).records.map(\.texts) == [["n": "2"]])
        let twice = try answer("* | stats by (_weight, x) count() n | stats sum(n) total, count() groups", snapshot)
        #expect(twice.records.map(\.texts) == [["total": "50", "groups": "2"]])
        #expect(twice.estimate != nil)
    }

    /// `trace` gives stored rows, whatever came before it.
    @Test func rowsOfTracesHaveTheirWeight() throws {
        let stored = (0..<8).map { row in
            Record(
                time: Int64(row),
                fields: [("time", Timestamp.text(Int64(row))), ("trace_id", "t"), ("_weight", "5")].map { name, text in
                    Record.Field(name, FieldValue(text))
                })
        }
        let rows = [Row(time: 0, fields: ["trace_id": "t", "_weight": "5"])]
        let answer = try QueryEngine(traceExpander: { _ in stored }).answer(
            parse("* | stats by (trace_id) count() hits | fields trace_id | trace | fields time | stats count() n"),
            over: Snapshot(rows, encodings: [.text]), now: 0)
        #expect(answer.records.map { $0.text("n") } == ["40"])
        #expect(isClose(answer.records[0].text("n_stderr"), (20.0 * 64).squareRoot()))
        #expect(answer.estimate?.keptRows == 8)
    }

    @Test func tooManyRequestsLeaveTheErrorUnknown() throws {
        let rows = (0..<100).map { Row(time: Int64($0), fields: ["request_id": "r\($0)", "_weight": "5"]) }
        let snapshot = Snapshot(rows, encodings: [.text], rowsPerBlock: 10)
        var limits = QueryLimitsOfEngine()
        limits.sampleSumsMax = 200
        #expect(try answer("* | stats count() n, share(x:y) s", snapshot, limits: limits).estimate?.isErrorKnown == true)
        limits.sampleSumsMax = 100
        #expect(try answer("* | stats count() n", snapshot, limits: limits).estimate?.isErrorKnown == true)
        let answer = try answer("* | stats count() n, share(x:y) s", snapshot, limits: limits)
        #expect(answer.records.map(\.texts) == [["n": "500", "s": "0"]])
        #expect(answer.estimate?.isErrorKnown == false)
    }

    @Test func aTableShowsEstimatesWithTheirErrors() throws {
        func row(_ service: String, _ request: Int, _ weight: String) -> Row {
            Row(time: 0, fields: ["service": service, "request_id": "r\(request)", "x": "2.5", "_weight": weight])
        }
        let rows = (0..<40).map { row("a", $0, "3.5") } + (0..<12).map { row("b", $0, "1") }
        let answer = try answer("* | stats by (service) count() n, avg(x) x", Snapshot(rows, encodings: [.text]))
        #expect(
            ResultTable.render(answer.records, answer.estimate, width: 80) == """
                service         n        x
                a        140 ± 19  2.5 ± 0
                b              12      2.5

                """)
        #expect(ResultTable.render(answer.records, width: 80).hasPrefix("service    n     n_stderr  "))
    }

    /// Values that are large beside their differences lose no error in rounding.
    @Test func errorsOfAveragesOfLargeValues() throws {
        let rows = (0..<200).map { index in
            Row(
                time: Int64(index),
                fields: ["request_id": "r\(index / 2)", "x": String(1_700_000_000_000 + index % 3), "_weight": "2"])
        }
        let record = try #require(try answer("* | stats avg(x) a", Snapshot(rows, encodings: [.natural])).records.first)
        let mean = Double((0..<200).reduce(0) { $0 + $1 % 3 }) / 200
        let squares = (0..<100).reduce(0.0) { sum, request in
            let residual = Double(2 * request % 3 + (2 * request + 1) % 3) - 2 * mean
            return sum + 2 * residual * residual
        }
        let error = try #require(record.text("a_stderr").flatMap { Double($0) })
        #expect(abs(error - squares.squareRoot() / 400) < 1e-6)
    }
}
