import Foundation
import Kernels
import TestSupport
import Testing

@testable import Storage

/// Chunks whose rows are sound, and whose word filters are not.
@Suite struct DamagedFilterTests {
    private let folder: TemporaryDirectory

    init() throws { folder = try TemporaryDirectory() }

    private func open() throws -> Store { try Store(folder: folder.path, options: StoreOptions(correlationIDs: [])) }

    /// Some chunks of one day, the filter of the first with a bit that has changed.
    private func damaged() throws -> Store {
        let store = try open()
        for chunk in 0..<4 {
            let lines = (0..<50).map { "{\"time\":\"2024-01-01T00:00:\(10 + $0)Z\",\"chunk\":\(chunk),\"message\":\"word\($0) text\"}" }
            try store.append(batch(lines.joined(separator: "\n")))
            try store.seal()
        }
        let file = try #require(store.liveChunks.first?.file)
        let place = try #require(try file.layout().wordFilters[0])
        try store.close()
        var bytes = [UInt8](try Data(contentsOf: URL(fileURLWithPath: file.path)))
        bytes[place.lowerBound + place.count / 2] ^= 1
        try Data(bytes).write(to: URL(fileURLWithPath: file.path))
        return try open()
    }

    private func words(_ store: Store) throws -> [(any SegmentWords)?] {
        try store.snapshot().segments(overlapping: nil).map { try $0.words() }
    }

    @Test func countAsNone() throws {
        let store = try damaged()
        #expect(try rows(of: store.snapshot()).count == 200)
        #expect(store.damagedFilterCount == 0, "nobody has looked at it")
        for _ in 0..<3 { #expect(try words(store).map { $0 == nil } == [true, false, false, false]) }
        #expect(store.damagedFilterCount == 1)
        let reported = store.takeUnreportedFilterDamage()
        #expect(reported.map(\.path) == [store.liveChunks[0].file.path])
        #expect(reported.first?.description.contains("row group 0: its word filter, bytes ") == true)
        _ = try words(store)
        #expect(store.takeUnreportedFilterDamage().isEmpty, "each is reported once")
        #expect(store.quarantinedChunks.isEmpty)
    }

    @Test func areWrittenAnewByAMerge() throws {
        let store = try damaged()
        _ = try words(store)
        #expect(try store.compactIfDue()?.chunks == 4)
        try store.removeReplacedChunks()
        #expect(store.damagedFilterCount == 0)
        #expect(try words(store).map { $0 == nil } == [false])
        #expect(try rows(of: store.snapshot()).count == 200)
    }

    @Test func areNamedByDoctor() throws {
        let store = try damaged()
        let file = store.liveChunks[0].file.path
        try store.close()
        let findings = try Doctor(folder: folder.path).run().findings.filter { $0.file == file }
        #expect(findings.count == 1)
        #expect(findings.first?.kind == .damagedChunk && findings.first?.rowGroup == 0)
        #expect(findings.first?.detail.hasSuffix("is not as it was written; its rows are not affected") == true)
    }
}
