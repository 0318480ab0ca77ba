import Foundation
import Synchronization
import TestSupport
import Testing

extension EndToEnd {
    /// A collector, and the commands beside it, killed again and again, at random moments and at the places where it matters
    /// most.
    @Suite struct KillTests {
        let folder: TemporaryDirectory

        init() throws { folder = try TemporaryDirectory() }

        /// A few in every run of the tests; `scripts/nightly` sets 200.
        private static let cycles = ProcessInfo.processInfo.environment["LOCKSTITCH_KILL_CYCLES"].flatMap { Int($0) } ?? 10

        @Test func noAcknowledgedRowIsLostOrTwice() throws {
            var random = SeededRandom.seeded()
            var run = try KillRun(folder: folder)
            for cycle in 0..<Self.cycles { try run.cycle(cycle, &random) }
            print("killed:", run.deaths.sorted { $0.key < $1.key }.map { "\($0.key) \($0.value)" }.joined(separator: ", "))
            try run.checkAtTheEnd()
        }
    }
}

/// Cycles of one collector that is killed, and what it has acknowledged.
///
/// Rows are of three kinds: those of `junk` are deleted now and then, the `old` ones are beyond the retention, and of all
/// others each that was acknowledged has to be there, once. While rows come, a backup is made or rows are deleted; between two
/// collectors backups are pruned and restored, and a folder of the first version is brought up to date.
struct KillRun {
    /// How often a process died, and where.
    private(set) var deaths: [String: Int] = [:]
    private let folder: TemporaryDirectory
    private var sent = 0
    /// By cycle, the numbers of the rows that were acknowledged and that nothing may take away.
    private var acknowledged: [Int: Set<Int>] = [:]
    /// The last one of which the command said that it is there.
    private var snapshot: Snapshot?

    private struct Snapshot {
        let rows: Int
        /// How many were acknowledged when it was begun, by cycle.
        let known: [Int: Int]
    }

    private static let collectorPlaces = [
        "seal.written", "seal.published", "seal.retired", "replay.segment", "replay.sealed", "chunk.synced", "compact.written",
        "compact.published", "retention.published", "rewrite.written", "rewrite.published", "replaced.removed",
        "replaced.forgotten", "backup.held",
    ]
    private static let backupPlaces = ["backup.begun", "backup.piece", "backup.file.synced", "backup.copied", "backup.published"]
    private static let prunePlaces = ["prune.forgotten", "prune.removed"]
    private static let restorePlaces = ["restore.begun", "restore.copied", "restore.indexed", "restore.catalog"]

    init(folder: TemporaryDirectory) throws { self.folder = folder }

    private var data: String { folder.file("data") }
    private var target: String { folder.file("backup") }

    private mutating func count(death place: String) { deaths[place, default: 0] += 1 }

    // MARK: A cycle

    mutating func cycle(_ cycle: Int, _ random: inout SeededRandom) throws {
        // Else it is killed from outside, at any moment.
        let place = random.chance(70) ? random.pick(Self.collectorPlaces) : nil
        let failpoint = place.map { "\($0):\(1 + random.below(3))" }
        // A log that was written under a larger limit is sealed in pieces when it is replayed.
        let arguments = [
            "--memtable-megabytes", random.pick(["1", "1", "8"]), "--memtable-rows", "100000", "--retention", "3650d",
        ]
        if let collector = try? CollectorProcess(folder: data, failpoint: failpoint, arguments: arguments) {
            try check(collector, acknowledged.mapValues(\.count), "cycle \(cycle)")
            let known = acknowledged.mapValues(\.count)
            let command = try sideCommand(collector, &random)
            let died = try send(cycle, to: collector, waitsForDeath: place != nil, &random)
            count(death: died ? place ?? "anywhere" : "anywhere")
            try finish(command, known, "cycle \(cycle)")
        } else {
            count(death: place ?? "starting")
        }
        if random.chance(20) { try prune(&random) }
        if random.chance(20) { try restore(&random) }
        if random.chance(10) { try migrate(&random) }
        if random.chance(10), snapshot != nil { try verify() }
    }

    /// No row twice, and all there that were acknowledged. Says nothing if the collector dies meanwhile.
    private func check(_ collector: CollectorProcess, _ known: [Int: Int], _ when: String) throws {
        let query = "kind:=keep | stats by (cycle) count() rows, count_uniq(seq) distinct"
        guard let found = try? collector.query(query) else { return }
        let counts = Dictionary(uniqueKeysWithValues: found.compactMap { row -> (Int, (rows: Int, distinct: Int))? in
            guard let cycle = row["cycle"] as? Int, let rows = row["rows"] as? Int, let distinct = row["distinct"] as? Int
            else { return nil }
            return (cycle, (rows, distinct))
        })
        for (cycle, count) in counts {
            #expect(count.rows == count.distinct, "\(when): \(count.rows - count.distinct) rows of cycle \(cycle) are there twice")
        }
        for (cycle, count) in known {
            let missing = count - (counts[cycle]?.distinct ?? 0)
            #expect(missing <= 0, "\(when): \(missing) rows of cycle \(cycle) are missing")
        }
    }

