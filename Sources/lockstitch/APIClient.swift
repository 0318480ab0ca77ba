import ArgumentParser
import Foundation
import FoundationNetworking

/// Asks a collector over HTTP.
struct APIClient: Sendable {
    private let base: URL

    init(_ url: String) throws {
        guard let base = URL(string: url), base.scheme == "http", base.host != nil else {
            throw ValidationError("'\(url)' is no address of a collector: expected http://HOST:PORT")
        }
        self.base = base
    }

    /// GET of `path` with query items.
    func get(_ path: String, _ items: [String: String]) async throws -> Data {
        try await send(URLRequest(url: url(path, items)))
    }

    /// POST of a form.
    func post(_ path: String, form: [String: String]) async throws -> Data {
        var request = URLRequest(url: url(path, [:]))
        request.httpMethod = "POST"
        request.setValue("application/x-www-form-urlencoded", forHTTPHeaderField: "Content-Type")
        request.httpBody = Data(Self.encode(form).utf8)
        return try await send(request)
    }

    private func url(_ path: String, _ items: [String: String]) -> URL {
        var components = URLComponents()
        components.scheme = base.scheme
        components.host = base.host
        components.port = base.port
        components.path = path
        components.percentEncodedQuery = items.isEmpty ? nil : Self.encode(items)
        return components.url ?? base
    }

    private static func encode(_ items: [String: String]) -> String {
        let plain = CharacterSet.alphanumerics.intersection(CharacterSet(charactersIn: Unicode.Scalar(0)..."\u{7f}"))
            .union(CharacterSet(charactersIn: "-._~"))
        return items.sorted { $0.key < $1.key }.map { key, value in
            "\(key)=\(value.addingPercentEncoding(withAllowedCharacters: plain) ?? "")"
        }.joined(separator: "&")
    }

    private func send(_ request: URLRequest) async throws -> Data {
        let data: Data
        let response: URLResponse
        do {
            (data, response) = try await URLSession.shared.data(for: request)
        } catch {
            throw CommandFailure(
                "cannot reach the collector at \(base.absoluteString); is 'lockstitch collect' running?", code: 1)
        }
        let status = (response as? HTTPURLResponse)?.statusCode ?? 0
        guard (200..<300).contains(status) else {
            let text = String(decoding: data, as: UTF8.self).trimmingCharacters(in: .whitespacesAndNewlines)
            throw CommandFailure(text.isEmpty ? "the collector answered HTTP \(status)" : text, code: status == 400 ? 2 : 1)
        }
        return data
    }
}
