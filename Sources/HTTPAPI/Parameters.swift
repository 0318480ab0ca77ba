import Foundation
import Hummingbird
import LogsQL
import NIOCore
import Traces

/// The parameters of a request: those of the URL and, for a POST, those of a form.
struct Parameters: Sendable {
    /// Of each name, in the order in which they came.
    private let lists: [String: [String]]

    init(_ request: Request, _ form: RequestBody, bodyBytesMax: Int) async throws {
        var values = try Self.read(request.uri.query ?? "")
        if request.method == .post {
            values.merge(try Self.read(await Self.text(of: form, bytesMax: bodyBytesMax)), uniquingKeysWith: +)
        }
        lists = values
    }

    /// Those of the URL alone.
    init(ofURL request: Request) throws { lists = try Self.read(request.uri.query ?? "") }

    private static func text(of form: RequestBody, bytesMax: Int) async throws -> String {
        do {
            return String(buffer: try await form.collect(upTo: bytesMax))
        } catch is NIOTooManyBytesError {
            throw ParameterError("the form is longer than \(bytesMax) bytes")
        }
    }

    /// `a=1&b=x+y%21`, as browsers and curl write forms; the part of a URL after `?` is read the same way.
    private static func read(_ form: String) throws -> [String: [String]] {
        var values: [String: [String]] = [:]
        for pair in form.split(separator: "&") {
            let parts = pair.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            values[try decode(parts[0]), default: []].append(try parts.count > 1 ? decode(parts[1]) : "")
        }
        return values
    }

    private static func decode(_ text: Substring) throws -> String {
        guard let decoded = text.replacing("+", with: " ").removingPercentEncoding else {
            throw ParameterError("cannot decode '\(text)': write '%' as %25, and escape the bytes of UTF-8 text")
        }
        return decoded
    }

    /// The last value of that name.
    subscript(name: String) -> String? { lists[name]?.last }

    /// All values of that name.
    func all(_ name: String) -> [String] { lists[name] ?? [] }

    func integer(_ name: String, default standard: Int) throws -> Int {
        guard let text = self[name] else { return standard }
        guard let value = Int(text), value >= 0 else {
            throw ParameterError("the parameter '\(name)' must be a whole number of at least 0, not '\(text)'")
        }
        return value
    }

    /// Nanoseconds of a duration such as `1h30m`, or of seconds; nil where there is none.
    func duration(_ name: String) throws -> Int64? {
        guard let text = self[name], !text.isEmpty else { return nil }
        guard let duration = DurationText.nanoseconds(text) ?? DurationText.nanoseconds(text + "s") else {
            throw ParameterError("the parameter '\(name)' must be a duration such as 5m or 1h30m, not '\(text)'")
        }
        return duration
    }

    /// As `duration`, above zero.
    func positiveDuration(_ name: String, default standard: Int64) throws -> Int64 {
        let duration = try duration(name) ?? standard
        guard duration > 0 else { throw ParameterError("the parameter '\(name)' must be above 0, not '\(self[name] ?? "")'") }
        return duration
    }

    /// `timeout`: seconds, or a duration such as `500ms`.
    func timeout(_ limits: HTTPLimits) throws -> Duration {
        guard let text = self["timeout"] else { return limits.queryTimeout }
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
        if let text = self["logs"] {
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