    // MARK: Sending

    /// Sends rows of a cycle, each once, and kills the collector when some of them are acknowledged, unless it dies before.
    ///
    /// - Returns: whether it died by itself.
    private mutating func send(
        _ cycle: Int, to collector: CollectorProcess, waitsForDeath: Bool, _ random: inout SeededRandom
    ) throws -> Bool {
        let seqs = sent..<sent + 1_000 + random.below(3_000)
        sent = seqs.upperBound
        let killAfter = waitsForDeath ? seqs.count : random.below(seqs.count)
        guard let connection = try? TCPConnection(collector.tcp) else { return !killed(collector, within: 2) }
        connection.send("LOCKSTITCH/1 ack\n")
        let sending = DispatchGroup()
        DispatchQueue.global().async(group: sending) {
            for start in stride(from: seqs.lowerBound, to: seqs.upperBound, by: 50) {
                let lines = (start..<min(start + 50, seqs.upperBound)).map { Self.line($0, cycle) }
                guard connection.send(lines.joined()) else { return }
            }
        }
        var count = 0
        var died = true
        while count < seqs.count, let answer = connection.readLine() {
            count = answer.hasPrefix("ack ") ? Int(answer.dropFirst(4)) ?? count : count
            if count >= killAfter, !waitsForDeath {
                collector.killHard()
                died = false
                break
            }
        }
        while !died, let answer = connection.readLine() {
            count = answer.hasPrefix("ack ") ? Int(answer.dropFirst(4)) ?? count : count
        }
        if died { died = !killed(collector, within: count == seqs.count ? 3 : 0) }
        sending.wait()
        acknowledged[cycle] = Set((seqs.lowerBound..<seqs.lowerBound + count).filter { Self.kind($0) == "keep" })
        return died
    }

    private static func kind(_ seq: Int) -> String { seq % 20 == 0 ? "old" : seq % 20 == 1 ? "junk" : "keep" }

    private static func line(_ seq: Int, _ cycle: Int) -> String {
        let kind = kind(seq)
        let time = kind == "old" ? "\"time\":\"2001-01-0\(1 + seq / 20 % 3)T00:00:00Z\"," : ""
        let pad = String(repeating: "p", count: 1_000)
        return "{\(time)\"seq\":\(seq),\"cycle\":\(cycle),\"kind\":\"\(kind)\",\"request_id\":\"req-\(seq)\",\"pad\":\"\(pad)\"}\n"
    }

    /// Gives the collector some seconds to die by itself, then kills it; whether it had to.
    private func killed(_ collector: CollectorProcess, within seconds: Double) -> Bool {
        let deadline = Date(timeIntervalSinceNow: seconds)
        while collector.isRunning, Date() < deadline { Thread.sleep(forTimeInterval: 0.02) }
        let isRunning = collector.isRunning
        collector.killHard()
        return isRunning
    }

    // MARK: Commands

    private func lockstitch(_ arguments: [String], failpoint: String? = nil) throws -> CommandResult {
        try CommandResult.run(
            try Project.lockstitch, arguments, environment: failpoint.map { ["LOCKSTITCH_FAILPOINT": $0] } ?? [:])
    }

    /// A command that runs while rows come.
    private final class SideCommand: Sendable {
        let isBackup: Bool
        let failpoint: String?
        let group = DispatchGroup()
        let result = Mutex<CommandResult?>(nil)

        init(isBackup: Bool, failpoint: String?) {
            self.isBackup = isBackup
            self.failpoint = failpoint
        }
    }

    private func sideCommand(_ collector: CollectorProcess, _ random: inout SeededRandom) throws -> SideCommand? {
        guard random.chance(70) else { return nil }
        let isBackup = random.chance(60)
        let failpoint = isBackup && random.chance(40) ? "\(random.pick(Self.backupPlaces)):\(1 + random.below(3))" : nil
        let arguments = isBackup
            ? ["backup", "create", target, "--url", collector.url, "--output", "json"]
            : ["delete", "kind:=junk", "--yes", "--url", collector.url]
        let command = SideCommand(isBackup: isBackup, failpoint: failpoint)
        let executable = try Project.lockstitch
        DispatchQueue.global().async(group: command.group) {
            let result = try? CommandResult.run(
                executable, arguments, environment: failpoint.map { ["LOCKSTITCH_FAILPOINT": $0] } ?? [:])
            command.result.withLock { $0 = result }
        }
        return command
    }

    private mutating func finish(_ command: SideCommand?, _ known: [Int: Int], _ when: String) throws {
        guard let command else { return }
        command.group.wait()
        guard let result = command.result.withLock({ $0 }), command.isBackup else { return }
        if result.status == SIGKILL, let place = command.failpoint?.split(separator: ":").first { count(death: String(place)) }
        guard result.status == 0 else { return }
        let summary = try JSONSerialization.jsonObject(with: Data(result.output.utf8)) as? [String: Any]
        let rows = try #require(summary?["rows"] as? Int)
        #expect(rows >= known.values.reduce(0, +), "\(when): a snapshot has fewer rows than were acknowledged")
        snapshot = Snapshot(rows: rows, known: known)
    }

