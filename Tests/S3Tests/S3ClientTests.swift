#if S3
import Foundation
import Synchronization
import TestSupport
import Testing

@testable import S3

/// Against moto, which checks each signature with botocore.
@Suite(.serialized) struct S3ClientTests {
    private let server: S3Server

    init() throws { server = try S3Server() }

    private func configuration(
        secret: String = S3Server.secretKey, token: String? = nil, style: S3Configuration.Style = .path
    ) throws -> S3Configuration {
        let host = style == .path ? "127.0.0.1" : "s3.test"
        var configuration = try S3Configuration(
            bucket: server.bucket, region: "eu-central-1",
            credentials: S3Credentials(accessKey: S3Server.accessKey, secretKey: secret, sessionToken: token),
            endpoint: "http://\(host):\(server.port)", style: style)
        configuration.addresses = ["\(server.bucket).s3.test": "127.0.0.1"]
        configuration.pause = .milliseconds(1)
        return configuration
    }

    private func withClient(
        _ configuration: S3Configuration? = nil, _ body: (S3Client) async throws -> Void
    ) async throws {
        let client = S3Client(try configuration ?? self.configuration()) { Int64(Date().timeIntervalSince1970) }
        let result: Result<Void, any Error>
        do { result = .success(try await body(client)) } catch { result = .failure(error) }
        try await client.shutdown()
        try result.get()
    }

    private static let bytes = (0..<5_000).map { UInt8(truncatingIfNeeded: $0 &* 7) }

    @Test func objectsAreKept() async throws {
        try await withClient { client in
            for key in ["a", "a/b/c.parquet", "sp ace+&?#%=é😀'()*~"] {
                try await client.put(key, Self.bytes)
                #expect(try await client.get(key, at: 0, count: 10_000) == Self.bytes)
                #expect(try await client.get(key, at: 4_990, count: 100) == Array(Self.bytes[4_990...]))
                #expect(try await client.get(key, at: 10, count: 5) == Array(Self.bytes[10..<15]))
                #expect(try await client.get(key, at: 5_000, count: 5).isEmpty)
            }
            try await client.put("empty", [])
            #expect(try await client.get("empty", at: 0, count: 5).isEmpty)
            #expect(try await client.list(prefix: "a").map(\.key) == ["a", "a/b/c.parquet"])
            #expect(try await client.list(prefix: "sp ace+&").map(\.bytes) == [5_000])
            try await client.delete("a")
            try await client.delete("a")
            #expect(try await client.list(prefix: "a").map(\.key) == ["a/b/c.parquet"])
            let error = await #expect(throws: S3Error.self) { try await client.get("a", at: 0, count: 1) }
            #expect(error?.code == "NoSuchKey" && error?.status == 404)
        }
    }

    @Test func aLongListComesInPages() async throws {
        try await withClient { client in
            for number in 0..<1_005 { try await client.put("many/\(number)", []) }
            let before = try await server.requests.count
            #expect(try await client.list(prefix: "many/").count == 1_005)
            #expect(try await server.requests.count - before == 2)
        }
    }

    @Test func anObjectComesInParts() async throws {
        try await withClient { client in
            let upload = try await client.beginUpload("parts")
            #expect(try await client.uploads(prefix: "pa").map(\.id) == [upload])
            var parts: [S3Client.Part] = []
            for number in 1...3 { parts.append(try await client.put("parts", upload: upload, part: number, Self.bytes)) }
            #expect(try await client.list(prefix: "parts").isEmpty)
            try await client.complete("parts", upload: upload, parts)
            #expect(try await client.get("parts", at: 0, count: 20_000) == Self.bytes + Self.bytes + Self.bytes)
            #expect(try await client.uploads(prefix: "").isEmpty)

            let other = try await client.beginUpload("other")
            try await client.abort("other", upload: other)
            try await client.abort("other", upload: other)
            #expect(try await client.uploads(prefix: "").isEmpty)
        }
    }

    @Test func theBucketMayBeInTheName() async throws {
        try await withClient(try configuration(token: S3Server.sessionToken, style: .virtual)) { client in
            try await client.put("a b", Self.bytes)
            #expect(try await client.get("a b", at: 0, count: 10_000) == Self.bytes)
            #expect(try await client.list(prefix: "").map(\.key) == ["a b"])
        }
    }

