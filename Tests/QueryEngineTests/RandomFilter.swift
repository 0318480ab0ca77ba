import LogsQL
import TestSupport

/// Random filters on the fields of `randomRows`.
struct RandomFilter {
    var random: SeededRandom

    mutating func filter(depth: Int = 3) -> Filter {
        guard depth > 0, !random.oneIn(3) else { return leaf() }
        switch Int.random(in: 0..<3, using: &random) {
        case 0: return .and((0..<Int.random(in: 2...3, using: &random)).map { _ in filter(depth: depth - 1) })
        case 1: return .or((0..<Int.random(in: 2...3, using: &random)).map { _ in filter(depth: depth - 1) })
        default: return .not(filter(depth: depth - 1))
        }
    }

    static let fields = ["message", "service", "status", "latency", "ok", "trace_id", "mixed", "id", "nowhere"]
    private let texts = [
        "error", "time", "out", "10", "a", "a_b", "né", "日本", "x-y", "x", ": time", "cart", "checkout", "front end",
        "front",
        "true", "150", "-50", "0.5", "00000000000000ff", "abcdef0123456789", "abcdef", "1.0", "10KB", "1.5s", "2023",
    ]
    private let patterns = [
        "tim.?out", "^err", "cart|check", "or", "[0-9]{3}", "é", "(a|b)_b", "^$", "", "time.*out", "\\.", "x+",
    ]

    private mutating func leaf() -> Filter { random.oneIn(2) ? plainLeaf() : otherLeaf() }

    /// Fields that are in `randomRows` for these filters only.
    private static let others = ["line", "ip", "tags"]
    private let patternPieces = [
        "<N>", "<IP4>", "<TIME>", "<DATE>", "<DATETIME>", "<W>", "<UUID>", "user=", " ", "at ", "ip ", ":", "x", "<", "s",
    ]
    private let addresses = ["10.0.0.1", "10.0.0.200", "192.168.1.1", "0.0.0.0", "255.255.255.255"]

    /// More than words and comparisons.
    private mutating func otherLeaf() -> Filter {
        let field = random.oneIn(2) ? random.pick(Self.fields) : random.pick(Self.others)
        switch Int.random(in: 0..<17, using: &random) {
        case 0: return .substring(.init(field: field, random.pick(texts + ["im", "rr", "1", "本"])))
        case 1, 2:
            let pattern = (0..<Int.random(in: 1...4, using: &random)).map { _ in random.pick(patternPieces) }.joined()
            return .patternMatch(
                .init(field: random.oneIn(4) ? field : "line", random.pick(Filter.PatternMatch.Placement.allCases), pattern))
        case 3: return .oneOf(.init(field: field, subquery()))
        case 4, 5: return .contains(.init(field: field, random.pick(Filter.Contains.Quantifier.allCases), values()))
        case 6:
            return .commonCase(
                .init(field: random.pick(["message", field]), someTexts(["Error", "error", "TIME", "aB", "É", "né"]), isExact: random.oneIn(2)))
        case 7: return .sequence(.init(field: random.pick(["message", "line", field]), someTexts(texts + ["user", "="])))
        case 8: return .jsonArrayContainsAny(.init(field: "tags", someTexts(["a", "b c", "1", "true", "null", "é\n", ""])))
        case 9:
            let other = random.pick(Self.fields + Self.others)
            return .fieldComparison(.init(field: field, random.pick(Filter.FieldComparison.Relation.allCases), other))
        case 10: return .stringRange(.init(field: field, lower: random.pick(texts + [""]), upper: random.pick(texts)))
        case 11:
            return .lengthRange(
                .init(field: field, lower: .random(in: 0...6, using: &random), upper: random.pick([3, 5, 16, 40, .max])))
        case 12: return addressFilter()
        case 13: return dayOrWeek()
        case 14: return .stream(.init((0..<Int.random(in: 1...2, using: &random)).map { _ in labels() }))
        default:
            let prefix = random.pick(["", "m", "s", "l", "_m", "t", "tag", "nowhere"])
            var leaf = plainLeaf()
            while leaf.leaf == nil || leaf.leaf is Filter.Time { leaf = plainLeaf() }
            return leaf.leaf.map { .anyField(.init(prefix: prefix, $0)) } ?? .all
        }
    }

    private mutating func someTexts(_ texts: [String]) -> [String] {
        (0..<Int.random(in: 0...3, using: &random)).map { _ in random.pick(texts) }
    }

    private mutating func values() -> FilterValues {
        random.oneIn(4) ? subquery() : .list(someTexts(texts + [""]))
    }

    /// Of a form that `Model` can run.
    private mutating func subquery() -> FilterValues {
        let field = random.pick(Self.fields)
        let end: LogsQL.Pipe = random.oneIn(2) ? .fields([.name(field)]) : .uniq(.init(fields: [field]))
        let filter = random.oneIn(2) ? plainLeaf() : .and([plainLeaf(), .not(plainLeaf())])
        return Subquery(Query(filter: filter, pipes: [end])).map { .query($0) } ?? .list([])
    }

    private mutating func addressFilter() -> Filter {
        switch Int.random(in: 0..<4, using: &random) {
        case 0:
            return .range(
                .init(
                    field: "ip", lower: Operand(random.pick(addresses)), includesLower: random.oneIn(2),
                    upper: Operand(random.pick(addresses)), includesUpper: random.oneIn(2)))
        case 1:
            return .comparison(
                .init(field: "ip", random.pick(Filter.Comparison.Relation.allCases), Operand(random.pick(addresses))))
        case 2:
            let ends: [UInt32] = [0, 0x0A00_0001, 0x0A00_00FF, 0xC0A8_0000, .max]
            return .addressRange(.init(field: "ip", .v4(first: random.pick(ends), last: random.pick(ends))))
        default:
            let ends: [UInt128] = [0, 1, 0xFFFF_0A00_0000, 0xFFFF_FFFF_FFFF, 0x2001_0DB8 << 96, .max]
            return .addressRange(.init(field: "ip", .v6(first: random.pick(ends), last: random.pick(ends))))
        }
    }

