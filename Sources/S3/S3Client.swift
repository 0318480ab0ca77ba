#if S3
import AsyncHTTPClient
import NIOCore
import NIOHTTP1

/// Asks a server of S3 for the objects of one bucket. Requests that fail in a way that may pass are sent again.
///
/// ```swift
/// let client = S3Client(configuration)
/// try await client.put("a/b", bytes)
/// try await client.shutdown()
/// ```
public final class S3Client: Sendable {
    public struct Object: Sendable, Hashable {
        public let key: String
        public let bytes: Int
    }

    public struct Upload: Sendable, Hashable {
        public let key: String
        public let id: String
        /// RFC 3339, UTC.
        public let initiated: String
    }

    /// A part that the server has.
    public struct Part: Sendable {
        public let number: Int
        public let tag: String
    }

    /// Of an answer that is not an object's: a list has up to 1000 objects of up to 1 KiB.
    private static let answerBytesMax = 16 << 20

    public let configuration: S3Configuration
    private let signature: SignatureV4
    private let client: HTTPClient
    private let now: @Sendable () -> Int64

    /// - Parameter now: seconds since 1970-01-01 UTC.
    public init(_ configuration: S3Configuration, now: @escaping @Sendable () -> Int64) {
        self.configuration = configuration
        self.now = now
        signature = SignatureV4(credentials: configuration.credentials, region: configuration.region)
        var http = HTTPClient.Configuration()
        http.timeout = .init(connect: .seconds(10), read: .seconds(configuration.silenceMax))
        // A bucket of another region answers with a redirect that a signature does not survive; it is told as an error.
        http.redirectConfiguration = .disallow
        http.httpVersion = .http1Only
        http.dnsOverride = configuration.addresses
        client = HTTPClient(eventLoopGroupProvider: .singleton, configuration: http)
    }

    /// To be called once, when no request is under way.
    public func shutdown() async throws { try await client.shutdown() }

    // MARK: Objects

    /// Some bytes of an object; fewer only at its end.
    public func get(_ key: String, at offset: Int, count: Int) async throws -> [UInt8] {
        guard count > 0 else { return [] }
        let range = ("range", "bytes=\(offset)-\(offset + count - 1)")
        do {
            let answer = try await send("GET", key, headers: [range], bodyBytesMax: count)
            guard answer.status == 206 else { throw S3Error("\(place(key)): the server gives no parts of objects") }
            return answer.body
        } catch let error as S3Error where error.status == 416 {
            return []
        }
    }

    public func put(_ key: String, _ bytes: [UInt8]) async throws {
        _ = try await send("PUT", key, body: bytes)
    }

    /// One that is not there is no error.
    public func delete(_ key: String) async throws { _ = try await send("DELETE", key) }

    /// All objects whose keys begin like that, sorted by key.
    public func list(prefix: String) async throws -> [Object] {
        var objects: [Object] = []
        var token: String?
        repeat {
            var query = [("list-type", "2"), ("prefix", prefix)]
            if let token { query.append(("continuation-token", token)) }
            let list = try await document("GET", "", query: query, "ListBucketResult")
            for content in list.children("Contents") {
                guard let key = content["Key"], let size = content["Size"].flatMap({ Int($0) }) else { throw malformed(list) }
                objects.append(Object(key: key, bytes: size))
            }
            token = list["IsTruncated"] == "true" ? list["NextContinuationToken"] : nil
        } while token != nil
        return objects.sorted { $0.key.utf8.lexicographicallyPrecedes($1.key.utf8) }
    }

    // MARK: Objects in parts

    /// Begins an object that comes in parts; its id.
    public func beginUpload(_ key: String) async throws -> String {
        let answer = try await document("POST", key, query: [("uploads", "")], "InitiateMultipartUploadResult")
        guard let id = answer["UploadId"], !id.isEmpty else { throw malformed(answer) }
        return id
    }

    /// - Parameter number: from 1 on, 10,000 at most.
    public func put(_ key: String, upload: String, part number: Int, _ bytes: [UInt8]) async throws -> Part {
        let query = [("partNumber", String(number)), ("uploadId", upload)]
        let answer = try await send("PUT", key, query: query, body: bytes)
        guard let tag = answer.head.first(name: "ETag") else { throw S3Error("\(place(key)) answered without an ETag") }
        return Part(number: number, tag: tag)
    }

    /// Makes the object of its parts.
    public func complete(_ key: String, upload: String, _ parts: [Part]) async throws {
        let body = parts.map { "<Part><PartNumber>\($0.number)</PartNumber><ETag>\(Self.escaped($0.tag))</ETag></Part>" }
        let xml = "<CompleteMultipartUpload>\(body.joined())</CompleteMultipartUpload>"
        _ = try await document("POST", key, query: [("uploadId", upload)], body: Array(xml.utf8), "CompleteMultipartUploadResult")
    }

    public func abort(_ key: String, upload: String) async throws {
        do {
            _ = try await send("DELETE", key, query: [("uploadId", upload)])
        } catch let error as S3Error where error.code == "NoSuchUpload" {
            // It is complete, or gone.
        }
    }

    /// Objects that were begun and neither completed nor aborted; up to 1000.
    public func uploads(prefix: String) async throws -> [Upload] {
        let list = try await document("GET", "", query: [("uploads", ""), ("prefix", prefix)], "ListMultipartUploadsResult")
        return try list.children("Upload").map { upload in
            guard let key = upload["Key"], let id = upload["UploadId"], let initiated = upload["Initiated"] else {
                throw malformed(list)
            }
            return Upload(key: key, id: id, initiated: initiated)
        }
    }

