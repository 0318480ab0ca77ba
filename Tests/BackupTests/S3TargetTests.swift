#if S3
import Foundation
import S3
import Storage
import SystemIO
import TestSupport
import Testing

@testable import Backup

/// Backups in a server of S3.
@Suite(.serialized) struct S3TargetTests {
    private let server: S3Server
    private let source: BackedUpStore
    private let restored: TemporaryDirectory

    init() throws {
        server = try S3Server()
        source = try BackedUpStore()
        restored = try TemporaryDirectory()
    }

    private var configuration: S3Configuration {
        get throws {
            try S3Configuration(
                bucket: server.bucket, region: "eu-central-1",
                credentials: S3Credentials(accessKey: S3Server.accessKey, secretKey: S3Server.secretKey), endpoint: server.url)
        }
    }

    /// - Parameter partBytes: less than a chunk, so that it goes in parts.
    private func withTarget(partBytes: Int = 16 << 20, attemptsMax: Int = 6, _ body: (S3Target) async throws -> Void) async throws {
        var configuration = try configuration
        configuration.pause = .milliseconds(1)
        configuration.attemptsMax = attemptsMax
        let target = S3Target(configuration, prefix: "backups/a/", partBytes: partBytes)
        let result: Result<Void, any Error>
        do { result = .success(try await body(target)) } catch { result = .failure(error) }
        try await target.shutdown()
        try result.get()
    }

    @Test(arguments: [700, 16 << 20]) func aBackupIsRestored(partBytes: Int) async throws {
        for day in 1...6 { try source.seal(50, day: day) }
        try await withTarget(partBytes: partBytes) { target in
            let first = try await source.back(up: target)
            #expect(first.copiedChunks == 6)
            #expect(try await server.requests.contains { $0.contains("partNumber=2") } == (partBytes == 700))
            try source.seal(50, day: 7)
            let second = try await source.back(up: target)
            #expect(second.copiedChunks == 1)
            #expect(try await target.manifests().manifests.map(\.rows) == [300, 350])
            #expect(try await target.list(.unfinished).isEmpty)
            #expect(try await BackupVerification(target).run([second.manifest]).problems.isEmpty)

            let report = try await restore(target, into: restored)
            #expect(report.rows == 350)
            #expect(try allRows(of: open(restored)) == source.rows)

            let name = second.manifest.entries[3].name
            try await server.flip("backups/a/\(name)")
            let problems = try await BackupVerification(target).run([second.manifest]).problems
            #expect(problems.count == 1 && problems[0].hasPrefix("'\(name)' is damaged"))
            try await target.remove([name])
            #expect(try await BackupVerification(target).run([second.manifest]).problems == ["'\(name)' is missing"])
            #expect(try await source.back(up: target).copiedChunks == 1)
            let pruned = try await BackupPruning(target).run(keep: 1)
            #expect(pruned.snapshots == 2 && pruned.chunks == 0)
        }
    }

    @Test(arguments: ["503", "close"]) func aServerThatFailsNowAndThen(kind: String) async throws {
        for day in 1...4 { try source.seal(50, day: day) }
        try await withTarget(partBytes: 700) { target in
            try await server.fail(kind, count: 5)
            try await source.back(up: target)
            try await server.fail(kind, count: 5)
            _ = try await restore(target, into: restored)
            #expect(try allRows(of: open(restored)) == source.rows)
        }
    }

    @Test func aServerThatFailsLeavesNoSnapshotAndNoUpload() async throws {
        for day in 1...4 { try source.seal(50, day: day) }
        try await withTarget(partBytes: 700, attemptsMax: 1) { target in
            let failures = try await failures(target)
            #expect(failures > 3)
            #expect(try await BackupVerification(target).run(target.manifests().manifests).problems.isEmpty)
            _ = try await restore(target, into: restored)
            #expect(try allRows(of: open(restored)) == source.rows)
        }
    }

    /// Fails one request later each time, until a backup comes through.
    private func failures(_ target: S3Target) async throws -> Int {
        for failures in 0... {
            try await server.fail("pass", count: 3 + 4 * failures)
            try await server.fail("503", count: 1)
            let report = try? await source.back(up: target)
            try await server.fail("clear", count: 0)
            #expect(try await target.manifests().manifests.isEmpty == (report == nil))
            let client = S3Client(try configuration) { Int64(Date().timeIntervalSince1970) }
            let uploads = try? await client.uploads(prefix: "")
            try await client.shutdown()
            #expect(uploads == [])
            if report != nil { return failures }
        }
        return 0
    }

    /// What another makes now is not pruned, nor what its snapshot needs.
    @Test func pruningLeavesASnapshotInTheMakingAlone() async throws {
        try source.seal(50)
        try await withTarget { target in
            let first = try await source.back(up: target)
            let chunk = first.manifest.entries[0].name
            let name = BackupNames.snapshot(first.manifest.id)
            var bytes: [UInt8] = []
            var pieces = FilePieces(target: target, name: name)
            while let piece = try await pieces.next() { bytes += piece }
            // As if it were still being made, and another had come after it.
            try await target.write(bytes, to: BackupNames.unfinished(first.manifest.id))
            try await target.remove([name])
            try await target.write(Array(String(decoding: bytes, as: UTF8.self).replacing(chunk.split(separator: "/")[2].dropLast(8), with: "OTHER").utf8), to: BackupNames.snapshot("0A"))
            let pruning = BackupPruning(target, clock: source.clock)
            #expect(try await pruning.run(keep: 1).chunks == 0)
            #expect(try await target.list(.chunks).map(\.name) == [chunk])
            source.clock.advance(seconds: 8 * 86_400)
            #expect(try await pruning.run(keep: 1).chunks == 1)
            #expect(try await target.list(.unfinished).isEmpty)
        }
    }
}
#endif
