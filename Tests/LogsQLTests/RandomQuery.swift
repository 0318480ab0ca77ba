import TestSupport

@testable import LogsQL

extension SeededRandom {
    mutating func list<Value>(_ counts: ClosedRange<Int>, _ make: (inout SeededRandom) -> Value) -> [Value] {
        (0..<Int.random(in: counts, using: &self)).map { _ in make(&self) }
    }
}

/// Random queries in the form that the parser gives, so that printing and parsing must give them back.
struct RandomQuery {
    var random: SeededRandom

    init(seed: UInt64) { random = SeededRandom(seed: seed) }

    mutating func query() -> Query {
        query(depth: 4)
    }

    private mutating func query(depth: Int) -> Query {
        let options = options()
        let filter = filter(depth: depth)
        return Query(options: options, filter: filter, pipes: (0..<Int.random(in: 0...3, using: &random)).map { _ in pipe() })
    }

    private mutating func options() -> QueryOptions {
        guard random.oneIn(4) else { return QueryOptions() }
        return QueryOptions(
            concurrency: random.oneIn(2) ? nil : .random(in: 0...99, using: &random),
            parallelReaders: random.oneIn(2) ? nil : .random(in: 0 ... .max, using: &random),
            ignoresGlobalTimes: random.pick([nil, false, true]), allowsPartialResponse: random.pick([nil, false, true]),
            timeOffset: random.pick([nil, 0, duration()]))
    }

    // MARK: Filters

    mutating func filter(depth: Int) -> Filter {
        guard depth > 0, random.oneIn(2) else { return random.oneIn(2) ? leaf() : otherLeaf(depth: depth) }
        switch Int.random(in: 0..<3, using: &random) {
        case 0: return .and((0..<Int.random(in: 2...4, using: &random)).map { _ in filter(depth: depth - 1) })
        case 1: return .or((0..<Int.random(in: 2...4, using: &random)).map { _ in filter(depth: depth - 1) })
        default: return .not(filter(depth: depth - 1))
        }
    }

    private mutating func leaf() -> Filter {
        let field: String? = random.oneIn(3) ? nil : field()
        switch Int.random(in: 0..<12, using: &random) {
        case 0: return .all
        case 1: return .phrase(.init(field: field, name(), ignoresCase: random.oneIn(2)))
        case 2: return .prefix(.init(field: field, name(), ignoresCase: random.oneIn(2)))
        case 3: return .exact(.init(field: field, text()))
        case 4: return .exactPrefix(.init(field: field, text()))
        case 5: return .present(.init(self.field()))
        case 6: return .empty(.init(field: field))
        case 7: return .regexp(.init(field: field, text()))
        case 8: return .oneOf(.init(field: field, (0..<Int.random(in: 0...3, using: &random)).map { _ in text() }))
        case 9: return .comparison(.init(field: field, random.pick(relations), random.oneIn(2) ? number() : Operand(text())))
        case 10:
            return .range(
                .init(
                    field: field, lower: number(), includesLower: random.oneIn(2), upper: number(),
                    includesUpper: random.oneIn(2)))
        default: return .time(time())
        }
    }

    /// Those that came later, some with queries in them.
    private mutating func otherLeaf(depth: Int) -> Filter {
        let field: String? = random.oneIn(3) ? nil : field()
        switch Int.random(in: 0..<16, using: &random) {
        case 0: return .substring(.init(field: field, name()))
        case 1: return .patternMatch(.init(field: field, random.pick(Filter.PatternMatch.Placement.allCases), text() + "<N>"))
        case 2: return .oneOf(.init(field: field, values(depth: depth)))
        case 3, 4: return .contains(.init(field: field, random.pick(Filter.Contains.Quantifier.allCases), values(depth: depth)))
        case 5: return .commonCase(.init(field: field, random.list(1...3) { $0.pick(["Error", "a B", "\"", "é"]) }, isExact: random.oneIn(2)))
        case 6: return .sequence(.init(field: field, texts()))
        case 7: return .jsonArrayContainsAny(.init(field: field, texts()))
        case 8: return .fieldComparison(.init(field: field, random.pick(Filter.FieldComparison.Relation.allCases), name()))
        case 9: return .stringRange(.init(field: field, lower: text(), upper: text()))
        case 10:
            return .lengthRange(
                .init(field: field, lower: .random(in: 0...99, using: &random), upper: random.pick([.max, 5, Int.max - 1])))
        case 11: return .addressRange(.init(field: field, addresses()))
        case 12: return .valueType(.init(field: field, random.pick(Filter.ValueType.Kind.allCases)))
        case 13: return dayOrWeek()
        case 14: return .stream(.init(random.list(1...3) { _ in [] }.map { _ in labels() }))
        default:
            let leaf = leaf().leaf ?? Filter.Phrase("x")
            if leaf is Filter.Time { return .all }
            return .anyField(.init(prefix: random.oneIn(3) ? "" : name(), leaf))
        }
    }

