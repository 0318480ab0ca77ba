import Foundation
import TestSupport
import Testing

extension EndToEnd {
    /// Parser definitions in a collector as users run it.
    @Suite struct ParserTests {
        let folder: TemporaryDirectory

        init() throws { folder = try TemporaryDirectory() }

        private func write(_ yaml: String, _ name: String) throws {
            let parsers = folder.file("parsers")
            try FileManager.default.createDirectory(atPath: parsers, withIntermediateDirectories: true)
            try yaml.write(toFile: "\(parsers)/\(name).yaml", atomically: true, encoding: .utf8)
        }

        private static func shop(_ pattern: String) -> String {
            """
            name: shop
            description: The shop's log
            extract: '\(pattern)'
            samples:
              - line: 'shop 7 hello'
                record: {}
            """
        }

        @Test func aStackTraceInTwoPiecesIsOneRecord() throws {
            let collector = try CollectorProcess(folder: folder.file("data"))
            let connection = try TCPConnection(collector.tcp)
            connection.send("LOCKSTITCH/1 ack\n")
            connection.send("2023-01-29 09:20:29,295 ERROR [main] com.example.Cart - no stock\njava.lang.IllegalStateException: 0\n")
            // What is acknowledged here came on the same connection before, so the first piece has been read.
            connection.send("\tat com.example.Cart.take(Cart.java:7)\n{\"seq\":1}\n")
            while let answer = connection.readLine(), answer != "ack 4" {}
            let rows = try collector.query("\"no stock\"")
            #expect(rows.count == 1)
            #expect(
                (rows.first?["message"] as? String)?.hasSuffix(
                    "java.lang.IllegalStateException: 0\n\tat com.example.Cart.take(Cart.java:7)") == true)
            #expect(rows.first?["level"] as? String == "error")
            #expect(try collector.count("seq:1") == 1)
        }

        @Test func anOpenRecordIsStoredWhenNothingFollows() throws {
            let collector = try CollectorProcess(folder: folder.file("data"))
            try TCPConnection.sendAcknowledged(
                "2023-01-29 09:20:29,295 ERROR [main] com.example.Cart - no stock\n\tat com.example.Cart.take(Cart.java:7)\n",
                to: collector.tcp)
            #expect(try collector.count("\"no stock\" Cart.java") == 1)
        }

        @Test func aSourceIsPinnedByItsGreeting() throws {
            try write(Self.shop("<kind:word> <seq:int> <message>"), "shop")
            let collector = try CollectorProcess(folder: folder.file("data"), "--parsers", folder.file("parsers"))
            let connection = try TCPConnection(collector.tcp)
            connection.send("LOCKSTITCH/1 ack parser=shop\nshop 7 hello\n{\"seq\":8}\n")
            connection.finish()
            while connection.readLine() != nil {}
            #expect(try collector.query("seq:=7 | fields kind, seq, message").count == 1)
            #expect(try collector.query("parse_error:\"does not fit\"").first?["message"] as? String == "{\"seq\":8}")
        }

        @Test func shipPinsAndNamesTheFile() throws {
            try write(Self.shop("<kind:word> <seq:int> <message>"), "shop")
            let collector = try CollectorProcess(folder: folder.file("data"), "--parsers", folder.file("parsers"))
            try "shop 7 hello\n".write(toFile: folder.file("shop.log"), atomically: true, encoding: .utf8)
            let shipped = try collector.command("ship", folder.file("shop.log"), "--to", collector.tcp, "--parser", "shop")
            #expect(shipped.status == 0, "\(shipped.errors)")
            #expect(try collector.count("kind:=shop seq:=7") == 1)
        }

        @Test func definitionsAreReadAgainOnHangUp() throws {
            try write(Self.shop("other <seq:int> <message>"), "shop")
            let collector = try CollectorProcess(folder: folder.file("data"), "--parsers", folder.file("parsers"))
            try TCPConnection.sendAcknowledged("shop 1 hello\n", to: collector.tcp)
            #expect(try collector.count("seq:*") == 0)

            try write(Self.shop("shop <seq:int> <message>"), "shop")
            collector.hangUp()
            // The signal is handled a moment later; until then lines are plain text.
            var sent = 1
            repeat {
                sent += 1
                try TCPConnection.sendAcknowledged("shop \(sent) hello\n", to: collector.tcp)
            } while try collector.count("seq:=\(sent)") == 0 && sent < 1_000
            #expect(sent < 1_000)

            try write(Self.shop("shop <seq:integer> <message>"), "shop")
            collector.hangUp()
            try TCPConnection.sendAcknowledged("shop 5000 hello\n", to: collector.tcp)
            #expect(try collector.count("seq:=5000") == 1, "a wrong definition leaves the old ones")
            #expect(collector.terminate() == 0)
        }

        @Test func aWrongDefinitionIsRefusedAtTheStart() throws {
            try write(Self.shop("<seq:integer>"), "shop")
            let result = try CommandResult.run(
                try Project.lockstitch, ["collect", "--data", folder.file("data"), "--parsers", folder.file("parsers")])
            #expect(result.status == 2)
            #expect(result.errors.contains("shop.yaml:3: unknown type 'integer' of 'seq'"))
        }

        @Test func parsersTestShowsWhatDiffers() throws {
            try write(Self.shop("shop <seq:int> <message>"), "shop")
            let result = try CommandResult.run(try Project.lockstitch, ["parsers", "test", folder.file("parsers")])
            #expect(result.status == 1)
            #expect(result.errors.contains("shop.yaml:5: the sample gives another record\n    + message: \"hello\"\n    + seq: 7"))
            let builtIn = try CommandResult.run(try Project.lockstitch, ["parsers", "test"])
            #expect(builtIn.status == 0, "\(builtIn.errors)")
        }

        @Test func parseShowsEachRecord() throws {
            try "E0129 09:20:29.123456  1234 sync.go:42] gone\nplain\n"
                .write(toFile: folder.file("a.log"), atomically: true, encoding: .utf8)
            let result = try CommandResult.run(try Project.lockstitch, ["parse", folder.file("a.log")])
            #expect(result.status == 0)
            let lines = result.output.split(separator: "\n")
            #expect(lines.count == 2)
            #expect(lines.first?.contains("\"level\":\"error\"") == true)
            #expect(lines.last?.hasSuffix("\"message\":\"plain\"}") == true)
            #expect(result.errors == "records: 2, with a parse_error: 0\n")
            let unknown = try CommandResult.run(try Project.lockstitch, ["parse", "--parser", "nope", folder.file("a.log")])
            #expect(unknown.status == 2)
        }

        @Test func parseShowsLinesInPiecesAsOneRecord() throws {
            // So long that they are read in several blocks.
            let text = String(repeating: "0123456789abcdef", count: 1_024)
            func line(_ piece: Int, _ stream: String) -> String {
                "2023-01-29T09:20:10.00000000\(piece)Z \(stream) \(piece < 9 ? "P" : "F") \(text)\n"
            }
            try (1...9).map { line($0, "stdout") + line($0, "stderr") }.joined()
                .write(toFile: folder.file("a.log"), atomically: true, encoding: .utf8)
            let result = try CommandResult.run(try Project.lockstitch, ["parse", folder.file("a.log")])
            #expect(result.status == 0)
            let whole = String(repeating: text, count: 9)
            #expect(result.output == ["stdout", "stderr"].map { stream in
                "{\"time\":\"2023-01-29T09:20:10.000000001Z\",\"log.iostream\":\"\(stream)\",\"message\":\"\(whole)\"}\n"
            }.joined())
            #expect(result.errors == "records: 2, with a parse_error: 0\n")
        }
    }
}