    private mutating func dayOrWeek() -> Filter {
        let offset = Int64(random.pick([0, 2, -5, 30])) * 3_600_000_000_000 / 2
        if random.oneIn(2) {
            return .cycle(
                .init(
                    .day(lower: random.pick([0, 720, 830, 840, 1_000, 1_440]), upper: random.pick([0, 720, 835, 840, 1_000, 1_440])),
                    includesLower: random.oneIn(2), includesUpper: random.oneIn(2), offset: offset))
        }
        let days = Filter.Cycle.Weekday.allCases
        return .cycle(
            .init(
                .week(lower: random.pick(days), upper: random.pick(days)), includesLower: random.oneIn(2),
                includesUpper: random.oneIn(2), offset: offset))
    }

    private mutating func labels() -> [Filter.Stream.Label] {
        (0..<Int.random(in: 0...2, using: &random)).map { _ in
            let field = random.pick(["service", "status", "ok", "nowhere", "trace_id", "_msg"])
            let relation = random.pick(Filter.Stream.Relation.allCases)
            switch relation {
            case .equal, .notEqual: return .init(field, relation, [random.pick(texts + [""])])
            case .matches, .doesNotMatch: return .init(field, relation, [random.pick(patterns + ["cart|", ".*", ".+", "error"])])
            case .isOneOf, .isNoneOf: return .init(field, relation, someTexts(texts + [""]))
            }
        }
    }

    private mutating func plainLeaf() -> Filter {
        let field = random.pick(Self.fields)
        let name: String? = field == "message" && random.oneIn(2) ? nil : field
        switch Int.random(in: 0..<13, using: &random) {
        case 0: return .all
        case 1, 2: return .phrase(.init(field: name, random.pick(texts), ignoresCase: random.oneIn(3)))
        case 3: return .prefix(.init(field: name, random.pick(texts), ignoresCase: random.oneIn(3)))
        case 4: return .exact(.init(field: name, random.oneIn(5) ? "" : random.pick(texts)))
        case 5: return .exactPrefix(.init(field: name, random.oneIn(5) ? "" : random.pick(texts)))
        case 6: return .present(.init(field))
        case 7: return .empty(.init(field: name))
        case 8: return .regexp(.init(field: name, random.pick(patterns)))
        case 9:
            return .oneOf(
                .init(field: name, (0..<Int.random(in: 0...4, using: &random)).map { _ in random.pick(texts + [""]) }))
        case 10:
            return .comparison(
                .init(field: name, random.pick(Filter.Comparison.Relation.allCases), Operand(random.pick(texts))))
        case 11:
            let bounds = ["-100", "0", "0.5", "150", "10KB", "1.5s", "inf"]
            return .range(
                .init(
                    field: name, lower: Operand(random.pick(bounds)), includesLower: random.oneIn(2),
                    upper: Operand(random.pick(bounds)), includesUpper: random.oneIn(2)))
        default: return .time(.init(.last(nanoseconds: Int64.random(in: 0...4_000, using: &random) * 1_000_000_000)))
        }
    }

    // MARK: stats

    mutating func stats() -> LogsQL.Pipe.Stats {
        let keys: [GroupKey] = [
            GroupKey("service"), GroupKey("ok"), GroupKey("status"), GroupKey("mixed"), GroupKey("nowhere"),
            GroupKey("trace_id"),
            GroupKey("latency"), GroupKey("_time", bucket: .duration(nanoseconds: 300_000_000_000, offset: 0)),
            GroupKey("latency", bucket: .number(size: 10, offset: 0)),
            GroupKey("mixed", bucket: .number(size: 4, offset: 0)),
        ]
        var by: [GroupKey] = []
        for key in keys.shuffled(using: &random).prefix(Int.random(in: 0...3, using: &random))
        where !by.contains(where: { $0.field == key.field }) { by.append(key) }
        let calls = (0..<Int.random(in: 1...3, using: &random)).map { index in
            StatsCall(function(), if: random.oneIn(3) ? filter(depth: 1) : nil, as: "r\(index)")
        }
        return LogsQL.Pipe.Stats(by: by, calls: calls)
    }

    private mutating func function() -> StatsFunction {
        let fields: [FieldPattern] = (0..<Int.random(in: 1...2, using: &random)).map { _ in
            .name(random.pick(Self.fields))
        }
        let unique = fields.count == 2 && fields[0] == fields[1] ? [fields[0]] : fields
        // Sums are exact for these, so that their order does not matter.
        let numeric: [FieldPattern] = [.name(random.pick(["status", "latency", "id"]))]
        switch Int.random(in: 0..<10, using: &random) {
        case 0: return .count([.all])
        case 9: return .share(filter(depth: 1))
        case 1: return .count(unique)
        case 2: return .countUniq(unique, limit: random.oneIn(3) ? 3 : nil)
        case 3: return .sum(numeric)
        case 4: return .avg(numeric)
        case 5: return .min(unique)
        case 6: return .max(unique)
        case 7: return .median(unique)
        default: return .quantile(phi: random.pick([0, 0.25, 0.9, 1]), unique)
        }
    }
}
