import Foundation

#if canImport(FoundationNetworking)
    import FoundationNetworking
#endif

/// A server of S3 that is not ours (scripts/python/s3_server.py), on a free port, with a bucket of a name of its own.
public final class S3Server: Sendable {
    public static let accessKey = "test-key"
    public static let secretKey = "test/secret+key"
    public static let sessionToken = "test-token"

    public let bucket = "bucket-\(UUID().uuidString.prefix(8).lowercased())"
    public let port: Int
    private let process: Process
    private let input = Pipe()

    public init() throws {
        process = Python.process("s3_server.py", [bucket])
        let output = Pipe()
        process.standardOutput = output
        process.standardInput = input
        try process.run()
        var line = Data()
        while line.last != UInt8(ascii: "\n") {
            let more = output.fileHandleForReading.availableData
            guard !more.isEmpty else { throw S3ServerFailure(description: "the server of S3 did not start; run scripts/setup --test") }
            line += more
        }
        guard let port = Int(String(decoding: line.dropLast(), as: UTF8.self)) else {
            throw S3ServerFailure(description: "the server of S3 gave no port")
        }
        self.port = port
    }

    deinit {
        try? input.fileHandleForWriting.close()
        process.waitUntilExit()
    }

    public var url: String { "http://127.0.0.1:\(port)" }

    /// The variables by which programs find it.
    public var environment: [String: String] {
        [
            "AWS_ACCESS_KEY_ID": Self.accessKey, "AWS_SECRET_ACCESS_KEY": Self.secretKey, "AWS_SESSION_TOKEN": Self.sessionToken,
            "AWS_ENDPOINT_URL": url, "AWS_REGION": "eu-central-1",
        ]
    }

    /// Makes the next requests fail: `503`, `close` or `hang`.
    public func fail(_ kind: String, count: Int) async throws { _ = try await control("fault?kind=\(kind)&count=\(count)") }

    /// Method and query of all requests so far.
    public var requests: [String] {
        get async throws { try await control("requests").split(separator: "\n").map(String.init) }
    }

    /// Changes one bit of an object.
    public func flip(_ key: String) async throws { _ = try await control("flip?bucket=\(bucket)&key=\(key)") }

    private func control(_ what: String) async throws -> String {
        guard let address = URL(string: "\(url)/-/\(what)") else { throw S3ServerFailure(description: "no URL: \(what)") }
        return String(decoding: try await URLSession.shared.data(from: address).0, as: UTF8.self)
    }
}

public struct S3ServerFailure: Error, CustomStringConvertible {
    public let description: String
}
