import Foundation
import Records
import Synchronization
import SystemIO
import TestSupport
import Testing

@testable import Storage

@Suite struct FlagTests {
    private let folder: TemporaryDirectory

    init() throws { folder = try TemporaryDirectory() }

    private func open(_ folder: String? = nil) throws -> Store {
        try Store(folder: folder ?? self.folder.path, options: StoreOptions(correlationIDs: FieldNames.correlationIDs))
    }

    @Test func staySetAndAreAudited() throws {
        let store = try open()
        #expect(try store.flags().isEmpty)
        #expect(store.featureFlags.isOn("rule", randomness: 7))
        #expect(try store.setFlag("rule", percent: 0, who: "ada") == 100)
        #expect(!store.featureFlags.isOn("rule", randomness: 7))
        #expect(try store.setFlag("rule", percent: 12.5, who: String(repeating: "b", count: 300)) == 0)
        try store.close()

        let again = try open()
        let flag = try #require(try again.flags().first)
        #expect(try again.flags().count == 1)
        #expect(flag.name == "rule" && flag.percent == 12.5 && flag.who == String(repeating: "b", count: 256))
        #expect(again.featureFlags == FeatureFlags(["rule": 12.5]))
        let audits = try again.audits(action: "flag")
        #expect(audits.map(\.query) == ["rule: off -> 12.5%", "rule: on -> off"])
        #expect(audits.allSatisfy { $0.state == .done && $0.rows == 0 && $0.chunks == 0 })
        #expect(audits[1].who == "ada" && audits[0].time == flag.changedAt)
        #expect(try again.audits(action: "delete").isEmpty)
        try again.close()
    }

    @Test(arguments: ["", "a b", "größe", String(repeating: "n", count: 129)])
    func refusesNamesThatCannotBe(name: String) throws {
        let store = try open()
        #expect(throws: StorageError.self) { try store.setFlag(name, percent: 1, who: "") }
        #expect(try store.flags().isEmpty && store.audits().isEmpty)
        try store.close()
    }

    @Test(arguments: [-0.1, 100.1, .nan, .infinity]) func refusesPercentagesThatCannotBe(percent: Double) throws {
        let store = try open()
        #expect(throws: StorageError.self) { try store.setFlag("a", percent: percent, who: "") }
        #expect(try store.flags().isEmpty)
        try store.close()
    }

    @Test func observersAreToldOfAllChangesInTheirOrder() throws {
        let store = try open()
        try store.setFlag("a", percent: 1, who: "")
        let told = Mutex<[FeatureFlags]>([])
        store.onFlagsChanged { flags in told.withLock { $0.append(flags) } }
        DispatchQueue.concurrentPerform(iterations: 40) { index in
            try? store.setFlag("b", percent: Double(index), who: "")
        }
        let percents = try store.audits(limit: 40).reversed().map { try #require($0.query.split(separator: " ").last) }
        let expected = try percents.map { FeatureFlags(["a": 1, "b": try #require(FeatureFlags.percent(String($0)))]) }
        #expect(told.withLock { $0 } == [FeatureFlags(["a": 1])] + expected)
        #expect(store.featureFlags == expected.last)
        try store.close()
    }

    @Test func aFullCatalogLetsFlagsGoThatChangeNothing() throws {
        let store = try open()
        for index in 0..<FeatureFlags.countMax { try store.setFlag("f\(index)", percent: index == 3 || index == 7 ? 100 : 5, who: "") }
        // One that is there changes nothing else.
        try store.setFlag("f0", percent: 6, who: "")
        #expect(try store.flags().count == FeatureFlags.countMax)
        try store.setFlag("g", percent: 5, who: "")
        try store.setFlag("h", percent: 5, who: "")
        let names = Set(try store.flags().map(\.name))
        #expect(names.count == FeatureFlags.countMax && names.isDisjoint(with: ["f3", "f7"]))
        let error = #expect(throws: (any Error).self) { try store.setFlag("i", percent: 5, who: "") }
        #expect(error.map { "\($0)" } == "cannot set flag 'i': there are 1000 others; set one of them on first")
        #expect(Set(try store.flags().map(\.name)) == names)
        #expect(store.featureFlags.isOn("i", randomness: 0))
        try store.close()
    }

    @Test func aRebuiltCatalogKeepsThem() throws {
        let store = try open()
        try store.append(batch("{\"seq\":1}"))
        try store.setFlag("rule", percent: 25, who: "ada")
        let flags = try store.flags()
        try store.close()
        #expect(try CatalogRebuild(folder: folder.path, correlationIDs: FieldNames.correlationIDs).run().chunks == 1)
        let again = try open()
        #expect(try again.flags() == flags)
        #expect(again.featureFlags == FeatureFlags(["rule": 25]))
        #expect(try again.audits().map(\.query) == ["rule: on -> 25%"])
        try again.close()
    }
}
