import Foundation
import Records
import TestSupport
import Testing

@testable import Storage

/// A chunk has rows of one UTC day.
@Suite struct DayPartitionTests {
    private let folder: TemporaryDirectory

    init() throws { folder = try TemporaryDirectory() }

    private func open() throws -> Store {
        try Store(folder: folder.path, options: StoreOptions(correlationIDs: FieldNames.correlationIDs))
    }

    private func days() throws -> [String] {
        let data = folder.file("data")
        return try FileManager.default.contentsOfDirectory(atPath: data).sorted().flatMap { day in
            try FileManager.default.contentsOfDirectory(atPath: "\(data)/\(day)").map { _ in day }
        }
    }

    @Test func lateRowsGoToTheirDay() throws {
        let store = try open()
        try store.append(
            batch(
                """
                {"time":"2024-03-02T00:00:00Z","seq":1}
                {"time":"2024-03-01T23:59:59.999999999Z","seq":2}
                {"time":"2024-02-29T00:00:00Z","seq":3}
                {"time":"2024-03-02T23:59:59.999999999Z","seq":4}
                """))
        let before = try rows(of: store.snapshot())
        try store.seal()
        #expect(try days() == ["2024-02-29", "2024-03-01", "2024-03-02"])
        #expect(try rows(of: store.snapshot()) == before)
        let segments = try store.snapshot().segments(overlapping: nil)
        #expect(segments.map(\.rowCount) == [1, 1, 2])
        try store.close()
    }

    @Test func absurdTimesBreakNothing() throws {
        let times = [Int64.min, -1, 0, 1, 4_102_444_800_000_000_000, Int64.max]
        let store = try open()
        try store.append(RecordBatch(times: times, columns: []))
        try store.seal()
        #expect(try days() == ["1677-09-21", "1969-12-31", "1970-01-01", "2100-01-01", "2262-04-11"])
        try store.close()
        let again = try open()
        let ranges = try again.snapshot().segments(overlapping: nil).map(\.timeRange)
        #expect(ranges.map(\.lowerBound) == [Int64.min, -1, 0, 4_102_444_800_000_000_000, Int64.max])
        try again.close()
    }

    @Test func rowsOfVeryManyDaysShareAChunk() throws {
        let day: Int64 = 86_400_000_000_000
        // Two rows of day 500, one of each other day.
        let times = (0..<1_000).map { Int64($0) * day } + [500 * day + 1]
        let store = try open()
        try store.append(RecordBatch(times: times.shuffled(), columns: []))
        try store.seal()
        let segments = try store.snapshot().segments(overlapping: nil)
        #expect(segments.count == DayPartition.chunksMax)
        #expect(segments.reduce(0) { $0 + $1.rowCount } == times.count)
        #expect(segments.contains { $0.rowCount == 2 && $0.timeRange == 500 * day...500 * day + 1 })
        try store.close()
    }

    @Test func partsAreAllRowsOnceInTheirOrder() {
        var random = SeededRandom.seeded()
        for _ in 0..<200 {
            let spread = random.pick([1, 3, 40, 5_000])
            let batches = (0..<random.below(5)).map { _ in
                let count = random.below(30)
                return RecordBatch(
                    times: (0..<count).map { _ in
                        random.oneIn(50) ? Int64(bitPattern: random.next()) : Int64(random.below(spread)) * 40_000_000_000_000
                    }, columns: [])
            }
            let partition = DayPartition(batches)
            let parts = partition.parts(of: batches)
            #expect(parts.count <= DayPartition.chunksMax)
            #expect(parts.flatMap { $0.batches.flatMap(\.times) }.sorted() == batches.flatMap(\.times).sorted())
            for (day, batches) in parts {
                let days = Set(batches.flatMap(\.times).map(Timestamp.dayNumber))
                #expect(day.map { days == [$0] } ?? (days.count > 1))
            }
            let extents = parts.compactMap { part -> DayPartition.Extent? in
                let times = part.batches.flatMap(\.times)
                return times.min().flatMap { first in
                    times.max().map { DayPartition.Extent(rowCount: times.count, times: first...$0) }
                }
            }
            #expect(extents == partition.extents)
        }
    }

    @Test func dayNumbersCountDownwards() {
        #expect(Timestamp.dayNumber(0) == 0)
        #expect(Timestamp.dayNumber(-1) == -1)
        #expect(Timestamp.dayNumber(86_399_999_999_999) == 0)
        #expect(Timestamp.dayNumber(86_400_000_000_000) == 1)
        #expect(Timestamp.dayNumber(-86_400_000_000_000) == -1)
        #expect(Timestamp.dayNumber(.min) == -106_752)
    }
}
