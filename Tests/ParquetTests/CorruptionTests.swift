import TestSupport
import Testing

@testable import Parquet

/// Files of every kind, damaged: each ends in an error or reads as something, within the limits. What a CRC covers never
/// reads as something else.
struct CorruptionTests {
    private let run = DamageRun()

    private struct Outcomes {
        var refusedFiles = 0
        var refusedReads = 0
        var reads = 0
    }

    @Test(.timeLimit(.minutes(10))) func damagedFilesNeverTrap() throws {
        var random = SeededRandom(seed: UInt64(run.seed))
        let files = try VarietyFiles(seed: run.seed, rows: 24).files.map(\.bytes).filter { $0.count < 200_000 }
            + [try ownFile(&random)]
        var outcomes = Outcomes()
        run.forEachDamaged(files, &random) { bytes, random in read(bytes, &random, &outcomes) }
        print(outcomes)
        // Were all of one kind, the damage would be too great or too little to test anything.
        #expect(outcomes.refusedFiles > run.rounds / 50)
        #expect(outcomes.refusedReads > run.rounds / 10)
        #expect(outcomes.reads > run.rounds)
    }

    private var limits: ReaderLimits {
        var limits = ReaderLimits()
        limits.pageBytesMax = 8 << 20
        limits.pageValuesMax = 1 << 20
        limits.columnBytesMax = 4 << 20
        return limits
    }

    private func read(_ bytes: [UInt8], _ random: inout SeededRandom, _ outcomes: inout Outcomes) {
        guard let reader = try? FileReader(MemorySource(bytes), limits: limits) else {
            outcomes.refusedFiles += 1
            return
        }
        for _ in 0..<4 {
            guard let leaf = reader.leaves.indices.randomElement(using: &random),
                let field = reader.root.children.randomElement(using: &random),
                let rowGroup = reader.rowGroups.indices.randomElement(using: &random)
            else { return }
            let rowCount = reader.rowGroups[rowGroup].rowCount
            let start = Int.random(in: 0...min(rowCount, 24), using: &random)
            let part = start..<Int.random(in: start...rowCount, using: &random)
            let rows = Bool.random(using: &random) ? part : nil
            attempt(&outcomes) { try readRecords(reader, field.name, rowGroup, rows) }
            attempt(&outcomes) { _ = try reader.pages(leaf: leaf, rowGroup: rowGroup) }
            attempt(&outcomes) { _ = try reader.facts(leaf: leaf, rowGroup: rowGroup) }
            attempt(&outcomes) { _ = try reader.pageStatistics(leaf: leaf, rowGroup: rowGroup) }
            attempt(&outcomes) {
                _ = try reader.bloomFilter(leaf: leaf, rowGroup: rowGroup)?.mayContain(.int64(5))
            }
        }
    }

    private func attempt(_ outcomes: inout Outcomes, _ body: () throws -> Void) {
        do {
            try body()
            outcomes.reads += 1
        } catch {
            #expect(error is ParquetError)
            outcomes.refusedReads += 1
        }
    }

    private func readRecords(_ reader: FileReader, _ field: String, _ rowGroup: Int, _ rows: Range<Int>?) throws {
        var records = try reader.records(rowGroup: rowGroup, rows: rows, fields: [field])
        var count = 0
        // A million rows without a value are lawful, and slow to go through here.
        while count < 5_000, try records.next() != nil { count += 1 }
        #expect(count == min(5_000, rows?.count ?? reader.rowGroups[rowGroup].rowCount))
    }

    // MARK: CRC

    /// Any change of a page that has a CRC is told, whether it could be decoded or not.
    @Test func aChangedPageIsTold() throws {
        var random = SeededRandom(seed: UInt64(run.seed))
        let bytes = try ownFile(&random)
        let reader = try FileReader(MemorySource(bytes))
        for _ in 0..<300 {
            guard let leaf = reader.leaves.indices.randomElement(using: &random) else { continue }
            let chunk = try reader.chunk(leaf: leaf, 0)
            let range = try chunk.chunkBytes()
            var pages = PagesInOrder(Array(bytes[range]), chunk.context)
            var contents: [Range<Int>] = []
            while pages.position < range.count { contents.append(try pages.next().content) }
            let content = try #require(contents.filter { !$0.isEmpty }.randomElement(using: &random))
            var damaged = bytes
            let place = range.lowerBound + Int.random(in: content, using: &random)
            damaged[place] ^= 1 << UInt8.random(in: 0..<8, using: &random)
            let damagedReader = try FileReader(MemorySource(damaged))
            let error = #expect(throws: ParquetError.self) { _ = try damagedReader.read(column: leaf, rowGroup: 0) }
            guard case .checksumMismatch(let reason) = error else {
                Issue.record("\(String(describing: error))")
                continue
            }
            #expect(reason.contains("row group 0: a page of column \(reader.leaves[leaf].name) "))
        }
    }

    /// Every type and encoding that our writer has, with bloom filters, in two row groups.
    private func ownFile(_ random: inout SeededRandom) throws -> [UInt8] {
        let columns = randomColumns(rowCount: 60, &random)
        var options = WriterOptions(pageRows: 16)
        options.bloomFilters = ["message": BloomFilterOptions(), "wide": BloomFilterOptions()]
        var file: [UInt8] = []
        var writer = try FileWriter(schema: columns.map(\.schema), options: options) { file += $0 }
        for rows in [0..<40, 40..<60] {
            try writer.beginRowGroup(rowCount: rows.count)
            for column in columns { try writer.write(column.column, rows: rows) }
            try writer.endRowGroup()
        }
        _ = try writer.finish()
        return file
    }
}
