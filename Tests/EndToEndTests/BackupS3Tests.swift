#if S3
import Foundation
import TestSupport
import Testing

extension EndToEnd {
    @Suite struct BackupS3Tests {
        let folder: TemporaryDirectory
        let server: S3Server

        init() throws {
            folder = try TemporaryDirectory()
            server = try S3Server()
        }

        private var target: String { "s3://\(server.bucket)/lockstitch" }

        private func backup(_ arguments: String..., environment: [String: String] = [:]) throws -> CommandResult {
            let variables = server.environment.merging(environment) { $1 }.map { "\($0.key)=\($0.value)" }
            return try CommandResult.run(
                URL(fileURLWithPath: "/usr/bin/env"), variables + [try Project.lockstitch.path, "backup"] + arguments)
        }

        private func lines(_ seqs: Range<Int>) -> String {
            seqs.map { "{\"time\":\"2024-01-0\(1 + $0 / 100)T00:00:00Z\",\"seq\":\($0),\"request_id\":\"r\($0)\"}\n" }.joined()
        }

        @Test(.timeLimit(.minutes(2))) func aBucketBringsAllBack() async throws {
            let collector = try CollectorProcess(folder: folder.file("data"))
            try TCPConnection.sendAcknowledged(lines(0..<300), to: collector.tcp)
            let first = try backup("create", target, "--url", collector.url)
            #expect(first.status == 0 && first.output.contains(": 3 chunks, 300 rows, "), "\(first.errors)")
            try TCPConnection.sendAcknowledged(lines(300..<400), to: collector.tcp)
            let second = try backup("create", target, "--url", collector.url)
            #expect(second.output.contains(": 4 chunks, 400 rows, ") && second.output.contains("; copied 1 chunk, "))
            let before = try collector.command("query", "* | sort by (seq)", "--output", "json").output
            #expect(collector.terminate() == 0)
            try FileManager.default.removeItem(atPath: folder.file("data"))

            #expect(try backup("verify", target, "--all", "--deep").status == 0)
            #expect(try backup("list", target, "--output", "json").output.split(separator: "\n").count == 2)
            #expect(try backup("restore", target, folder.file("data")).status == 0)
            let restored = try CollectorProcess(folder: folder.file("data"))
            #expect(try restored.command("query", "* | sort by (seq)", "--output", "json").output == before)
            #expect(try restored.count("request_id:=r250") == 1)

            let key = try #require(FileManager.default.subpathsOfDirectory(atPath: folder.file("data/data")).filter { $0.hasSuffix(".parquet") }.sorted().first)
            try await server.flip("lockstitch/chunks/\(key)")
            let verify = try backup("verify", target)
            #expect(verify.status == 1 && verify.errors.hasPrefix("lockstitch: 'chunks/\(key)' is damaged"))
        }

        @Test(arguments: ["backup.begun", "backup.uploaded:2", "backup.copied", "backup.uploaded:5", "backup.published"])
        func aBackupThatIsKilledLeavesAllAsItWas(at place: String) throws {
            let data = folder.file("data")
            let collector = try CollectorProcess(folder: data)
            try TCPConnection.sendAcknowledged(lines(0..<300), to: collector.tcp)
            #expect(collector.terminate() == 0)
            #expect(try backup("create", target, "--data", data, environment: ["LOCKSTITCH_FAILPOINT": place]).status == SIGKILL)
            let list = try backup("list", target, "--output", "json")
            #expect(list.status == 0 && list.output.isEmpty == (place != "backup.published" && place != "backup.uploaded:5"))
            #expect(try backup("create", target, "--data", data).status == 0)
            #expect(try backup("verify", target, "--all").status == 0)
            #expect(try backup("restore", target, folder.file("new")).status == 0)
            #expect(try CollectorProcess(folder: folder.file("new")).count("*") == 300)
        }

        @Test func whatIsWrongIsSaid() throws {
            let noKey = try backup("list", target, environment: ["AWS_ACCESS_KEY_ID": ""])
            #expect(noKey.status == 2 && noKey.errors.hasPrefix("lockstitch: set AWS_ACCESS_KEY_ID and"))
            let wrongKey = try backup("list", target, environment: ["AWS_SECRET_ACCESS_KEY": "x"])
            #expect(wrongKey.status == 1 && wrongKey.errors.contains("SignatureDoesNotMatch"))
            #expect(try backup("list", "s3://no-such-bucket/x").errors.contains("NoSuchBucket"))
            #expect(try backup("list", "s3://x").status == 2)
            #expect(try backup("list", target, "--s3-style", "both").status == 64)
            #expect(try backup("list", target, "--s3-endpoint", "nowhere").status == 2)
        }
    }
}
#endif