    private mutating func texts() -> [String] { (0..<Int.random(in: 0...3, using: &random)).map { _ in text() } }

    private mutating func values(depth: Int) -> FilterValues {
        guard depth > 0, random.oneIn(2) else { return .list(texts()) }
        var query = query(depth: depth - 1)
        query.pipes = query.pipes.prefix(1) + [random.oneIn(2) ? .fields([.name(name())]) : .uniq(.init(fields: [field()]))]
        return Subquery(query).map { .query($0) } ?? .list([])
    }

    private mutating func addresses() -> Filter.AddressRange.Bounds {
        func any(_ random: inout SeededRandom) -> UInt128 {
            let bits = UInt128(random.next()) << 64 | UInt128(random.next())
            return random.pick([bits, bits & 0xFFFF, bits | 0xFFFF_0000_0000, bits & 0xFFFF_0000_0000_FFFF << 32, 0])
        }
        if random.oneIn(2) { return .v6(first: any(&random), last: any(&random)) }
        return .v4(first: UInt32(truncatingIfNeeded: any(&random)), last: UInt32(truncatingIfNeeded: any(&random)))
    }

    private mutating func dayOrWeek() -> Filter {
        let offset = random.oneIn(2) ? 0 : duration()
        if random.oneIn(2) {
            return .cycle(
                .init(
                    .day(lower: .random(in: 0...1_440, using: &random), upper: .random(in: 0...1_440, using: &random)),
                    includesLower: random.oneIn(2), includesUpper: random.oneIn(2), offset: offset))
        }
        let days = Filter.Cycle.Weekday.allCases
        return .cycle(
            .init(
                .week(lower: random.pick(days), upper: random.pick(days)), includesLower: random.oneIn(2),
                includesUpper: random.oneIn(2), offset: offset))
    }

    /// None at all only where nothing else stands in the braces.
    private mutating func labels() -> [Filter.Stream.Label] {
        (0..<Int.random(in: 1...3, using: &random)).map { _ in
            let relation = random.pick(Filter.Stream.Relation.allCases)
            let isList = relation == .isOneOf || relation == .isNoneOf
            return Filter.Stream.Label(name(), relation, isList ? texts() : [text()])
        }
    }

    private let relations = Filter.Comparison.Relation.allCases

    private mutating func time() -> Filter.Time {
        let offset = random.oneIn(3) ? duration() : 0
        switch Int.random(in: 0..<4, using: &random) {
        case 0: return Filter.Time(.last(nanoseconds: Int64(duration().magnitude)), offset: offset)
        case 1: return Filter.Time(.period(point()), offset: offset)
        case 2:
            return Filter.Time(
                .range(lower: point(), includesLower: random.oneIn(2), upper: point(), includesUpper: random.oneIn(2)),
                offset: offset)
        default: return Filter.Time(.comparison(random.pick(relations), point()), offset: offset)
        }
    }

    private mutating func point() -> TimePoint {
        if random.oneIn(3) { return .now(plus: random.oneIn(3) ? 0 : duration()) }
        if random.oneIn(5) { return .calendar(CalendarTime(nanoseconds: .random(in: .min ... .max, using: &random))) }
        while true {
            let rank = CalendarTime.Granularity.allCases
            let granularity = random.pick(rank)
            func keep(_ least: CalendarTime.Granularity) -> Bool { granularity.rank >= least.rank }
            let unit = Int(granularity.nanoseconds ?? 1_000_000_000)
            let time = CalendarTime(
                year: .random(in: 1600...2300, using: &random),
                month: keep(.month) ? .random(in: 1...12, using: &random) : 1,
                day: keep(.day) ? .random(in: 1...31, using: &random) : 1,
                hour: keep(.hour) ? .random(in: 0...23, using: &random) : 0,
                minute: keep(.minute) ? .random(in: 0...59, using: &random) : 0,
                second: keep(.second) ? .random(in: 0...59, using: &random) : 0,
                nanosecond: keep(.digit1) ? .random(in: 0...999_999_999, using: &random) / unit * unit : 0,
                granularity: granularity, zoneMinutes: random.oneIn(2) ? 0 : .random(in: -1439...1439, using: &random))
            if let time { return .calendar(time) }
        }
    }