    private static func escaped(_ text: String) -> String {
        text.replacing("&", with: "&amp;").replacing("<", with: "&lt;")
    }

    // MARK: Requests

    private struct Answer {
        let status: UInt
        let head: HTTPHeaders
        let body: [UInt8]
    }

    /// The answer to a request as XML.
    private func document(
        _ method: String, _ key: String, query: [(String, String)], body: [UInt8] = [], _ name: String
    ) async throws -> XMLElement {
        let answer = try await send(method, key, query: query, body: body) { answer in
            // A server may find out that it failed after it has said 200.
            guard let root = XMLElement(answer.body), root.name == "Error" else { return nil }
            return self.error(status: 500, root, key)
        }
        guard let root = XMLElement(answer.body), root.name == name else {
            throw S3Error("\(place(key)) gave an answer that is no \(name); is it a server of S3?")
        }
        return root
    }

    private func send(
        _ method: String, _ key: String, query: [(String, String)] = [], headers: [(String, String)] = [], body: [UInt8] = [],
        bodyBytesMax: Int = answerBytesMax, failure: (Answer) -> S3Error? = { _ in nil }
    ) async throws -> Answer {
        let bodyHash = SignatureV4.sha256(body)
        var pause = configuration.pause
        var attempt = 1
        while true {
            do {
                let answer = try await sendOnce(method, key, query, headers, body, bodyHash, bodyBytesMax)
                if let error = failure(answer) { throw error }
                return answer
            } catch let error as S3Error {
                guard error.isTransient, attempt < configuration.attemptsMax else { throw gaveUp(error, attempt) }
            } catch is CancellationError {
                throw CancellationError()
            } catch {
                guard attempt < configuration.attemptsMax else {
                    throw gaveUp(S3Error("cannot reach \(configuration.scheme)://\(configuration.host): \(error)"), attempt)
                }
            }
            attempt += 1
            // So that those who failed together do not come back together.
            try await Task.sleep(for: pause * Double.random(in: 0.5...1))
            pause = min(pause * 2, configuration.pauseMax)
        }
    }

    private func gaveUp(_ error: S3Error, _ attempts: Int) -> S3Error {
        guard attempts > 1 else { return error }
        return S3Error("\(error.description) (\(attempts) attempts)", status: error.status, code: error.code)
    }

    private func sendOnce(
        _ method: String, _ key: String, _ query: [(String, String)], _ headers: [(String, String)], _ body: [UInt8],
        _ bodyHash: String, _ bodyBytesMax: Int
    ) async throws -> Answer {
        let query = query.map { (name: $0.0, value: $0.1) }
        let path = configuration.path(key)
        let signed = SignatureV4.Request(
            method: method, path: path, query: query,
            headers: [("host", configuration.host)] + headers.map { (name: $0.0, value: $0.1) }, bodyHash: bodyHash)
        var url = "\(configuration.scheme)://\(configuration.host)\(SignatureV4.escapedPath(path))"
        if !query.isEmpty { url += "?" + SignatureV4.escaped(query) }
        var request = HTTPClientRequest(url: url)
        request.method = HTTPMethod(rawValue: method)
        for (name, value) in signed.headers + signature.headers(for: signed, time: now()) {
            request.headers.add(name: name, value: value)
        }
        if !body.isEmpty || method == "PUT" { request.body = .bytes(ByteBuffer(bytes: body)) }
        let response = try await client.execute(request, timeout: .seconds(configuration.timeout))
        let isSuccess = (200..<300).contains(response.status.code)
        let bytes = try await response.body.collect(upTo: isSuccess ? bodyBytesMax : Self.answerBytesMax)
        guard isSuccess else {
            throw error(status: Int(response.status.code), XMLElement(Array(bytes.readableBytesView)), key)
        }
        return Answer(
            status: response.status.code, head: response.headers, body: Array(bytes.readableBytesView))
    }

    // MARK: Errors

    private func place(_ key: String) -> String { "s3://\(configuration.bucket)/\(key)" }

    private func malformed(_ list: XMLElement) -> S3Error {
        S3Error("\(place("")) gave a \(list.name) that lacks something")
    }

    private func error(status: Int, _ root: XMLElement?, _ key: String) -> S3Error {
        guard let root, let code = root["Code"] else {
            return S3Error("\(place(key)) answered HTTP \(status)", status: status)
        }
        var text = "\(place(key)): \(code)"
        if let message = root["Message"], !message.isEmpty { text += ": \(message)" }
        if let remedy = Self.remedies[code] { text += " (\(remedy))" }
        return S3Error(text, status: status, code: code)
    }

    /// What to do about errors that are the user's to mend.
    private static let remedies = [
        "AuthorizationHeaderMalformed": "the bucket may be of another region; set AWS_REGION or --s3-region",
        "PermanentRedirect": "the bucket is of another region; set AWS_REGION or --s3-region",
        "InvalidAccessKeyId": "see AWS_ACCESS_KEY_ID",
        "SignatureDoesNotMatch": "see AWS_SECRET_ACCESS_KEY",
        "RequestTimeTooSkewed": "the clock of this machine is wrong",
    ]
}
#endif
