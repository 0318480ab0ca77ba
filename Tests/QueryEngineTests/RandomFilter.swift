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

    private mutating func leaf() -> Filter {
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