    /// Not zero; of any size that can be written.
    private mutating func duration() -> Int64 {
        let units: [Int64] = [1, 1_000, 1_000_000, 1_000_000_000, 60_000_000_000, 3_600_000_000_000, 86_400_000_000_000]
        if random.oneIn(4) { return .random(in: 1 ... .max, using: &random) * (random.oneIn(2) ? 1 : -1) }
        return random.pick(units) * .random(in: 1...90, using: &random) * (random.oneIn(3) ? -1 : 1)
    }

    private mutating func number() -> Operand {
        switch Int.random(in: 0..<5, using: &random) {
        case 0: Operand(String(Int64.random(in: .min ... .max, using: &random)))
        case 1: Operand(random.pick(["10KB", "-1.5MiB", "1_000", "5m", "1h30m", "+3", ".5", "inf", "-inf", "1e-9", "2E+3"]))
        case 2: Operand(String(Int.random(in: 0...999, using: &random)))
        default: Operand("\(Double.random(in: -1e6...1e6, using: &random))")
        }
    }

    // MARK: Pipes

    private mutating func pipe() -> Pipe {
        if random.oneIn(3) { return aggregatingPipe() }
        return switch Int.random(in: 0..<8, using: &random) {
        case 0: .fields((0..<Int.random(in: 1...3, using: &random)).map { _ in pattern() })
        case 1: .sort(sort())
        case 2: .limit(.random(in: 0 ... .max, using: &random))
        case 3: .offset(.random(in: 0...1_000, using: &random))
        case 4: .filter(filter(depth: 2))
        case 5:
            .uniq(
                .init(
                    fields: (0..<Int.random(in: 1...3, using: &random)).map { _ in field() }, hits: random.oneIn(2),
                    limit: random.oneIn(2) ? nil : .random(in: 1...100, using: &random)))
        case 6: .trace
        default: .stats(stats())
        }
    }

    private mutating func sort() -> Pipe.Sort {
        let limit: Int? = random.oneIn(2) ? nil : .random(in: 1...100, using: &random)
        return .init(
            keys: (0..<Int.random(in: 1...3, using: &random)).map { _ in .init(field(), descending: random.oneIn(2)) },
            offset: random.oneIn(2) ? 0 : .random(in: 1...100, using: &random), limit: limit,
            partition: limit == nil || random.oneIn(2) ? [] : fields(), rank: random.oneIn(3) ? name() : nil)
    }

    private mutating func fields() -> [String] { (0..<Int.random(in: 1...3, using: &random)).map { _ in field() } }

    private mutating func aggregatingPipe() -> Pipe {
        let count = Int.random(in: 1...100, using: &random)
        switch Int.random(in: 0..<13, using: &random) {
        case 0: return .top(.init(count, fields: fields(), hits: name(), rank: random.oneIn(2) ? name() : nil))
        case 1:
            return .facets(
                .init(
                    count, valuesPerFieldMax: random.pick([1, 7, 1_000]), valueBytesMax: random.pick([1, 7, 128]),
                    keepsConstantFields: random.oneIn(2)))
        case 2: return .fieldNames(resultName: name())
        case 3: return .fieldValues(.init(name(), limit: random.oneIn(2) ? nil : count))
        case 4: return .blocksCount(resultName: name())
        case 5: return .totalStats(stats())
        case 6:
            return .runningStats(.init(by: [GroupKey(field(), bucket: bucket())], calls: [StatsCall(.count([pattern()]), as: "n n")]))
        case 7: return .union(Query(filter: filter(depth: 2), pipes: random.oneIn(2) ? [] : [pipe()]))
        case 8:
            return .join(
                .init(
                    by: fields(), Query(filter: filter(depth: 1), pipes: random.oneIn(2) ? [] : [.stats(stats())]),
                    isInner: random.oneIn(2), prefix: random.oneIn(2) ? "" : name()))
        case 9:
            return .streamContext(
                .init(before: count, after: random.oneIn(2) ? 0 : count, window: random.oneIn(2) ? Pipe.StreamContext.window : Int64(duration().magnitude)))
        case 10: return .template(.init(of: name(), as: name()))
        case 11: return .templates(.init(count, by: random.oneIn(2) ? [] : ["a b", "and"], of: name()))
        default: return .compare(.init(offset: Int64(duration().magnitude), by: ["level", "OR"]))
        }
    }

