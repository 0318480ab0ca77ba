import Foundation
import TestSupport
import Testing

extension EndToEnd {
    /// Queries over chunks whose bytes have changed.
    @Suite struct DamagedChunkTests {
        let folder: TemporaryDirectory

        init() throws { folder = try TemporaryDirectory() }

        /// Two chunks of 100 rows each, on two days.
        private func sealed() throws -> [String] {
            for day in 1...2 {
                let collector = try CollectorProcess(folder: folder.path)
                let lines = (0..<100).map { row in
                    "{\"time\":\"2024-01-0\(day)T00:00:00Z\",\"day\":\(day),\"trace_id\":\"trace-\(day)-\(row)\",\"message\":\"words \(row * 7_919)\"}\n"
                }
                try TCPConnection.sendAcknowledged(lines.joined(), to: collector.tcp)
                #expect(collector.terminate() == 0)
            }
            let names = try FileManager.default.subpathsOfDirectory(atPath: folder.file("data"))
            return names.filter { $0.hasSuffix(".parquet") }.sorted().map { folder.file("data/\($0)") }
        }

        /// Flips a bit of the first page of `message`.
        private func damage(_ chunk: String) throws {
            var bytes = [UInt8](try Data(contentsOf: URL(fileURLWithPath: chunk)))
            // Pages of a column follow one another, so that the middle of the pages is in one.
            bytes[bytes.count / 4] ^= 4
            try Data(bytes).write(to: URL(fileURLWithPath: chunk))
        }

        @Test func areAnsweredWithoutThemAndSaySo() async throws {
            let chunks = try sealed()
            #expect(chunks.count == 2)
            try damage(chunks[0])
            let name = URL(fileURLWithPath: chunks[0]).lastPathComponent
            let collector = try CollectorProcess(folder: folder.path)
            for _ in 0..<2 {
                let result = try collector.command("query", "*", "--limit", "0", "--output", "json")
                #expect(result.status == 0)
                #expect(result.output.split(separator: "\n").count == 100)
                #expect(result.errors.contains("lockstitch: warning: 100 rows of chunk 'data/2024-01-01/\(name)' are left out"))
                #expect(result.errors.contains("row group 0, column '"))
            }
            #expect(try collector.command("query", "_time:2024-01-02").errors.isEmpty, "a query of other times needs no warning")
            #expect(try collector.command("trace", "trace-2-7").errors.contains("are left out"))
            #expect(try await collector.metric("lockstitch_quarantined_chunks") == 1)
            #expect(try await collector.metric("lockstitch_quarantined_rows") == 100)
            let kept = try FileManager.default.contentsOfDirectory(atPath: folder.file("quarantine")).sorted()
            #expect(kept == [name, name + ".json"])
            #expect(collector.terminate() == 0)

            let again = try CollectorProcess(folder: folder.path)
            #expect(try again.command("query", "* | stats count() n").errors.contains("are left out"))
            #expect(try again.count("*") == 100)
            #expect(!FileManager.default.fileExists(atPath: chunks[0]))
        }

        /// Flips a bit of the first word filter, whose place the metadata name.
        private func damageWordFilter(_ chunk: String) throws {
            var bytes = [UInt8](try Data(contentsOf: URL(fileURLWithPath: chunk)))
            let tail = String(decoding: bytes.suffix(16_384), as: UTF8.self)
            let match = try #require(tail.firstMatch(of: #/lockstitch\.word_filters[^\[]*\[\[(?<offset>\d+),(?<count>\d+)\]/#))
            bytes[try #require(Int(match.offset)) + (try #require(Int(match.count))) / 2] ^= 1
            try Data(bytes).write(to: URL(fileURLWithPath: chunk))
        }

        @Test func stayWhenOnlyTheirWordFilterIsDamaged() async throws {
            try damageWordFilter(try #require(try sealed().first))
            let collector = try CollectorProcess(folder: folder.path)
            for _ in 0..<2 {
                let result = try collector.command("query", "words | fields day", "--limit", "0", "--output", "json")
                #expect(result.status == 0 && result.errors.isEmpty)
                #expect(result.output.split(separator: "\n").count == 200)
            }
            #expect(try await collector.metric("lockstitch_damaged_word_filters") == 1)
            #expect(try await collector.metric("lockstitch_quarantined_chunks") == 0)
            #expect(collector.terminate() == 0)
            let doctor = try CommandResult.run(try Project.lockstitch, ["doctor", "--data-dir", folder.path])
            #expect(doctor.status == 1 && doctor.output.contains("row group 0: its word filter, bytes "), "\(doctor.output)")
        }

        @Test(arguments: ["quarantine.linked", "quarantine.forgotten"])
        func areSetAsideEvenIfItIsKilledMeanwhile(place: String) throws {
            let chunks = try sealed()
            try damage(chunks[0])
            let killed = try CollectorProcess(folder: folder.path, failpoint: place, arguments: [])
            #expect(try killed.command("query", "*").status == 1)
            let collector = try CollectorProcess(folder: folder.path)
            let result = try collector.command("query", "*", "--limit", "0", "--output", "json")
            #expect(result.output.split(separator: "\n").count == 100)
            #expect(result.errors.split(separator: "\n").count { $0.contains("are left out") } == 1)
            #expect(collector.terminate() == 0)
            let name = URL(fileURLWithPath: chunks[0]).lastPathComponent
            #expect(FileManager.default.fileExists(atPath: folder.file("quarantine/\(name)")))
            let doctor = try CommandResult.run(try Project.lockstitch, ["doctor", "--data-dir", folder.path])
            #expect(doctor.status == 0, "\(doctor.output)")
        }

        @Test func areAnsweredWithoutAFileThatHasGone() throws {
            let chunks = try sealed()
            try FileManager.default.moveItem(atPath: chunks[1], toPath: folder.file("elsewhere"))
            let collector = try CollectorProcess(folder: folder.path)
            let result = try collector.command("query", "*", "--limit", "0", "--output", "json")
            #expect(result.output.split(separator: "\n").count == 100)
            #expect(result.errors.contains("are left out: it cannot be read now"))
            let trace = try collector.command("trace", "trace-2-7")
            #expect(trace.status == 1 && trace.errors.contains("no log or span has the id"))
            try FileManager.default.moveItem(atPath: folder.file("elsewhere"), toPath: chunks[1])
            let whole = try collector.command("query", "*", "--limit", "0", "--output", "json")
            #expect(whole.output.split(separator: "\n").count == 200)
            #expect(whole.errors.isEmpty)
        }
    }
}
