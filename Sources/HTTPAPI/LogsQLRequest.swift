import Foundation
import Hummingbird
import LogsQL

/// What the routes of VictoriaLogs' API have in common: a query, the times that it is asked for, more filters, and a tenant, of
/// which there is one.
struct LogsQLRequest: Sendable {
    /// With the other filters.
    var query: Query
    /// Records outside do not count; nil for all.
    let times: ClosedRange<Int64>?
    /// What `_time:5m` counts from, nanoseconds since 1970 UTC.
    let now: Int64
    /// When it is asked, as the answers of `stats_query` say.
    let time: Int64
    let parameters: Parameters

    /// - Parameter clock: this moment, nanoseconds since 1970 UTC.
    init(_ parameters: Parameters, _ headers: HTTPFields, clock: Int64) throws {
        self.parameters = parameters
        try Self.checkTenant(headers)
        let times = try ["start", "end", "time"].map { name in try Self.time(name, parameters, clock) }
        time = times[2] ?? times[1] ?? clock
        // What is exactly at the end of an hour belongs to the next.
        now = time == .min ? time : time - 1
        query = try Self.parse(parameters["query"] ?? "", "query")
        var filters = try Self.extraFilters(parameters)
        let (start, end) = (times[0] ?? .min, times[1] ?? .max)
        self.times = start <= end && (times[0] ?? times[1]) != nil ? start...end : nil
        if start > end { filters.append(.not(.all)) }
        if !filters.isEmpty { query.filter = .and(filters + [query.filter]) }
    }

    private static func checkTenant(_ headers: HTTPFields) throws {
        for name in ["AccountID", "ProjectID"] {
            guard let field = HTTPFields.Element.Name(name), let value = headers[field], !value.isEmpty, value != "0" else { continue }
            throw ParameterError("there is one tenant: leave the header '\(name)' away, or set it to 0 instead of '\(value)'")
        }
    }

    private static func time(_ name: String, _ parameters: Parameters, _ clock: Int64) throws -> Int64? {
        guard let text = parameters[name], !text.isEmpty else { return nil }
        guard let point = TimePoint(text) else {
            throw ParameterError(
                "cannot parse \(name)=\(text): use a time such as 2023-01-29T09:20:29Z, a Unix time, or a duration such as 5m for "
                    + "five minutes ago")
        }
        return point.first(now: clock)
    }

    /// Outside there is no record that the query gives; nil if there is none at all.
    var bounds: ClosedRange<Int64>? {
        guard let own = query.timeBounds(now: now) else { return nil }
        guard let times, query.options.ignoresGlobalTimes != true else { return own }
        return own.overlaps(times) ? own.clamped(to: times) : nil
    }

    private static func parse(_ text: String, _ name: String) throws -> Query {
        do throws(QueryError) {
            return try LogsQL.parse(text)
        } catch {
            throw ParameterError("cannot parse \(name): \(error.rendered(source: text))")
        }
    }

    // MARK: More filters

    /// `extra_filters` and `extra_stream_filters`: filters, or objects such as `{"service":"cart","level":["error","warn"]}`. A
    /// stream is a field here as others are.
    private static func extraFilters(_ parameters: Parameters) throws -> [Filter] {
        try ["extra_filters", "extra_stream_filters"].flatMap { name in
            try parameters.all(name).filter { !$0.isEmpty }.flatMap { text in
                if text.hasPrefix("{\""), let object = try? JSONSerialization.jsonObject(with: Data(text.utf8)) {
                    return try filters(object, name)
                }
                let query = try parse(text, name)
                guard query.pipes.isEmpty else { throw ParameterError("'\(name)' is a filter: leave the pipes away") }
                return [query.filter]
            }
        }
    }

    private static func filters(_ object: Any, _ name: String) throws -> [Filter] {
        guard let fields = object as? [String: Any] else { throw ParameterError("'\(name)' is no JSON object") }
        return try fields.sorted { $0.key < $1.key }.compactMap { field, value in
            switch value {
            case let text as String: return .exact(.init(field: field, text))
            case let texts as [String]: return texts.isEmpty ? nil : .oneOf(.init(field: field, texts))
            default: throw ParameterError("'\(name)' must have texts, or lists of texts, as its values; that of '\(field)' is none")
            }
        }
    }

    // MARK: Other parameters

    /// Nil for 0.
    func limit(_ name: String = "limit") throws -> Int? {
        let limit = try parameters.integer(name, default: 0)
        return limit == 0 ? nil : limit
    }

    /// `step` and `offset`: the buckets of time.
    func bucket() throws -> StatsBucket {
        if let text = parameters["step"]?.lowercased(), let calendar = Self.calendarSteps[text] {
            return calendar(try parameters.duration("offset") ?? 0)
        }
        let step = try parameters.positiveDuration("step", default: 86_400_000_000_000)
        return .duration(nanoseconds: step, offset: try parameters.duration("offset") ?? 0)
    }

    private static let calendarSteps: [String: @Sendable (Int64) -> StatsBucket] = [
        "month": { .month(offset: $0) }, "year": { .year(offset: $0) },
    ]

    /// Without the pipes: for what is asked about stored records.
    func filtered(_ pipes: [LogsQL.Pipe]) -> Query { Query(options: query.options, filter: query.filter, pipes: pipes) }
}