    private mutating func stats() -> Pipe.Stats {
        var names: Set<String> = []
        let by = (0..<Int.random(in: 0...3, using: &random)).map { _ in GroupKey(field(), bucket: bucket()) }
            .filter { names.insert(Self.stored($0.field)).inserted }
        var calls: [StatsCall] = []
        for _ in 0..<Int.random(in: 1...3, using: &random) {
            let call = StatsCall(
                function(), if: random.oneIn(3) ? filter(depth: 2) : nil, as: random.oneIn(2) ? nil : name())
            if names.insert(Self.stored(call.resultName)).inserted { calls.append(call) }
        }
        return Pipe.Stats(by: by, calls: calls.isEmpty ? [StatsCall(.count([.all]), as: "a result")] : calls)
    }

    /// A field under its other name is the same.
    private static func stored(_ field: String) -> String {
        ["_time": "time", "_msg": "message"][field] ?? field
    }

    private mutating func bucket() -> StatsBucket? {
        switch Int.random(in: 0..<6, using: &random) {
        case 0: .number(size: .random(in: 0.001...1e6, using: &random), offset: random.oneIn(2) ? 0 : .random(in: -9...9, using: &random))
        case 1: .number(size: random.pick([1, 10, 1e21, 0.25]), offset: 0)
        case 2: .duration(nanoseconds: Int64(duration().magnitude), offset: random.oneIn(2) ? 0 : duration())
        case 3: .month(offset: random.oneIn(2) ? 0 : duration())
        case 4: .year(offset: 0)
        default: nil
        }
    }

    private mutating func function() -> StatsFunction {
        let fields = random.oneIn(3) ? [.all] : (0..<Int.random(in: 1...3, using: &random)).map { _ in pattern() }
        return switch Int.random(in: 0..<9, using: &random) {
        case 0: .count(fields)
        case 8: .share(filter(depth: 2))
        case 1: .countUniq(fields, limit: random.oneIn(2) ? nil : .random(in: 1...9, using: &random))
        case 2: .sum(fields)
        case 3: .avg(fields)
        case 4: .min(fields)
        case 5: .max(fields)
        case 6: .median(fields)
        default: .quantile(phi: random.pick([0, 0.5, 0.99, 1, 1.0 / 3]), fields)
        }
    }

    private mutating func pattern() -> FieldPattern {
        random.oneIn(4) ? .prefix(random.oneIn(3) ? "" : name()) : .name(name())
    }

    // MARK: Text

    /// Not `_time`, whose filters are others.
    private mutating func field() -> String {
        let name = name()
        return name == "_time" ? "time" : name
    }

    /// Not empty.
    private mutating func name() -> String {
        let text = text()
        return text.isEmpty ? "x" : text
    }

    /// Words, keywords, and what needs quotes.
    private mutating func text() -> String {
        switch Int.random(in: 0..<4, using: &random) {
        case 0: return random.pick(["error", "level", "_stream_id", "http.req.id", "_msg", "a1", "10", "-5", "კარგი", "日本", "µs"])
        case 1:
            return random.pick([
                "and", "OR", "not", "in", "range", "i", "by", "as", "if", "limit", "stats", "trace", "count", "offset", "now",
                "desc", "hits", "with", "exact", "options", "Fields", "seq", "not_in", "day_range", "1.2.3.4", "<N>", "2023-01-29", "5m", "1e999",
            ])
        case 2:
            let alphabet = Array("ab \"'`\\\n\t\u{0}\u{7F}:*,()[]{}|!=~<>-+#/.@$%é\u{A0}\u{2028}😀".unicodeScalars)
            var text = String.UnicodeScalarView()
            for _ in 0..<Int.random(in: 0...8, using: &random) { text.append(random.pick(alphabet)) }
            return String(text)
        default:
            var text = String.UnicodeScalarView()
            for _ in 0..<Int.random(in: 0...5, using: &random) {
                if let scalar = Unicode.Scalar(UInt32.random(in: 0...0x10FFFF, using: &random)) { text.append(scalar) }
            }
            return String(text)
        }
    }
}
