import Foundation
import Storage
import TestSupport
import Testing

@testable import HTTPAPI

@Suite struct BackupLeasesTests {
    private let clock = ManualClock()

    /// A backup whose client has gone holds nothing back for long.
    @Test func oneThatAsksForNothingEnds() throws {
        let source = try BackedUpStore()
        for _ in 0..<12 { try source.seal(10) }
        let leases = BackupLeases(clock: clock)
        let lease = try #require(leases.add(try source.store.beginBackup()))
        while try source.store.compactIfDue() != nil {}
        try source.store.removeReplacedChunks()
        #expect(try files(source) > source.store.counts.chunks)
        for _ in 0..<3 {
            clock.advance(seconds: 899)
            #expect(leases.use(lease) != nil)
        }
        clock.advance(seconds: 901)
        #expect(!leases.isHeld(lease))
        #expect(leases.use(lease) == nil)
        try source.store.removeReplacedChunks()
        #expect(try files(source) == source.store.counts.chunks)
    }

    private func files(_ source: BackedUpStore) throws -> Int {
        try FileManager.default.subpathsOfDirectory(atPath: source.data.file("data")).filter { $0.hasSuffix(".parquet") }.count
    }

    @Test func thereAreOnlySoManyAtOnce() throws {
        let source = try BackedUpStore()
        let leases = BackupLeases(clock: clock)
        let held = try (0..<BackupLeases.countMax).map { _ in try #require(leases.add(try source.store.beginBackup())) }
        #expect(leases.add(try source.store.beginBackup()) == nil)
        leases.remove(held[0])
        #expect(leases.add(try source.store.beginBackup()) != nil)
        clock.advance(seconds: 901)
        #expect(leases.add(try source.store.beginBackup()) != nil)
        #expect(held.allSatisfy { leases.use($0) == nil })
    }
}
