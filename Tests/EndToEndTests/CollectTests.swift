import Foundation
import FoundationNetworking
import TestSupport
import Testing

extension EndToEnd {
    /// The collector as users run it: one process, real sockets, real files.
    @Suite struct CollectTests {
        let folder: TemporaryDirectory

        init() throws { folder = try TemporaryDirectory() }

        @Test(arguments: ["tcp", "udp"])
        func findsTheWholeCorpusAgain(transport: String) throws {
            let collector = try CollectorProcess(folder: folder.path, "--memtable-rows", "50000")
            var rows = 0
            for file in Project.trainTicket {
                let lines = file.hasSuffix(".gz") ? try unzipped(file) : file
                let shipped = try collector.command(
                    "ship", lines, "--to", transport == "tcp" ? collector.tcp : collector.udp, "--transport", transport,
                    "--rate", transport == "tcp" ? "1000000" : "20000")
                #expect(shipped.status == 0, "\(shipped.errors)")
                rows += try String(contentsOfFile: lines, encoding: .utf8).utf8.count { $0 == UInt8(ascii: "\n") }
            }
            try collector.wait(forRows: rows, matching: "*")
            let checked = try Project.python("check_corpus.py", [collector.url] + Project.trainTicket)
            #expect(checked.status == 0, "\(checked.output)\(checked.errors)")
            #expect(collector.terminate() == 0)

            let again = try CollectorProcess(folder: folder.path)
            let checkedAgain = try Project.python("check_corpus.py", [again.url] + Project.trainTicket)
            #expect(checkedAgain.status == 0, "\(checkedAgain.output)\(checkedAgain.errors)")
        }

        private func unzipped(_ file: String) throws -> String {
            let name = folder.file(URL(fileURLWithPath: file).deletingPathExtension().lastPathComponent)
            let result = try CommandResult.run(URL(fileURLWithPath: "/bin/sh"), ["-c", "gzip -dc '\(file)' > '\(name)'"])
            guard result.status == 0 else { throw TestFailure("cannot unzip \(file): \(result.errors)") }
            return name
        }

        @Test func otherReadersSeeTheSameValues() throws {
            let lines = TrickyLines.all
            try lines.write(toFile: folder.file("lines.ndjson"), atomically: true, encoding: .utf8)
            let data = folder.file("data")
            let collector = try CollectorProcess(folder: data)
            try TCPConnection.sendAcknowledged(lines, to: collector.tcp)
            #expect(collector.terminate() == 0)
            #expect(collector.chunks.count == 1)
            let checked = try Project.python("check_chunks.py", [data, folder.file("lines.ndjson")])
            #expect(checked.status == 0, "\(checked.output)\(checked.errors)")
        }

        /// The same lines once more, out of several chunks merged into one.
        @Test func otherReadersSeeTheSameValuesInMergedChunks() throws {
            let lines = TrickyLines.all
            try lines.write(toFile: folder.file("lines.ndjson"), atomically: true, encoding: .utf8)
            let data = folder.file("data")
            let all = lines.split(separator: "\n").map { $0 + "\n" }
            let parts = [all[..<(all.count / 2)], all[(all.count / 2)...]]
            for part in parts {
                let collector = try CollectorProcess(folder: data)
                try TCPConnection.sendAcknowledged(part.joined(), to: collector.tcp)
                #expect(collector.terminate() == 0)
            }
            let collector = try CollectorProcess(folder: data)
            try collector.wait(until: "the two chunks are one") { $0.chunks.count == 1 }
            #expect(try collector.count("*") == all.count)
            #expect(collector.terminate() == 0)
            let checked = try Project.python("check_chunks.py", [data, folder.file("lines.ndjson")])
            #expect(checked.status == 0, "\(checked.output)\(checked.errors)")
        }

        @Test func everyAcknowledgedRowSurvivesKillOnce() throws {
            let collector = try CollectorProcess(folder: folder.path, "--memtable-rows", "3000")
            let connection = try TCPConnection(collector.tcp)
            connection.send("LOCKSTITCH/1 ack\n")
            let sent = 40_000
            DispatchQueue.global().async {
                for seq in 0..<sent where !connection.send("{\"seq\":\(seq),\"service\":\"a\",\"message\":\"row \(seq)\"}\n") { break }
            }
            var acknowledged = 0
            while acknowledged < 10_000, let answer = connection.readLine() {
                acknowledged = answer.split(separator: " ").last.flatMap { Int($0) } ?? 0
            }
            collector.killHard()
            while let answer = connection.readLine() {
                acknowledged = answer.split(separator: " ").last.flatMap { Int($0) } ?? acknowledged
            }
            #expect(acknowledged >= 10_000)

            let again = try CollectorProcess(folder: folder.path)
            let rows = try again.query("seq:* | fields seq").compactMap { $0["seq"] as? Int }
            #expect(Set(rows).count == rows.count, "a row is there twice")
            #expect(Set(0..<acknowledged).subtracting(rows).isEmpty, "an acknowledged row is missing")
        }