    @Test func whatIsWrongIsSaid() async throws {
        try await withClient(try configuration(secret: "other")) { client in
            let error = await #expect(throws: S3Error.self) { try await client.put("a", []) }
            #expect(error?.code == "SignatureDoesNotMatch")
            #expect(error?.description.hasSuffix("SignatureDoesNotMatch & no more (see AWS_SECRET_ACCESS_KEY)") == true)
        }
        try await withClient(try configuration(token: "wrong")) { client in
            let error = await #expect(throws: S3Error.self) { try await client.put("a", []) }
            #expect(error?.code == "InvalidToken" && error?.status == 403)
        }
        let before = try await server.requests.count
        let missing = try S3Configuration(
            bucket: "no-such-bucket", region: "us-east-1",
            credentials: S3Credentials(accessKey: S3Server.accessKey, secretKey: S3Server.secretKey), endpoint: server.url)
        try await withClient(missing) { client in
            let error = await #expect(throws: S3Error.self) { try await client.list(prefix: "") }
            #expect(error?.description.contains("NoSuchBucket") == true)
        }
        #expect(try await server.requests.count == before + 1, "another attempt would not help")
    }

    @Test(arguments: ["503", "500", "close", "hang"]) func whatPassesIsTriedAgain(_ kind: String) async throws {
        var configuration = try configuration()
        configuration.silenceMax = 1
        try await withClient(configuration) { client in
            try await server.fail(kind, count: kind == "hang" ? 1 : 3)
            try await client.put("a", Self.bytes)
            #expect(try await client.get("a", at: 0, count: 10_000) == Self.bytes)
        }
    }

    @Test func whatDoesNotPassIsGivenUp() async throws {
        var configuration = try configuration()
        configuration.attemptsMax = 3
        try await withClient(configuration) { client in
            try await server.fail("503", count: 100)
            let before = try await server.requests.count
            let error = await #expect(throws: S3Error.self) { try await client.put("a", []) }
            #expect(error?.status == 503 && error?.description.hasSuffix("(3 attempts)") == true)
            #expect(try await server.requests.count == before + 3)
        }
        let nobody = try S3Configuration(
            bucket: "bucket", region: "x", credentials: S3Credentials(accessKey: "a", secretKey: "b"), endpoint: "http://127.0.0.1:1")
        var quick = nobody
        quick.attemptsMax = 2
        quick.pause = .milliseconds(1)
        try await withClient(quick) { client in
            let error = await #expect(throws: S3Error.self) { try await client.list(prefix: "") }
            #expect(error?.description.hasPrefix("cannot reach http://127.0.0.1:1: ") == true)
        }
    }

    @Test func placesAreRead() throws {
        #expect(S3Location("s3://bucket") == S3Location("s3://bucket/"))
        #expect(S3Location("S3://bucket/a//b/")?.prefix == "a/b/")
        for text in ["s3://", "bucket/a", "https://bucket", "s3:/bucket"] { #expect(S3Location(text) == nil) }
        let credentials = S3Credentials(accessKey: "a", secretKey: "b")
        func host(_ bucket: String, endpoint: String? = nil) -> String? {
            try? S3Configuration(bucket: bucket, region: "eu-west-1", credentials: credentials, endpoint: endpoint).host
        }
        #expect(host("bucket") == "bucket.s3.eu-west-1.amazonaws.com")
        #expect(host("dotted.bucket") == "s3.eu-west-1.amazonaws.com")
        #expect(host("bucket", endpoint: "https://S3.example:443/") == "s3.example")
        #expect(host("bucket", endpoint: "http://127.0.0.1:9000") == "127.0.0.1:9000")
        for endpoint in ["127.0.0.1:9000", "https://", "ftp://x", "http://a/b"] { #expect(host("bucket", endpoint: endpoint) == nil) }
        for bucket in ["a", "a/b", "ab?", "ü-bucket", String(repeating: "a", count: 64)] { #expect(host(bucket) == nil) }
    }
}
#endif
