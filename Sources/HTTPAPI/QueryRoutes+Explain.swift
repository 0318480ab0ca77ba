import Hummingbird
import LogsQL
import QueryEngine
import Storage

extension QueryRoutes {
    /// How a query is run, in place of its answer.
    ///
    /// - Parameter isRun: whether to run it, and tell what each step did.
    func explain(
        _ query: Query, limit: Int, running isRun: Bool, _ parameters: Parameters, _ control: QueryControl
    ) throws -> Response {
        var query = query
        if limit > 0 { query.pipes.append(.limit(limit)) }
        let (explanation, _) = try reading(control) { [query] snapshot in
            try engine(snapshot, control).explain(
                query, running: isRun, over: snapshot, now: store.now(), control: control)
        }
        switch parameters["output"] ?? "json" {
        case "json": return try .json(explanation)
        case "table": return .text(explanation.text)
        case let other: throw ParameterError("unknown output '\(other)'; use json or table")
        }
    }
}

extension Parameters {
    /// Whether the query is to be run for `explain`; nil when no explanation is asked for.
    func explanationIsRun() throws(ParameterError) -> Bool? {
        switch self["explain"] {
        case nil, "0": nil
        case "1", "plan": false
        case "analyze": true
        case let other?: throw ParameterError("unknown explain '\(other)'; use 1 or analyze")
        }
    }
}