        /// There is no window after which a span is no longer joined to its request.
        @Test func aSpanThatComesDaysLateIsFound() throws {
            let collector = try CollectorProcess(folder: folder.path, "--memtable-rows", "1")
            func span(_ name: String, day: Int, parent: String) -> String {
                "{\"time\":\"2024-03-\(day < 10 ? "0" : "")\(day)T12:00:00Z\",\"name\":\"\(name)\",\"service\":\"s\",\"trace_id\":\"\(String(repeating: "ab", count: 16))\","
                    + "\"span_id\":\"00000000000000\(day)\",\"parent_span_id\":\"\(parent)\",\"duration_ns\":5}\n"
            }
            try TCPConnection.sendAcknowledged(span("first", day: 20, parent: ""), to: collector.tcp)
            for seq in 0..<5 {
                try TCPConnection.sendAcknowledged("{\"seq\":\(seq)}\n", to: collector.tcp)
            }
            try TCPConnection.sendAcknowledged(span("late", day: 11, parent: "0000000000000020"), to: collector.tcp)
            try TCPConnection.sendAcknowledged(span("later", day: 31, parent: "0000000000000020"), to: collector.tcp)
            func expectAll(_ collector: CollectorProcess) throws {
                let trace = try collector.command("trace", String(repeating: "ab", count: 16), "--output", "json")
                #expect(trace.status == 0)
                for name in ["first", "late", "later"] { #expect(trace.output.contains("\"\(name)\"")) }
            }
            try expectAll(collector)
            #expect(collector.terminate() == 0)
            let again = try CollectorProcess(folder: folder.path)
            #expect(again.chunks.filter { $0.hasPrefix("2024-03-") }.count == 3)
            try expectAll(again)
        }

        @Test func termSealsAndASecondStartFindsAll() throws {
            let collector = try CollectorProcess(folder: folder.path)
            try TCPConnection.sendAcknowledged(
                (0..<1_000).map { "level=info service=s\($0 % 3) seq=\($0) msg=\"hello there\"\n" }.joined(), to: collector.tcp)
            #expect(collector.chunks.isEmpty)
            #expect(try collector.count("service:s1") == 333)
            #expect(collector.terminate() == 0)
            #expect(collector.chunks.count == 1)

            let again = try CollectorProcess(folder: folder.path)
            #expect(try again.count("*") == 1_000)
            #expect(try again.count("service:s1 seq:<100") == 33)
            #expect(again.terminate() == 0)
            #expect(again.chunks.count == 1, "there was nothing more to seal")
        }

        @Test func badLinesAreKeptAndTheCollectorGoesOn() async throws {
            let collector = try CollectorProcess(folder: folder.path)
            let connection = try TCPConnection(collector.tcp)
            connection.send("{\"seq\":1,\"message\":\"trunc\n")
            connection.send(Array("{\"seq\":2,\"message\":\"".utf8) + [0xff, 0xfe] + Array("\"}\n".utf8))
            connection.send("{\"seq\":3,\"message\":\"" + String(repeating: "x", count: 10 << 20) + "\"}\n")
            connection.send(Array("{\"seq\":4,\"message\":\"a".utf8) + [0] + Array("b\"}\n".utf8))
            connection.send("{" + (0..<5_000).map { "\"k\($0)\":\($0)" }.joined(separator: ",") + "}\n")
            connection.send(String(repeating: "{\"a\":", count: 200) + "1" + String(repeating: "}", count: 200) + "\n")
            connection.send("{\"seq\":7,\"message\":\"good\"}\n")
            connection.finish()
            #expect(connection.readLine() == nil)
            try collector.wait(forRows: 1, matching: "seq:=7")
            let bad = try collector.query("parse_error:* | fields message, parse_error")
            #expect(bad.count == 6)
            for row in bad { #expect((row["parse_error"] as? String)?.isEmpty == false) }
            let messages = bad.compactMap { $0["message"] as? String }
            #expect(messages.contains("{\"seq\":1,\"message\":\"trunc"))
            #expect(messages.contains { $0.contains("\\xFF\\xFE") || $0.contains("\\xff\\xfe") })
            #expect(messages.contains { $0.hasPrefix("{\"seq\":3,") && $0.utf8.count == 1 << 20 })
            #expect(messages.contains { $0.hasPrefix("{\"k0\":0,") && $0.hasSuffix("\"k4999\":4999}") })
            #expect(try await collector.metric("lockstitch_parse_malformed_lines_total") == 6)
            #expect(try collector.count("seq:=7 message:good") == 1)
        }

        @Test func takesLinesOverHTTP() async throws {
            let collector = try CollectorProcess(folder: folder.path)
            var request = URLRequest(url: try collector.endpoint("/ingest"))
            request.httpMethod = "POST"
            request.httpBody = Data("{\"seq\":1}\nlevel=warn seq=2\n{\"seq\":3}".utf8)
            let (answer, response) = try await URLSession.shared.data(for: request)
            #expect((response as? HTTPURLResponse)?.statusCode == 200)
            #expect(String(decoding: answer, as: UTF8.self) == "{\"lines\":3}\n")
            #expect(try collector.query("* | fields seq | sort by (seq)").compactMap { $0["seq"] as? Int } == [1, 2, 3])
        }

        @Test(arguments: [1 << 20, (1 << 20) + 1, 1_500_000, 2_500_000, 5_000_000])
        func cutsLongLinesOverHTTP(length: Int) throws {
            let collector = try CollectorProcess(folder: folder.path)
            let start = "{\"message\":\""
            let long = start + String(repeating: "x", count: length - start.utf8.count - 2) + "\"}"
            let body = "{\"seq\":1}\n\(long)\n{\"seq\":3}\n"
            let answer = try HTTPAnswer.of(
                "POST /ingest HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Length: \(body.utf8.count)\r\n\r\n\(body)",
                from: collector.http)
            #expect(answer.status == 200)
            #expect(answer.body == "{\"lines\":3}\n")
            #expect(try collector.query("seq:* | fields seq | sort by (seq)").compactMap { $0["seq"] as? Int } == [1, 3])
            let cut = try collector.query("parse_error:*")
            #expect(cut.count == (length > 1 << 20 ? 1 : 0))
            #expect(cut.allSatisfy { ($0["message"] as? String)?.utf8.count == 1 << 20 })
            #expect(try collector.count("message:*") == 1)
        }

        @Test func limitsTheRateOfOneServiceOnly() async throws {
            let collector = try CollectorProcess(folder: folder.path, "--rate-limit", "1", "--rate-burst", "100")
            let lines = (0..<500).map { "{\"service\":\"loud\",\"seq\":\($0)}\n" } + ["{\"service\":\"quiet\"}\n"]
            try TCPConnection.sendAcknowledged(lines.joined(), to: collector.tcp)
            let kept = try collector.count("service:loud")
            #expect((100..<500).contains(kept))
            #expect(try collector.count("service:quiet") == 1)
            #expect(try await collector.metric("lockstitch_rows_rate_limited_total{service=\"loud\"}") == 500 - kept)
        }

        @Test(arguments: [
            ("--memtable-megabytes", "1025"), ("--memtable-rows", "67108865"), ("--memtable-seconds", "1000000001"),
            ("--rate-limit", "inf"), ("--rate-limit", "nan"), ("--rate-burst", "inf"), ("--rate-burst", "0"),
        ])
        func refusesLimitsThatItCannotKeep(option: String, value: String) throws {
            // Should it start after all, it ends at the file that it cannot write.
            let result = try CommandResult.run(
                try Project.lockstitch,
                ["collect", "--data", folder.file("data"), "--tcp-port", "0", "--udp-port", "0", "--http-port", "0"]
                    + ["--announce", folder.file("no/such/folder"), option, value])
            #expect(result.status == 64)
            #expect(result.errors.contains("\(option) must be"))
        }

        /// What a collector that cannot start says.
        private func startUpError(_ arguments: String...) throws -> String {
            let result = try CommandResult.run(
                try Project.lockstitch,
                ["collect", "--data", folder.file("second"), "--tcp-port", "0", "--udp-port", "0"] + arguments)
            #expect(result.status == 1)
            return result.errors.split(separator: "\n").last { !$0.contains(" info ") }.map(String.init) ?? ""
        }

        @Test func anHTTPPortInUseIsNamed() throws {
            let collector = try CollectorProcess(folder: folder.file("first"))
            let port = collector.http.split(separator: ":").last ?? ""
            #expect(
                try startUpError("--http-port", String(port))
                    == "lockstitch: cannot listen on http 127.0.0.1:\(port): address already in use; choose a free address")
        }

        @Test func aFileThatCannotBeAnnouncedToIsNamed() throws {
            #expect(
                try startUpError("--http-port", "0", "--announce", "/nonexist/ann")
                    == "lockstitch: cannot write --announce /nonexist/ann: no such file or directory")
        }

        @Test func refusesAFolderThatAnotherHas() throws {
            let collector = try CollectorProcess(folder: folder.path)
            let second = try CommandResult.run(
                try Project.lockstitch, ["collect", "--data", collector.folder, "--tcp-port", "0", "--udp-port", "0", "--http-port", "0"])
            #expect(second.status == 1)
            #expect(second.errors.contains("lock"))
        }
    }
}
