/// A field that `stats by (…)` groups by, its values perhaps rounded down: `service`, `size:10KB`, `_time:1d offset 2h`.
public struct GroupKey: Sendable, Hashable, CustomStringConvertible {
    public var field: String
    public var bucket: StatsBucket?

    public init(_ field: String, bucket: StatsBucket? = nil) {
        self.field = field
        self.bucket = bucket
    }

    public var description: String { CanonicalText.quotedIfNeeded(field) + (bucket.map { ":\($0)" } ?? "") }
}

/// A value `v` falls into the bucket that starts at `floor((v - offset) / size) * size + offset`.
public enum StatsBucket: Sendable, Hashable, CustomStringConvertible {
    /// `10KB`: size positive and finite, offset finite.
    case number(size: Double, offset: Double)
    /// `5m`, `day`: size positive. Nanoseconds.
    case duration(nanoseconds: Int64, offset: Int64)
    /// A month of UTC, moved by `offset` nanoseconds.
    case month(offset: Int64)
    /// A year of UTC, moved by `offset` nanoseconds.
    case year(offset: Int64)

    public var description: String {
        switch self {
        case .number(let size, let offset):
            CanonicalText.number(size) + (offset == 0 ? "" : " offset " + CanonicalText.number(offset))
        case .duration(let nanoseconds, let offset): StatsBucket.text(CanonicalText.duration(nanoseconds), offset)
        case .month(let offset): StatsBucket.text("month", offset)
        case .year(let offset): StatsBucket.text("year", offset)
        }
    }

    private static func text(_ size: String, _ offset: Int64) -> String {
        offset == 0 ? size : "\(size) offset \(CanonicalText.duration(offset))"
    }

    fileprivate static let named: [String: Int64] = [
        "nanosecond": 1, "microsecond": 1_000, "millisecond": 1_000_000, "second": 1_000_000_000, "minute": 60_000_000_000,
        "hour": 3_600_000_000_000, "day": 86_400_000_000_000, "week": 604_800_000_000_000,
    ]
}

extension Parser {
    private static let what = "bucket"
    private static let sizes = "a size such as 10, 10KB, 5m, day, week, month or year"

    /// `field`, `field:size`, `field:size offset amount`.
    mutating func parseGroupKey() throws(QueryError) -> GroupKey {
        let field = try parseFieldName(in: "stats pipe")
        guard accept(symbol: ":") else { return GroupKey(field) }
        return GroupKey(field, bucket: try parseBucket())
    }

    private mutating func parseBucket() throws(QueryError) -> StatsBucket {
        let start = token.range.lowerBound
        let text = try parseText(.operand, in: Parser.what, expected: Parser.sizes)
        switch text.lowercased() {
        case "month": return .month(offset: try parseDurationOffset())
        case "year": return .year(offset: try parseDurationOffset())
        default: break
        }
        if let nanoseconds = StatsBucket.named[text.lowercased()] ?? DurationText.nanoseconds(text) {
            guard nanoseconds > 0 else { throw fail(Parser.what, "'\(text)' is not positive", at: start, expected: Parser.sizes) }
            return .duration(nanoseconds: nanoseconds, offset: try parseDurationOffset())
        }
        guard let size = Number(text)?.value, size.isFinite, size > 0 else {
            throw fail(Parser.what, "'\(text)' is not a size", at: start, expected: Parser.sizes)
        }
        return .number(size: size, offset: try parseNumberOffset())
    }

    private mutating func parseDurationOffset() throws(QueryError) -> Int64 {
        accept(keyword: "offset") ? try parseDuration(in: Parser.what) : 0
    }

    private mutating func parseNumberOffset() throws(QueryError) -> Double {
        guard accept(keyword: "offset") else { return 0 }
        let start = token.range.lowerBound
        let text = try parseText(.operand, in: Parser.what, expected: "a number")
        guard let offset = Number(text)?.value, offset.isFinite else {
            throw fail(Parser.what, "'\(text)' is not a number", at: start)
        }
        return offset
    }
}
