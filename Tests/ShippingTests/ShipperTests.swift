import Foundation
@testable import Shipping
import Synchronization
import SystemIO
import Testing

@Suite(.timeLimit(.minutes(2))) struct ShipperTests {
    private func withFile(_ text: String, _ body: (String) async throws -> Void) async throws {
        let path = FileManager.default.temporaryDirectory.appendingPathComponent("ship-\(UUID().uuidString)").path
        defer { try? FileManager.default.removeItem(atPath: path) }
        try Data(text.utf8).write(to: URL(fileURLWithPath: path))
        try await body(path)
    }

    private func text(_ lines: [String]) -> String { lines.joined(separator: "\n") + "\n" }

    private func numbered(_ count: Int) -> [String] { (0..<count).map { "line \($0) " + String(repeating: "x", count: $0 % 90) } }

    @Test func shipsFilesInOrderAndWaitsForTheLastAcknowledgement() async throws {
        let collector = try await FakeCollector.start { _ in .takeAll }
        let lines = numbered(60_000)
        try await withFile(text(lines)) { first in
            try await withFile("empty lines count:\n\nno newline") { second in
                let shipper = try Shipper(options: ShipOptions(address: "127.0.0.1:\(collector.port)"))
                let report = try await shipper.run(inputs: [.file(first), .file(second)]) { _ in }
                #expect(collector.connections.count == 1)
                #expect(collector.connections[0].hasGreeting)
                #expect(collector.connections[0].lines == lines + ["empty lines count:", "", "no newline"])
                #expect(report.lines == 60_003)
                #expect(report.acknowledged == 60_003)
                #expect(report.bytes == text(lines).utf8.count + 31)
                #expect(report.reconnects == 0)
            }
        }
        try await collector.stop()
    }

    @Test(arguments: [0, 1, 700, 29_999]) func losesNoLineWhenConnectionsAreLost(linesEach: Int) async throws {
        let collector = try await FakeCollector.start { number in
            number < 3 ? (number == 1 ? .refuse(afterLines: linesEach) : .drop(afterLines: linesEach)) : .takeAll
        }
        let lines = numbered(30_000)
        try await withFile(text(lines)) { file in
            let problems = Mutex<[String]>([])
            let shipper = try Shipper(options: ShipOptions(address: "127.0.0.1:\(collector.port)"))
            let report = try await shipper.run(inputs: [.file(file)]) { progress in
                if let problem = progress.problem { problems.withLock { $0.append(problem) } }
            }
            let connections = collector.connections
            #expect(Set(connections.flatMap(\.lines)) == Set(lines))
            #expect(report.acknowledged == 30_000)
            #expect(report.lines == 30_000)
            #expect(report.reconnects == connections.count - 1)
            #expect(report.reconnects > 0)
            #expect(problems.withLock { $0.count } >= report.reconnects)
            // Each connection goes on where the acknowledged lines end; those that were lost are sent again.
            for connection in connections.dropFirst() where !connection.lines.isEmpty {
                let start = try #require(lines.firstIndex(of: connection.lines[0]))
                #expect(connection.lines == Array(lines[start..<start + connection.lines.count]))
            }
            #expect(connections.last?.lines.last == lines.last)
        }
        try await collector.stop()
    }

    @Test func givesUpAfterATimeWithoutProgress() async throws {
        let collector = try await FakeCollector.start { $0 == 0 ? .drop(afterLines: 2) : .refuse(afterLines: 0) }
        try await withFile("a\nb\nc\nd\n") { file in
            var options = ShipOptions(address: "127.0.0.1:\(collector.port)")
            options.retrySeconds = 0.3
            let shipper = try Shipper(options: options)
            let error = await #expect(throws: ShipError.self) { try await shipper.run(inputs: [.file(file)]) { _ in } }
            #expect(error?.kind == .collector)
            // Acknowledgements that the reset of the connection overtook may be missing.
            let text = try #require(error?.description)
            #expect(text.hasPrefix("cannot ship to 127.0.0.1:\(collector.port): "))
            // On a busy machine the time is over before the next connection is.
            let reason = /: (it refused the lines: the disk is full|no answer for 300 ms); [0-2] of 4 lines were acknowledged$/
            #expect(text.contains(reason), "\(text)")
        }
        try await collector.stop()
    }

    @Test func givesUpOnACollectorThatIsNotThereOrSilent() async throws {
        let gone = try await FakeCollector.start { _ in .silent }
        let silent = try await FakeCollector.start { _ in .silent }
        let gonePort = gone.port
        try await gone.stop()
        for (port, reason) in [(gonePort, ": connection refused;"), (silent.port, "no answer for 200 ms")] {
            try await withFile("a\n") { file in
                var options = ShipOptions(address: "127.0.0.1:\(port)")
                options.retrySeconds = 0.2
                let shipper = try Shipper(options: options)
                let error = await #expect(throws: ShipError.self) { try await shipper.run(inputs: [.file(file)]) { _ in } }
                #expect(error?.description.contains(reason) == true, "\(error?.description ?? "none")")
                #expect(error?.description.hasSuffix("; 0 of 1 lines were acknowledged") == true)
            }
        }
        try await silent.stop()
    }

    @Test func shipsWithoutAcknowledgements() async throws {
        let collector = try await FakeCollector.start { _ in .takeAll }
        let lines = numbered(50_000)
        try await withFile(text(lines)) { file in
            var options = ShipOptions(address: "127.0.0.1:\(collector.port)")
            options.acknowledgements = false
            let report = try await Shipper(options: options).run(inputs: [.file(file)]) { _ in }
            #expect(collector.connections.map(\.hasGreeting) == [false])
            #expect(collector.connections[0].lines == lines)
            #expect(report.lines == 50_000)
            #expect(report.acknowledged == 0)
        }
        try await collector.stop()
    }

    @Test func shipsOverUDP() async throws {
        let lines = numbered(2_000)
        let skipped = String(repeating: "z", count: 70_000)
        let receiver = DatagramLines(expected: 2_001)
        let server = try await receiver.bind()
        try await withFile(text(lines + [skipped, String(repeating: "y", count: 5_000)])) { file in
            var options = ShipOptions(address: "127.0.0.1:\(server.localAddress?.port ?? 0)")
            options.transport = .udp
            let report = try await Shipper(options: options).run(inputs: [.file(file)]) { _ in }
            await receiver.waitForAll()
            #expect(report.skipped == 1)
            #expect(report.lines == 2_001)
            #expect(report.bytes == text(lines).utf8.count + 5_001)
            #expect(receiver.lines == lines + [String(repeating: "y", count: 5_000)])
        }
        try await server.close()
    }

    @Test(arguments: ["", "host", "host:", ":5170", "host:0", "host:65536", "::1:5170", "[::1]", "[]:1", "a b:1"])
    func refusesWhatIsNoAddress(_ text: String) {
        let error = #expect(throws: ShipError.self) { try Shipper(options: ShipOptions(address: text)) }
        #expect(error?.kind == .options)
    }

    @Test func readsAddresses() throws {
        #expect(try CollectorAddress("localhost:5170").host == "localhost")
        let v6 = try CollectorAddress("[::1]:99")
        #expect(v6.host == "::1" && v6.port == 99 && v6.description == "[::1]:99")
    }

    @Test func saysWhichFileIsMissing() async throws {
        let shipper = try Shipper(options: ShipOptions(address: "127.0.0.1:1"))
        let error = await #expect(throws: ShipError.self) {
            try await shipper.run(inputs: [.file("no/such.log")]) { _ in }
        }
        #expect(error?.kind == .input)
        #expect(error?.description.hasPrefix("cannot open 'no/such.log': ") == true)
    }
}
