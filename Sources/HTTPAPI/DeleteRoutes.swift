import Catalog
import Foundation
import Hummingbird
import LogsQL
import QueryEngine
import Records
import Storage

/// `/delete` and `/audit`.
struct DeleteRoutes: Sendable {
    let queries: QueryRoutes

    private struct Answer: Encodable {
        let rows: Int
        let chunks: Int?
    }

    /// Pages that a browser shows must not be able to delete.
    @Sendable
    func delete(_ request: Request, _ context: BasicRequestContext) async throws -> Response {
        guard !request.isOfWebPage else {
            return .text("deletions are not taken from web pages\n", status: .forbidden)
        }
        return await queries.answering(request) { parameters, control in
            let (source, query) = try queries.parsed(parameters)
            guard query.pipes.isEmpty else { throw ParameterError("what to delete is a filter: leave the pipes away") }
            guard query.options.isEmpty else { throw ParameterError("what to delete is a filter: leave options(…) away") }
            let isDryRun = try parameters.integer("dry_run", default: 0) != 0
            return try .json(try run(query.filter, source, who: parameters["who"] ?? "", isDryRun: isDryRun, control))
        }
    }

    private func run(
        _ filter: Filter, _ source: String, who: String, isDryRun: Bool, _ control: QueryControl
    ) throws -> Answer {
        let rows = try RowFilter(filter, now: queries.store.now(), control: control)
        guard let times = rows.times else { return Answer(rows: 0, chunks: isDryRun ? nil : 0) }
        let deletion = Deletion(query: source, who: String(who.prefix(256)), times: times, matches: rows.matches)
        if isDryRun { return Answer(rows: try queries.store.count(deletion, check: control.check).rows, chunks: nil) }
        let report = try queries.store.delete(deletion, check: control.check)
        return Answer(rows: report.rows, chunks: report.chunks)
    }

    /// The deletions and the changes of flags there were, the last first.
    @Sendable
    func audit(_ request: Request, _ context: BasicRequestContext) async throws -> Response {
        await queries.answering(request) { parameters, _ in
            let limit = try parameters.integer("limit", default: 1_000)
            let records = try queries.store.audits(limit: limit == 0 ? -1 : limit, action: parameters["action"])
                .map(record)
            return try queries.render(records, parameters)
        }
    }

    private func record(_ entry: AuditEntry) -> Record {
        let fields: [(String, String, ValueKinds)] = [
            (FieldNames.time, Timestamp.text(entry.time), .string), ("action", entry.action, .string),
            ("query", entry.query, .string), ("rows", String(entry.rows), .number),
            ("chunks", String(entry.chunks), .number), ("who", entry.who, .string),
            ("state", entry.state.rawValue, .string),
        ]
        return Record(time: entry.time, fields: fields.map { Record.Field($0.0, FieldValue($0.1, kind: $0.2)) })
    }
}

extension Request {
    /// Whether a page that a browser shows has made it: browsers name the page in `Origin` when it posts a form to another
    /// site.
    var isOfWebPage: Bool { headers[.origin] != nil }
}
