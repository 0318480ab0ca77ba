import Foundation
import TestSupport
import Testing

extension EndToEnd {
    /// `lockstitch doctor` on folders that are well, and on folders that are not.
    @Suite struct DoctorTests {
        let folder: TemporaryDirectory

        init() throws { folder = try TemporaryDirectory() }

        private var data: String { folder.file("data") }

        private struct Report: Decodable {
            struct Finding: Decodable {
                let severity: String
                let kind: String
                let file: String?
                let offset: Int?
                let row_group: Int?
                let column: String?
            }

            let ok: Bool
            let is_collector_running: Bool
            let chunks: Int
            let chunk_rows: Int
            let log_rows: Int
            let catalog_version: Int?
            let findings: [Finding]
            /// The disk of the machine that runs the tests may be nearly full.
            var relevant: [Finding] { findings.filter { $0.kind != "space" } }
        }

        private func lockstitch(_ arguments: String...) throws -> CommandResult {
            try CommandResult.run(try Project.lockstitch, arguments)
        }

        private func examine(expecting status: Int32) throws -> Report {
            let result = try lockstitch("doctor", "--data-dir", data, "--output", "json")
            #expect(result.status == status, "\(result.output)\(result.errors)")
            return try JSONDecoder().decode(Report.self, from: Data(result.output.utf8))
        }

        /// Three chunks of one day each, and rows in the log; killed.
        private func fill() throws {
            let before = try CollectorProcess(folder: data)
            try TCPConnection.sendAcknowledged((1...3).map { lines(day: $0, 0..<200) }.joined(), to: before.tcp)
            #expect(before.terminate() == 0)
            let collector = try CollectorProcess(folder: data)
            try TCPConnection.sendAcknowledged(lines(day: 4, 0..<50), to: collector.tcp)
            collector.killHard()
        }

        private func lines(day: Int, _ rows: Range<Int>) -> String {
            rows.map { row in
                "{\"time\":\"2024-01-0\(day)T00:00:\(10 + row % 50).\(row)Z\",\"day\":\(day),\"row\":\(row),"
                    + "\"trace_id\":\"trace-\(row % 20)\",\"service\":\"s\(row % 3)\",\"message\":\"words \(row * 7_919)\"}\n"
            }.joined()
        }

        private var chunks: [String] {
            let names = (try? FileManager.default.subpathsOfDirectory(atPath: data + "/data")) ?? []
            return names.filter { $0.hasSuffix(".parquet") }.sorted().map { "\(data)/data/\($0)" }
        }

        private func removeCatalog() {
            for suffix in ["", "-wal", "-shm"] { try? FileManager.default.removeItem(atPath: data + "/catalog.sqlite" + suffix) }
        }

        private func flip(_ path: String, at offset: (Int) -> Int) throws {
            var bytes = [UInt8](try Data(contentsOf: URL(fileURLWithPath: path)))
            bytes[offset(bytes.count)] ^= 1
            try Data(bytes).write(to: URL(fileURLWithPath: path))
        }

        @Test func findsNothingWhereAllIsWell() throws {
            try fill()
            let report = try examine(expecting: 0)
            #expect(report.ok && report.relevant.isEmpty)
            #expect(report.chunks == 3 && report.chunk_rows == 600 && report.log_rows == 50)
            #expect(report.catalog_version != nil)
            let collector = try CollectorProcess(folder: data)
            #expect(try examine(expecting: 0).is_collector_running)
            #expect(try collector.count("*") == 650)
            let text = try lockstitch("doctor", "--data-dir", data)
            #expect(text.output.contains("3, 600 rows") && text.output.hasSuffix("no problems\n"))
        }

        @Test func namesWhatIsDamagedMissingAndUnknown() throws {
            try fill()
            let chunks = chunks
            try flip(chunks[0]) { $0 / 4 }
            try FileManager.default.moveItem(atPath: chunks[1], toPath: folder.file("elsewhere"))
            let stray = URL(fileURLWithPath: chunks[2]).deletingLastPathComponent().appendingPathComponent("stray.parquet").path
            try FileManager.default.copyItem(atPath: folder.file("elsewhere"), toPath: stray)
            let segment = try #require(try FileManager.default.contentsOfDirectory(atPath: data + "/wal").max())
            try flip("\(data)/wal/\(segment)") { _ in 100 }
            let report = try examine(expecting: 1)
            let found = Dictionary(grouping: report.relevant, by: \.kind)
            #expect(Set(found.keys) == ["damaged_chunk", "missing_chunk", "unknown_chunk", "damaged_log"])
            #expect(found["damaged_chunk"]?.first?.file == chunks[0])
            #expect(found["damaged_chunk"]?.first?.row_group == 0)
            #expect(found["damaged_chunk"]?.first?.column != nil)
            #expect(found["missing_chunk"]?.first?.file == chunks[1])
            #expect(found["unknown_chunk"]?.map(\.file) == [stray])
            #expect(found["damaged_log"]?.first?.offset == 8)
            #expect(report.relevant.allSatisfy { $0.severity == "problem" })
        }

        @Test func findsACatalogThatIsNone() throws {
            try fill()
            removeCatalog()
            try Data("no database, not at all".utf8).write(to: URL(fileURLWithPath: data + "/catalog.sqlite"))
            #expect(try examine(expecting: 1).relevant.first?.kind == "damaged_catalog")
        }

