import ArgumentParser
import Foundation
import HTTPAPI
import NIOCore
import NIOHTTP1

/// Asks a collector over HTTP.
struct APIClient: Sendable {
    /// What a collector says about its answer.
    struct Answer {
        /// How many rows it was cut to, if there were more.
        let truncatedRows: Int?
        /// What it left out.
        let warnings: [String]
        /// From what it was estimated, if it was.
        let estimate: EstimateHeader?

        /// Says on standard error what was left out.
        func showWarnings() {
            for warning in warnings { Terminal.writeError("lockstitch: warning: \(warning)") }
        }

        /// Says on standard error what it was estimated from.
        func showEstimate() {
            for line in estimate?.lines ?? [] { Terminal.writeError("lockstitch: \(line)") }
        }
    }

    private let url: CollectorURL
    private let timeout: Int

    /// - Parameter timeout: seconds that the collector has for an answer.
    init(_ url: String, timeout: Int = 30) throws {
        guard let parsed = CollectorURL(url) else {
            throw ValidationError("'\(url)' is no address of a collector: expected http://HOST:PORT")
        }
        self.url = parsed
        self.timeout = timeout
    }

    /// GET of `path` with query items. The answer goes to `output` as it comes.
    @discardableResult
    func get(_ path: String, _ items: [String: String], output: (ByteBufferView) throws -> Void) async throws -> Answer {
        try await send(.GET, path + "?" + FormText.encode(timed(items)), form: nil, output)
    }

    /// POST of a form. The answer goes to `output` as it comes.
    @discardableResult
    func post(_ path: String, form: [String: String], output: (ByteBufferView) throws -> Void) async throws -> Answer {
        try await send(.POST, path, form: FormText.encode(timed(form)), output)
    }

    /// POST of a form; the whole answer.
    func post(_ path: String, form: [String: String]) async throws -> [UInt8] {
        var answer: [UInt8] = []
        try await post(path, form: form) { answer += $0 }
        return answer
    }

    /// GET of `path`, whose answer is rows, to standard output.
    ///
    /// - Parameter format: nil for a table on a terminal, else JSON.
    func show(_ path: String, _ items: [String: String] = [:], format: OutputFormat?) async throws {
        let format = format ?? (Terminal.isInteractive ? .table : .json)
        let shape = ["output": format.rawValue, "width": String(Terminal.width)]
        try await get(path, items.merging(shape) { own, _ in own }, output: StandardOutput.write)
    }

    /// Who asks for something that goes into the audit.
    static var who: String { "\(NSUserName())@\(ProcessInfo.processInfo.hostName)" }

    /// The JSON of an answer.
    static func decode<Value: Decodable>(_ type: Value.Type, _ answer: [UInt8]) throws -> Value {
        do {
            return try JSONDecoder().decode(type, from: Data(answer))
        } catch {
            throw CommandFailure("the collector answered what is no JSON: \(String(decoding: answer.prefix(200), as: UTF8.self))", code: 1)
        }
    }

    private func timed(_ items: [String: String]) -> [String: String] {
        items.merging(["timeout": String(timeout)]) { own, _ in own }
    }

    private func send(
        _ method: HTTPMethod, _ target: String, form: String?, _ output: (ByteBufferView) throws -> Void
    ) async throws -> Answer {
        var headers: HTTPHeaders = ["Host": url.authority, "Connection": "close"]
        if let form {
            headers.add(name: "Content-Type", value: "application/x-www-form-urlencoded")
            headers.add(name: "Content-Length", value: String(form.utf8.count))
        }
        let exchange = HTTPExchange(
            url: url, head: HTTPRequestHead(version: .http1_1, method: method, uri: target, headers: headers),
            body: form.map { ByteBuffer(string: $0) },
            // The collector ends a query itself, and says so; here it is only a matter of noticing that it hangs.
            answerTimeout: .seconds(Int64(timeout + 10)))
        let head = try await exchange.run(output: output)
        return Answer(
            truncatedRows: head.headers.first(name: "X-Lockstitch-Truncated").flatMap { Int($0) },
            warnings: head.headers["X-Lockstitch-Warning"].flatMap { $0.split(separator: " | ").map(String.init) },
            estimate: head.headers.first(name: EstimateHeader.name).flatMap { EstimateHeader($0) })
    }
}
