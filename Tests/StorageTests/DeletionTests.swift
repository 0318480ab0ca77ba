import Foundation
import Kernels
import Records
import Synchronization
import SystemIO
import TestSupport
import Testing

@testable import Storage

@Suite struct DeletionTests {
    private let folder: TemporaryDirectory

    init() throws { folder = try TemporaryDirectory() }

    private func open(_ folder: TemporaryDirectory? = nil) throws -> Store {
        try Store(folder: (folder ?? self.folder).path, options: StoreOptions(correlationIDs: FieldNames.correlationIDs))
    }

    /// Rows whose `seq` is one of `seqs`.
    private func deletion(_ seqs: String...) -> Deletion {
        Deletion(query: "seq:in(\(seqs.joined(separator: ",")))", who: "ada", times: nil) { segment, rows in
            let column = try segment.column("seq", rows: rows)
            var found = Bitmap(repeating: false, count: rows.count)
            for row in 0..<rows.count { found[row] = column.text(row).map(seqs.contains) ?? false }
            return found
        }
    }

    private func seqs(_ store: Store) throws -> [String] {
        try rows(of: store.snapshot()).compactMap { $0["seq"]?.text }.sorted()
    }

    @Test func theLogDoesNotBringDeletedRowsBack() throws {
        let store = try open()
        try store.append(batch("{\"seq\":1}\n{\"seq\":2}"))
        try store.sync()
        #expect(try store.delete(deletion("1")).rows == 1)
        let crashed = try TemporaryDirectory(copyOf: folder.path)
        #expect(try seqs(store) == ["2"])
        #expect(try seqs(open(crashed)) == ["2"])
    }

    @Test func aChunkOfWhichNothingIsLeftGoes() throws {
        let store = try open()
        try store.append(batch("{\"seq\":1}"))
        let report = try store.delete(deletion("1"))
        #expect(report.rows == 1 && report.chunks == 1)
        #expect(store.counts.chunks == 0)
        try store.close()
        #expect(try seqs(open()) == [])
    }

    @Test func chunksWithoutSuchRowsStayAsTheyAre() throws {
        let store = try open()
        for seq in 1...3 {
            try store.append(batch("{\"seq\":\(seq)}\n{\"seq\":\"\(seq) too\"}"))
            try store.seal()
        }
        let before = store.liveChunks.map(\.record.path)
        #expect(try store.delete(deletion("2")).chunks == 1)
        let after = store.liveChunks.map(\.record.path)
        #expect(Set(before).intersection(after).count == 2)
        #expect(try seqs(store) == ["1", "1 too", "2 too", "3", "3 too"])
    }

    @Test func isAudited() throws {
        let store = try open()
        try store.append(batch("{\"seq\":1}\n{\"seq\":2}"))
        _ = try store.delete(deletion("1"))
        _ = try store.delete(deletion("7"))
        try store.close()
        let audits = try open().audits()
        #expect(audits.map(\.query) == ["seq:in(7)", "seq:in(1)"])
        #expect(audits.map(\.rows) == [0, 1] && audits.map(\.chunks) == [0, 1])
        #expect(audits.allSatisfy { $0.state == .done && $0.who == "ada" && $0.action == "delete" })
    }

    @Test func oneThatIsEndedEarlySaysHowFarItCame() throws {
        struct Ended: Error {}
        let store = try open()
        for seq in 1...3 {
            try store.append(batch("{\"time\":\"2024-01-0\(seq)T00:00:00Z\",\"seq\":1}"))
            try store.seal()
        }
        let left = Countdown(2)
        #expect(throws: Ended.self) {
            try store.delete(deletion("1")) { if left.next() { throw Ended() } }
        }
        let audit = try #require(try store.audits().first)
        #expect(audit.state == .stopped)
        #expect(audit.rows + (try seqs(store).count) == 3)
        #expect(try store.delete(deletion("1")).rows == 3 - audit.rows)
        #expect(try seqs(store) == [])
    }

    @Test func oneThatACrashCutShortIsNotRunning() throws {
        let store = try open()
        _ = try store.catalog.begin("delete", query: "x", who: "", at: 0)
        try store.close()
        #expect(try open().audits().map(\.state) == [.stopped])
    }
}

/// True from the time after `count` on.
private final class Countdown: Sendable {
    private let left: Atomic<Int>

    init(_ count: Int) { left = Atomic(count) }

    func next() -> Bool { left.subtract(1, ordering: .relaxed).newValue < 0 }
}