        @Test func warnsOfRowsOfTheFuture() throws {
            let collector = try CollectorProcess(folder: data)
            try TCPConnection.sendAcknowledged("{\"time\":\"2200-01-01T00:00:00Z\"}\n", to: collector.tcp)
            #expect(collector.terminate() == 0)
            #expect(try examine(expecting: 0).relevant.map(\.kind) == ["clock"])
        }

        // MARK: The catalog made anew

        /// What can be asked, with and without the id index.
        private func answers() throws -> [String] {
            let collector = try CollectorProcess(folder: data)
            let queries = [
                "* | sort by (time, day, row)", "day:2 service:s1 | sort by (row)", "* | stats by (day, service) count() n | sort by (day, service)",
            ]
            var answers = try queries.map { try collector.command("query", $0, "--limit", "0", "--output", "json").output }
            for id in 0..<4 { answers.append(try collector.command("trace", "trace-\(id)", "--output", "json").output) }
            collector.killHard()
            return answers
        }

        @Test(arguments: ["there", "gone", "broken"]) func givesTheSameAnswersFromACatalogMadeAnew(old: String) throws {
            try fill()
            let before = try answers()
            let catalog = data + "/catalog.sqlite"
            switch old {
            case "gone": removeCatalog()
            case "broken":
                removeCatalog()
                try Data(repeating: 7, count: 50_000).write(to: URL(fileURLWithPath: catalog))
            default: break
            }
            let rebuilt = try lockstitch("doctor", "--data-dir", data, "--rebuild-catalog")
            #expect(rebuilt.status == 0, "\(rebuilt.errors)")
            #expect(rebuilt.output.hasPrefix("the catalog has 3 chunks with 600 rows\n"))
            #expect(try examine(expecting: 0).relevant.isEmpty)
            #expect(try answers() == before)
            #expect(rebuilt.output.contains("the old one is") == (old != "gone"))
        }

        @Test func refusesToRebuildWhileACollectorRuns() throws {
            try fill()
            let collector = try CollectorProcess(folder: data)
            let result = try lockstitch("doctor", "--data-dir", data, "--rebuild-catalog")
            #expect(result.status == 1)
            #expect(result.errors.contains("another process has it"))
            #expect(try collector.count("*") == 650)
        }

        /// Killed between writing a chunk and its entry in the catalog, or between that and the end of its log segments: the
        /// rows are in the chunk and in the log.
        @Test(arguments: ["seal.written", "seal.published"], [true, false])
        func noRowIsTwiceOrLostAfterARebuild(killedAt: String, keepsCatalog: Bool) throws {
            try fill()
            let collector = try StartingCollector(
                folder: data, announcement: folder.file("addresses"), failpoint: killedAt, arguments: ["--memtable-seconds", "1"])
            collector.waitUntilItEnds()
            #expect(chunks.count == 4)
            if !keepsCatalog { removeCatalog() }
            #expect(try lockstitch("doctor", "--data-dir", data, "--rebuild-catalog").status == 0)
            let again = try CollectorProcess(folder: data)
            let rows = try again.query("* | fields day, row")
            #expect(rows.count == 650)
            #expect(Set(rows.map { "\($0["day"] ?? 0)-\($0["row"] ?? 0)" }).count == 650)
            #expect(again.terminate() == 0)
            #expect(try examine(expecting: 0).relevant.isEmpty)
        }

        /// A chunk of three segments was left by a kill, and then a replay that sealed the first of them was killed too.
        @Test(arguments: ["start", "rebuild", "rebuild without a catalog"])
        func noRowIsTwiceWhereAReplaySealedLess(way: String) throws {
            let pad = String(repeating: "p", count: 1_000)
            let collector = try CollectorProcess(folder: data, "--memtable-megabytes", "8")
            let lines = (0..<3_500).map { "{\"row\":\($0),\"pad\":\"\(pad)\"}\n" }
            for start in stride(from: 0, to: lines.count, by: 500) {
                try TCPConnection.sendAcknowledged(lines[start..<start + 500].joined(), to: collector.tcp)
            }
            collector.killHard()
            for (place, arguments) in [
                ("seal.written", ["--memtable-megabytes", "8", "--memtable-seconds", "1"]), ("replay.sealed", ["--memtable-megabytes", "1"]),
            ] {
                let killed = try? CollectorProcess(folder: data, failpoint: place, arguments: arguments)
                killed?.waitUntilItEnds()
            }
            #expect(chunks.count == 2)
            #expect(try examine(expecting: 0).relevant.map(\.kind) == ["unknown_chunk"])
            if way == "rebuild without a catalog" { removeCatalog() }
            if way != "start" { #expect(try lockstitch("doctor", "--data-dir", data, "--rebuild-catalog").status == 0) }
            let again = try CollectorProcess(folder: data)
            let rows = try again.query("* | fields row").compactMap { $0["row"] as? Int }
            #expect(rows.sorted() == Array(0..<3_500))
            #expect(again.terminate() == 0)
            #expect(try examine(expecting: 0).relevant.isEmpty)
        }

        @Test(arguments: ["rebuild.aside", "rebuild.swapped"]) func aRebuildThatIsKilledLosesNothing(place: String) throws {
            try fill()
            let before = try answers()
            let killed = try CommandResult.run(
                try Project.lockstitch, ["doctor", "--data-dir", data, "--rebuild-catalog"],
                environment: ["LOCKSTITCH_FAILPOINT": place])
            #expect(killed.status == 9)
            #expect(try answers() == before)
            #expect(try lockstitch("doctor", "--data-dir", data, "--rebuild-catalog").status == 0)
            #expect(try answers() == before)
        }
    }
}
