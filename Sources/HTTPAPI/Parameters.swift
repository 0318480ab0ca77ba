import Foundation
import Hummingbird
import LogsQL
import NIOCore
import Traces

/// The parameters of a request: those of the URL and, for a POST, those of a form.
struct Parameters: Sendable {
    private let values: [String: String]

    init(_ request: Request, _ form: RequestBody, bodyBytesMax: Int) async throws {
        var values: [String: String] = [:]
        for (name, value) in request.uri.queryParameters { values[String(name)] = String(value) }
        if request.method == .post {
            let body = try await form.collect(upTo: bodyBytesMax)
            for pair in String(buffer: body).split(separator: "&") {
                let parts = pair.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
                values[Self.decode(parts[0])] = parts.count > 1 ? Self.decode(parts[1]) : ""
            }
        }
        self.values = values
    }

    private static func decode(_ text: Substring) -> String {
        let spaced = String(text).replacing("+", with: " ")
        return spaced.removingPercentEncoding ?? spaced
    }

    subscript(name: String) -> String? { values[name] }

    func integer(_ name: String, default standard: Int) throws -> Int {
        guard let text = values[name] else { return standard }
        guard let value = Int(text), value >= 0 else {
            throw ParameterError("the parameter '\(name)' must be a whole number of at least 0, not '\(text)'")
        }
        return value
    }

    /// `timeout`: seconds, or a duration such as `500ms`.
    func timeout(_ limits: HTTPLimits) throws -> Duration {
        guard let text = values["timeout"] else { return limits.queryTimeout }
        let nanoseconds = DurationText.nanoseconds(text) ?? DurationText.nanoseconds(text + "s")
        guard let timeout = nanoseconds.map({ Duration.nanoseconds($0) }), timeout > .zero,
            timeout <= limits.queryTimeoutMax
        else {
            throw ParameterError(
                "the parameter 'timeout' must be seconds above 0 and up to \(limits.queryTimeoutMax.components.seconds), "
                    + "or a duration such as 500ms, not '\(text)'")
        }
        return timeout
    }

    /// `logs`, `width` and `color` of a trace shown as a tree.
    func waterfallOptions() throws -> WaterfallOptions {
        var options = WaterfallOptions()
        if let text = values["logs"] {
            guard let logs = WaterfallOptions.Logs(rawValue: text) else {
                let known = WaterfallOptions.Logs.allCases.map(\.rawValue).joined(separator: ", ")
                throw ParameterError("the parameter 'logs' must be one of \(known), not '\(text)'")
            }
            options.logs = logs
        }
        options.width = try integer("width", default: options.width)
        options.color = try integer("color", default: 0) != 0
        return options
    }
}

struct ParameterError: Error, CustomStringConvertible {
    let description: String

    init(_ description: String) { self.description = description }
}
