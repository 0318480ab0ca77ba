import TestSupport
import Testing

@testable import Parquet

/// Damaged files throw or read as something; nothing traps, hangs or takes memory without bound.
struct ReaderFuzzTests {
    @Test func damagedFilesNeverTrap() throws {
        let run = DamageRun()
        var random = SeededRandom(seed: UInt64(run.seed))
        let files = try PyarrowFiles(seed: run.seed, rowsMax: 40).files.map(\.bytes)
        var outcomes = Outcomes()
        run.forEachDamaged(files, &random) { bytes, random in read(bytes, &random, &outcomes) }
        print(outcomes)
        // Were all of one kind, the damage would be too great or too little to test anything.
        #expect(outcomes.refusedFiles > run.rounds / 50)
        #expect(outcomes.refusedColumns > run.rounds / 20)
        #expect(outcomes.readColumns > run.rounds)
    }

    private struct Outcomes {
        var refusedFiles = 0
        var refusedColumns = 0
        var readColumns = 0
    }

    private func read(_ bytes: [UInt8], _ random: inout SeededRandom, _ outcomes: inout Outcomes) {
        guard let reader = try? FileReader(MemorySource(bytes)) else {
            outcomes.refusedFiles += 1
            return
        }
        for _ in 0..<12 {
            guard let column = reader.schema.indices.randomElement(using: &random),
                let rowGroup = reader.rowGroups.indices.randomElement(using: &random)
            else { return }
            let rowCount = reader.rowGroups[rowGroup].rowCount
            let start = Int.random(in: 0...min(rowCount, 40), using: &random)
            let part = start..<Int.random(in: start...rowCount, using: &random)
            do {
                let rows = Bool.random(using: &random) ? part : nil
                let found = try reader.read(column: column, rowGroup: rowGroup, rows: rows)
                #expect(found.rowCount == rows?.count ?? rowCount)
                // Touches every value, so that an end beyond the bytes would be found.
                #expect(cells(found, reader.schema[column]).count == found.rowCount)
                _ = try reader.pageRows(column: column, rowGroup: rowGroup)
                _ = reader.rowGroups[rowGroup].statistics(column)
                outcomes.readColumns += 1
            } catch {
                outcomes.refusedColumns += 1
            }
        }
    }
}
