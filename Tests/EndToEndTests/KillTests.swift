import Foundation
import TestSupport
import Testing

extension EndToEnd {
    /// A collector that is killed again and again, at random moments and at the places where it matters most.
    @Suite struct KillTests {
        let folder: TemporaryDirectory

        init() throws { folder = try TemporaryDirectory() }

        /// A few in every run of the tests; `scripts/nightly` sets 200.
        private static let cycles = ProcessInfo.processInfo.environment["LOCKSTITCH_KILL_CYCLES"].flatMap { Int($0) } ?? 10

        private static let places = [
            "seal.written", "seal.published", "seal.retired", "replay.segment", "replay.sealed",
        ]

        @Test func noAcknowledgedRowIsLostOrTwice() throws {
            var random = SeededRandom.seeded()
            var (next, acknowledged) = (0, Set<Int>())
            var deaths: [String: Int] = [:]
            for cycle in 0..<Self.cycles {
                // Else it is killed from outside, at any moment.
                let place = random.chance(70) ? random.pick(Self.places) : nil
                let failpoint = place.map { "\($0):\(1 + random.below(3))" }
                // A log that was written under a larger limit is sealed in pieces when it is replayed.
                let arguments = ["--memtable-megabytes", random.pick(["1", "1", "8"]), "--memtable-rows", "100000"]
                guard let collector = try? CollectorProcess(folder: folder.path, failpoint: failpoint, arguments: arguments)
                else {
                    deaths["starting", default: 0] += 1
                    continue
                }
                let known = acknowledged
                if let seqs = try? found(collector) {
                    #expect(Set(seqs).count == seqs.count, "cycle \(cycle): a row is there twice")
                    #expect(known.isSubset(of: seqs), "cycle \(cycle): \(known.subtracting(seqs).count) rows are missing")
                }
                let rows = 2_000 + random.below(4_000)
                acknowledged.formUnion(try send(next..<next + rows, to: collector, killAfter: random.below(rows)))
                next += rows
                deaths[place ?? "anywhere", default: 0] += 1
            }
            print("killed:", deaths.sorted { $0.key < $1.key }.map { "\($0.key) \($0.value)" }.joined(separator: ", "))
            let collector = try CollectorProcess(folder: folder.path)
            let seqs = try found(collector)
            #expect(Set(seqs).count == seqs.count, "a row is there twice")
            #expect(acknowledged.isSubset(of: seqs), "\(acknowledged.subtracting(seqs).count) acknowledged rows are missing")
            #expect(!acknowledged.isEmpty)
            #expect(collector.terminate() == 0)
            let doctor = try CommandResult.run(try Project.lockstitch, ["doctor", "--data-dir", folder.path])
            #expect(doctor.status == 0, "\(doctor.output)")
        }

        private func found(_ collector: CollectorProcess) throws -> [Int] {
            try collector.query("seq:* | fields seq").compactMap { $0["seq"] as? Int }
        }

        /// Sends each row once, and kills the collector when so many are acknowledged, unless it dies before; the rows that
        /// were acknowledged.
        private func send(_ seqs: Range<Int>, to collector: CollectorProcess, killAfter: Int) throws -> Range<Int> {
            guard let connection = try? TCPConnection(collector.tcp) else {
                collector.killHard()
                return seqs.lowerBound..<seqs.lowerBound
            }
            connection.send("LOCKSTITCH/1 ack\n")
            let pad = String(repeating: "p", count: 1_000)
            let sending = DispatchGroup()
            DispatchQueue.global().async(group: sending) {
                for start in stride(from: seqs.lowerBound, to: seqs.upperBound, by: 50) {
                    let lines = (start..<min(start + 50, seqs.upperBound)).map { "{\"seq\":\($0),\"pad\":\"\(pad)\"}\n" }
                    guard connection.send(lines.joined()) else { return }
                }
            }
            var count = 0
            var isKilled = false
            while let answer = connection.readLine() {
                count = answer.hasPrefix("ack ") ? Int(answer.dropFirst(4)) ?? count : count
                if count >= killAfter, !isKilled {
                    collector.killHard()
                    isKilled = true
                }
            }
            if !isKilled { collector.killHard() }
            sending.wait()
            return seqs.lowerBound..<seqs.lowerBound + count
        }
    }
}
