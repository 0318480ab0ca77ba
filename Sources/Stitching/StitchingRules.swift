import Foundation

/// Which fields hold ids of requests, and in which form. Immutable.
///
/// Names of fields are compared without regard to case, and `_` is the same as `-`. What stands behind `header.` or
/// `headers.` in the name of a field, as in `http.request.header.x_request_id`, is compared alone too.
public final class StitchingRules: Sendable {
    /// Other ids beside which an id may stand before it counts as a hub.
    public static let hubNeighboursStandard = 50

    public let hubNeighbours: Int
    /// Names of fields that hold ids, as they are usually written, the one that goes before others first.
    public let idFields: [String]
    /// By name, as `folded` has it.
    private let forms: [String: IDForm]
    /// Names of parameters of URLs that are ids.
    private let parameters: Set<String>

    /// Just these fields, each value an id, or a header of which the form is known.
    public convenience init(ids: [String], hubNeighbours: Int = hubNeighboursStandard) {
        self.init(forms: Dictionary(ids.map { ($0, Self.form(ofID: $0)) }) { first, _ in first }, ids, hubNeighbours)
    }

    private init(forms: [String: IDForm], _ idFields: [String], _ hubNeighbours: Int) {
        self.hubNeighbours = hubNeighbours
        self.idFields = idFields
        self.forms = Dictionary(forms.map { (Self.folded($0.key), $0.value) }) { first, _ in first }
        parameters = Set(self.forms.filter { $0.value != .url }.keys)
    }

    /// The usual names.
    public static let standard = StitchingRules()

    /// The usual names, and others.
    ///
    /// - Parameters:
    ///   - ids: further fields that hold ids.
    ///   - notIDs: fields that hold none, whatever their name.
    ///   - urls: further fields with URLs.
    public convenience init(
        ids: [String] = [], notIDs: [String] = [], urls: [String] = [], hubNeighbours: Int = hubNeighboursStandard
    ) {
        var forms: [String: IDForm] = [:]
        for name in Self.urlNames + urls { forms[Self.folded(name)] = .url }
        for name in Self.idNames + ids { forms[Self.folded(name)] = Self.form(ofID: name) }
        for name in notIDs { forms[Self.folded(name)] = nil }
        let idFields = (Self.idNames + ids).filter { name in !notIDs.contains { Self.folded($0) == Self.folded(name) } }
        self.init(forms: forms, idFields, hubNeighbours)
    }

    private static let idNames = [
        "trace_id", "traceId", "trace.id", "request_id", "requestId", "req_id", "reqId", "x-request-id", "http.req.id",
        "correlation_id", "correlationId", "x-correlation-id", "x-amzn-trace-id", "uber-trace-id", "traceparent", "b3",
        "x-b3-traceid", "x-trace-id", "x-cloud-trace-context",
    ]

    private static let urlNames = [
        "url", "uri", "path", "request_uri", "url.full", "url.query", "url.original", "http.url", "http.target", "http.req.path",
        "http.request.url",
    ]

    private static func form(ofID name: String) -> IDForm {
        switch folded(name) {
        case "traceparent": .traceParent
        case "uber-trace-id": .uberTrace
        case "x-amzn-trace-id": .amazonRoot
        case "b3": .b3
        case "x-cloud-trace-context": .cloudTrace
        default: .plain
        }
    }

    private static func folded(_ name: some StringProtocol) -> String { name.lowercased().replacing("_", with: "-") }

    /// How ids stand in a field; nil for a field without ids.
    public func form(of field: String) -> IDForm? {
        let name = Self.folded(field)
        if let form = forms[name] { return form }
        guard let header = name.range(of: "header.") ?? name.range(of: "headers.") else { return nil }
        return forms[String(name[header.upperBound...])]
    }

    public func hasIDs(_ field: String) -> Bool { form(of: field) != nil }

    /// The ids that a value of a field names, each once, in lower case.
    public func ids(in text: String, field: String) -> [String] { form(of: field).map { ids(in: text, $0) } ?? [] }

    func ids(in text: String, _ form: IDForm) -> [String] {
        if form == .url { return parameterIDs(text) }
        guard let id = CorrelationIDs.normalise(text) else { return [] }
        if form == .b3 { return form.id(inLowerCase: id).map { [$0] } ?? [] }
        // What has not the form of its header is an id as it is.
        return [form.id(inLowerCase: id) ?? id]
    }

    /// Ids of one URL that are looked at.
    static let parameterIDsMax = 4

    private func parameterIDs(_ text: String) -> [String] {
        let query = text.firstIndex(of: "?").map { text[text.index(after: $0)...] } ?? text[...]
        var found: [String] = []
        for pair in query.prefix { $0 != "#" }.split(whereSeparator: { $0 == "&" || $0 == ";" }) {
            let parts = pair.split(separator: "=", maxSplits: 1)
            guard parts.count == 2, found.count < Self.parameterIDsMax, parameters.contains(Self.folded(parts[0])),
                let form = forms[Self.folded(parts[0])]
            else { continue }
            let value = String(parts[1]).removingPercentEncoding ?? String(parts[1])
            for id in ids(in: value, form) where !found.contains(id) { found.append(id) }
        }
        return found
    }
}
