import Foundation
import Kernels
import Records
import SystemIO
import TestSupport
import Testing

@testable import Storage

/// Random lives of chunks against a model, with power cuts anywhere.
@Suite struct ChunkLifeTests {
    private let folder: TemporaryDirectory

    init() throws { folder = try TemporaryDirectory() }

    private let clock = ManualClock(now: RandomRows.firstDay + 5 * RandomRows.day)

    private func open(_ fileSystem: any FileSystem) throws -> Store {
        var options = StoreOptions(correlationIDs: FieldNames.correlationIDs)
        options.rowGroupRows = 48
        options.pageRows = 8
        options.compactionRowGroupBytes = 3_000
        options.compactionBytes = 200_000
        return try Store(folder: folder.path, options: options, fileSystem: fileSystem, clock: clock)
    }

    @Test(arguments: 0..<3) func mergingChangesNothingThatAQuerySees(_: Int) throws {
        var random = SeededRandom.seeded()
        var source = RandomRows()
        var model = ChunkLifeModel()
        let store = try open(SimulatedFileSystem())
        var held: [(Snapshot, ChunkLifeModel)] = []
        for _ in 0..<25 {
            switch random.below(10) {
            case 0..<4:
                let batch = source.batch(1 + random.below(60), &random)
                try store.append(batch)
                model.append(batch)
            case 4..<7: try store.seal()
            case 7: held.append((store.snapshot(), model))
            case 8:
                let (deletion, isGone) = randomDeletion(&random)
                let expected = model.remove(where: isGone)
                #expect(try store.count(deletion).rows == expected)
                #expect(try store.delete(deletion).rows == expected)
                #expect(try store.audits(limit: 1).first?.rows == expected)
                #expect(try store.count(deletion).rows == 0)
            default: _ = try store.compactIfDue()
            }
            if random.oneIn(4) { try store.removeReplacedChunks() }
            if random.oneIn(2) { _ = try store.catalog.mergeIndex(entriesMax: 20) }
            if let difference = model.difference(from: try rows(of: store.snapshot())) { Issue.record("\(difference)") }
        }
        for (snapshot, model) in held {
            #expect(model.difference(from: try rows(of: snapshot)) == nil)
            try expectIDs(of: model, in: snapshot)
        }
        try expectIDs(of: model, in: store.snapshot())
        try expectOrder(store)
        var merges = 0
        while try store.compactIfDue() != nil { merges += 1 }
        for _ in 0..<2 {
            let batch = source.batch(20, &random)
            try store.append(batch)
            model.append(batch)
            try store.seal()
        }
        while try store.compactIfDue() != nil { merges += 1 }
        #expect(merges > 0)
        #expect(model.difference(from: try rows(of: store.snapshot())) == nil)
        try expectIDs(of: model, in: store.snapshot())
        try expectOrder(store)
        try expectRollup(of: model, in: store)
        held = []
        try store.removeReplacedChunks()
        while try store.catalog.mergeIndex(entriesMax: 50) {}
        try expectIDs(of: model, in: store.snapshot())
        try expectNoFileTooMany(store)
        try store.close()
    }

    private func expectIDs(of model: ChunkLifeModel, in snapshot: Snapshot) throws {
        for field in ["trace_id", "request_id"] {
            let ids = Dictionary(grouping: model.rows.values.filter { $0[field] != nil }) { $0[field]?.text.lowercased() ?? "" }
            for (id, rows) in ids {
                #expect(try seqs(withID: id, in: field, snapshot) == rows.map(ChunkLifeModel.seq).sorted(), "\(field) \(id)")
            }
        }
    }