    private mutating func prune(_ random: inout SeededRandom) throws {
        guard snapshot != nil else { return }
        let place = random.chance(60) ? random.pick(Self.prunePlaces) : nil
        let result = try lockstitch(["backup", "prune", target, "--keep", "2"], failpoint: place)
        if result.status == SIGKILL, let place { count(death: place) } else { #expect(result.status == 0, "\(result.errors)") }
    }

    private func verify(deep: Bool = false) throws {
        let result = try lockstitch(["backup", "verify", target, "--all"] + (deep ? ["--deep"] : []))
        #expect(result.status == 0, "\(result.errors)")
    }

    /// Restores the last snapshot, the second time perhaps, and asks a collector for its rows.
    private mutating func restore(_ random: inout SeededRandom) throws {
        // One that was published though its command was killed has rows that nobody has told of.
        guard let snapshot, try latestRows() == snapshot.rows else { return }
        let place = random.chance(60) ? random.pick(Self.restorePlaces) : nil
        let new = try TemporaryDirectory()
        var result = try lockstitch(["backup", "restore", target, new.path], failpoint: place)
        if result.status == SIGKILL, let place {
            count(death: place)
            result = try lockstitch(["backup", "restore", target, new.path])
        }
        #expect(result.status == 0, "\(result.errors)")
        let collector = try CollectorProcess(folder: new.path)
        #expect(try collector.count("*") == snapshot.rows)
        try check(collector, snapshot.known, "restored")
        collector.killHard()
    }

    private func latestRows() throws -> Int? {
        let lines = try lockstitch(["backup", "list", target, "--output", "json"]).output.split(separator: "\n")
        guard let last = lines.last else { return nil }
        return (try JSONSerialization.jsonObject(with: Data(last.utf8)) as? [String: Any])?["rows"] as? Int
    }

    /// A folder of the first version is brought up to date, by a collector that is killed at one of the steps and then by
    /// another one.
    private mutating func migrate(_ random: inout SeededRandom) throws {
        let old = try TemporaryDirectory(copyOf: Project.file("Tests/StorageTests/Fixtures/v1"))
        let loaded = try Project.python("load_sql.py", [old.file("catalog.sql"), old.file("catalog.sqlite")])
        #expect(loaded.status == 0, "\(loaded.errors)")
        try FileManager.default.removeItem(atPath: old.file("catalog.sql"))
        #expect(throws: TestFailure.self) {
            try CollectorProcess(folder: old.path, failpoint: "migrate.step:\(1 + random.below(5))", arguments: [])
        }
        count(death: "migrate.step")
        let collector = try CollectorProcess(folder: old.path)
        #expect(try collector.count("*") == 105)
        #expect(collector.terminate() == 0)
    }

    // MARK: The end

    /// Every row that was acknowledged, by its number; what retention and deletions leave; and the same of a restored backup.
    func checkAtTheEnd() throws {
        let first = try CollectorProcess(folder: data)
        try checkRows(first)
        #expect(try first.command("delete", "kind:=junk", "--yes").status == 0)
        #expect(try first.count("kind:=junk") == 0)
        #expect(first.terminate() == 0)

        let second = try CollectorProcess(folder: data, "--retention", "3650d")
        try second.wait(until: "rows beyond the retention have gone") { try $0.count("kind:=old") == 0 }
        let created = try second.command("backup", "create", target)
        #expect(created.status == 0, "\(created.errors)")
        let all = "* | stats by (cycle, kind) count() rows, count_uniq(seq) distinct | sort by (cycle, kind)"
        let before = try second.command("query", all, "--limit", "0", "--output", "json").output
        #expect(second.terminate() == 0)
        let doctor = try lockstitch(["doctor", "--data-dir", data])
        #expect(doctor.status == 0, "\(doctor.output)")

        try verify(deep: true)
        let new = folder.file("restored")
        #expect(try lockstitch(["backup", "restore", target, new]).status == 0)
        let restored = try CollectorProcess(folder: new)
        #expect(try restored.command("query", all, "--limit", "0", "--output", "json").output == before)
        try checkRows(restored)
        #expect(restored.terminate() == 0)
        let examined = try lockstitch(["doctor", "--data-dir", new])
        #expect(examined.status == 0, "\(examined.output)")
    }

    private func checkRows(_ collector: CollectorProcess) throws {
        let seqs = try collector.query("kind:=keep | fields seq").compactMap { $0["seq"] as? Int }
        let known = acknowledged.values.reduce(into: Set()) { $0.formUnion($1) }
        print("acknowledged \(known.count), found \(seqs.count), lost \(known.subtracting(seqs).count), twice \(seqs.count - Set(seqs).count)")
        #expect(Set(seqs).count == seqs.count, "a row is there twice")
        #expect(known.isSubset(of: seqs), "\(known.subtracting(seqs).count) acknowledged rows are missing")
        #expect(!known.isEmpty)
    }
}
