import Foundation
@testable import lockstitch
import TestSupport
import Testing

extension EndToEnd {
    /// `lockstitch flags` and `/flags`.
    @Suite struct FlagTests {
        let folder: TemporaryDirectory

        init() throws { folder = try TemporaryDirectory() }

        @Test func flagsAreSetListedAndRemembered() throws {
            let collector = try CollectorProcess(folder: folder.file("data"))
            #expect(try collector.command("flags", "list", "--output", "table").output == "no rows\n")
            let first = try collector.command("flags", "set", "drop-health", "25%")
            #expect(first.status == 0 && first.output == "drop-health is 25%, was on\n" && first.errors == "")
            #expect(try collector.command("flags", "set", "drop-health", "25").output == "drop-health is 25% as before\n")
            let off = try collector.command("flags", "set", "sampling", "off", "--output", "json")
            #expect(off.output == "{\"before\":100,\"name\":\"sampling\",\"percent\":0}\n")
            collector.killHard()

            let again = try CollectorProcess(folder: folder.file("data"))
            let list = try again.command("flags", "list", "--output", "json").output.split(separator: "\n").map { line in
                try #require(try JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any])
            }
            #expect(list.map { $0["name"] as? String } == ["drop-health", "sampling"])
            #expect(list.map { $0["value"] as? String } == ["25%", "off"])
            #expect(list.map { $0["percent"] as? Double } == [25, 0])
            #expect(list.allSatisfy { ($0["who"] as? String)?.contains("@") == true })
            #expect(try again.command("flags", "list", "--output", "table").output.hasPrefix("name         value  percent  changed_at"))
            let history = try again.command("flags", "history", "--output", "json").output
            #expect(history.split(separator: "\n").count == 3)
            #expect(history.contains("\"query\":\"sampling: on -> off\""))
            #expect(try again.command("delete", "--history", "--output", "json").output == "")
            #expect(again.terminate() == 0)
        }

        @Test func mistakesAreTheCallers() throws {
            let collector = try CollectorProcess(folder: folder.file("data"))
            let value = try collector.command("flags", "set", "a", "120%")
            #expect(value.status == 2 && value.output == "")
            #expect(value.errors == "lockstitch: '120%' is no value of a flag: use on, off, or a percentage from 0% to 100%\n")
            let name = try collector.command("flags", "set", "a b", "on")
            #expect(name.status == 2 && name.errors.hasPrefix("lockstitch: 'a b' is no name of a flag: it has 1 to 128 letters"))
            #expect(try collector.command("flags", "set", "a").status == 64)
            #expect(try collector.command("flags", "list").output == "")
        }

        @Test func pagesOfABrowserCannotSetFlags() throws {
            let collector = try CollectorProcess(folder: folder.file("data"))
            let curl = URL(fileURLWithPath: "/usr/bin/env")
            let arguments = ["curl", "-sS", "-w", "%{http_code}", "\(collector.url)/flags"]
            let form = ["-d", "name=a&value=off&who=ada"]
            let refused = try CommandResult.run(curl, arguments + form + ["-H", "Origin: http://example.org"])
            #expect(refused.output == "flags are not set by web pages\n403")
            #expect(try CommandResult.run(curl, arguments).output == "200")
            #expect(try CommandResult.run(curl, arguments + form).output == "{\"before\":100,\"name\":\"a\",\"percent\":0}\n200")
            #expect(try CommandResult.run(curl, arguments + ["-d", "name=a&percent=7"]).output.hasPrefix("{\"before\":0,"))
            #expect(try CommandResult.run(curl, arguments + ["-d", "value=7"]).output == "the parameter 'name' is missing\n400")
            #expect(
                try CommandResult.run(curl, arguments + ["-d", "name=a"]).output
                    == "the parameter 'value' is missing: on, off, or a percentage such as 25%\n400")
        }
    }
}