    /// The rows of a service and level, or all of a service.
    private func randomDeletion(
        _ random: inout SeededRandom
    ) -> (Deletion, isGone: (ChunkLifeModel.Row) -> Bool) {
        let service = "s\(random.below(4))"
        let level = random.pick([nil, "info", "error"])
        let deletion = Deletion(query: "\(service) \(level ?? "")", who: "test", times: nil) { segment, rows in
            let services = try segment.column("service", rows: rows)
            let levels = try segment.column("level", rows: rows)
            var found = Bitmap(repeating: false, count: rows.count)
            for row in 0..<rows.count {
                found[row] = services.text(row) == service && (level == nil || levels.text(row) == level)
            }
            return found
        }
        return (deletion, { $0["service"]?.text == service && (level == nil || $0["level"]?.text == level) })
    }

    /// Counts of what is sealed are those of the rows.
    private func expectRollup(of model: ChunkLifeModel, in store: Store) throws {
        try store.seal()
        let sum = try store.catalog.rollup(minutes: .min ... .max)
        #expect(sum.uncountedChunks.isEmpty)
        #expect(sum.cells == rollup(of: model.rows.values))
        let part = Int64(28_332_000)...28_333_500
        #expect(try store.catalog.rollup(minutes: part).cells == sum.cells.filter { part.contains($0.minute) })
    }

    /// Rows of a chunk are in time order, and of one day unless the catalog says otherwise.
    private func expectOrder(_ store: Store) throws {
        for chunk in store.liveChunks {
            let times = try chunk.file.segments().flatMap { try $0.times(0..<$0.rowCount) }
            #expect(times == times.sorted())
            #expect(times.first == chunk.record.minTime && times.last == chunk.record.maxTime)
            #expect(times.count == chunk.record.rows)
            if let day = chunk.record.day { #expect(Set(times.map(Timestamp.dayNumber)) == [day]) }
        }
    }

    private func expectNoFileTooMany(_ store: Store) throws {
        let files = try store.fileSystem.list("\(folder.path)/data").flatMap { day in
            try store.fileSystem.list("\(folder.path)/data/\(day)").map { "data/\(day)/\($0)" }
        }
        #expect(files.sorted() == store.liveChunks.map(\.record.path).sorted())
        #expect(try store.catalog.replacedChunks().isEmpty)
        #expect(try store.catalog.chunks().map(\.path).sorted() == files.sorted())
    }

    /// Each round does the same until the power goes one operation later.
    @Test(arguments: 0..<3) func aPowerCutAnywhereLosesNoRowAndDoublesNone(_: Int) throws {
        var random = SeededRandom.seeded()
        let power = PowerCut()
        var source = RandomRows()
        var model = ChunkLifeModel()
        var store = try open(power)
        for round in 0..<25 {
            var beingDeleted: (ChunkLifeModel.Row) -> Bool = { _ in false }
            power.cut(after: random.chance(80) ? 1 + random.below(60) : .max)
            do {
                while !power.isCut {
                    switch random.below(9) {
                    case 0..<3:
                        let batch = source.batch(1 + random.below(30), &random)
                        model.append(batch)
                        try store.append(batch)
                    case 3:
                        try store.sync()
                        model.synced()
                    case 4, 5:
                        try store.seal()
                        model.synced()
                    case 6: _ = try store.compactIfDue()
                    case 7:
                        let (deletion, isGone) = randomDeletion(&random)
                        beingDeleted = isGone
                        _ = try store.delete(deletion)
                        _ = model.remove(where: isGone)
                        model.synced()
                        beingDeleted = { _ in false }
                    default: try store.removeReplacedChunks()
                    }
                    if random.oneIn(30) { break }
                }
            } catch is SystemIOError {
                #expect(power.isCut)
            }
            power.restore(&random)
            store = try open(power)
            if let wrong = model.crashed(try rows(of: store.snapshot()), mayBeGone: beingDeleted) { Issue.record("round \(round): \(wrong)") }
            #expect(store.recovery.unknownChunks.isEmpty)
            try expectNoFileTooMany(store)
            if random.oneIn(8) { try expectIDs(of: model, in: store.snapshot()) }
            if random.oneIn(4) { try expectRollup(of: model, in: store) }
        }
        try store.close()
    }
}
