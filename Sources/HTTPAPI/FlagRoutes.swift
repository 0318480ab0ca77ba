import Catalog
import Hummingbird
import Records
import Storage

/// `GET` and `POST /flags`.
struct FlagRoutes: Sendable {
    let queries: QueryRoutes

    private struct Answer: Encodable {
        let name: String
        let percent: Double
        let before: Double
    }

    @Sendable
    func list(_ request: Request, _ context: BasicRequestContext) async throws -> Response {
        await queries.answering(request) { parameters, _ in
            try queries.render(try queries.store.flags().map(record), parameters)
        }
    }

    private func record(_ flag: FlagRecord) -> Record {
        let fields: [(String, String, ValueKinds)] = [
            ("name", flag.name, .string), ("value", FeatureFlags.text(flag.percent), .string),
            ("percent", NumberText.shortest(flag.percent), .number), ("changed_at", Timestamp.text(flag.changedAt), .string),
            ("who", flag.who, .string),
        ]
        return Record(time: flag.changedAt, fields: fields.map { Record.Field($0.0, FieldValue($0.1, kind: $0.2)) })
    }

    @Sendable
    func set(_ request: Request, _ context: BasicRequestContext) async throws -> Response {
        guard !request.isOfWebPage else {
            return .text("flags are not set by web pages\n", status: .forbidden)
        }
        return await queries.answering(request) { parameters, _ in
            guard let name = parameters["name"] else { throw ParameterError("the parameter 'name' is missing") }
            if let fault = FeatureFlags.fault(ofName: name) { throw ParameterError(fault) }
            let percent = try percent(parameters)
            let before = try queries.store.setFlag(name, percent: percent, who: parameters["who"] ?? "")
            return try .json(Answer(name: name, percent: percent, before: before))
        }
    }

    private func percent(_ parameters: Parameters) throws(ParameterError) -> Double {
        guard let text = parameters["value"] ?? parameters["percent"] else {
            throw ParameterError("the parameter 'value' is missing: on, off, or a percentage such as 25%")
        }
        guard let percent = FeatureFlags.percent(text) else {
            throw ParameterError("'\(text)' is no value of a flag: use on, off, or a percentage from 0% to 100%")
        }
        return percent
    }
}
