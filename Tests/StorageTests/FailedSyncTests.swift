import Glibc
import Records
import Storage
import SystemIO
import TestSupport
import Testing

/// A disk that fails to sync the log once, and works again right after.
@Suite struct FailedSyncTests {
    private let folder: TemporaryDirectory
    private let disk = SimulatedFileSystem()
    private let store: Store

    init() throws {
        folder = try TemporaryDirectory()
        store = try Store(folder: folder.path, options: StoreOptions(correlationIDs: []), fileSystem: disk)
    }

    @Test func makesTheMemtableDueAtOnce() throws {
        try store.append(batch(#"{"seq":1}"#))
        #expect(try !store.sealIfDue())
        disk.faults.syncError = EIO
        #expect(throws: SystemIOError.self) { try store.sync() }
        disk.faults = SimulatedFileSystem.Faults()
        try store.append(batch(#"{"seq":2}"#))
        #expect(store.syncFailure != nil)
        #expect(throws: SystemIOError.self) { try store.sync() }
        #expect(try store.sealIfDue())
        #expect(store.syncFailure == nil)
        try appendAndSync()
        #expect(try rows(of: store.snapshot()).count == 3)
    }

    @Test func isOverEvenWhenThereIsNothingToSeal() throws {
        // Room for the head of a segment, not for a record, and what was written of that cannot be cut off.
        disk.faults.capacity = 20
        disk.faults.truncateError = EIO
        #expect(throws: SystemIOError.self) { try store.append(batch(#"{"seq":1}"#)) }
        disk.faults = SimulatedFileSystem.Faults()
        #expect(store.syncFailure != nil)
        #expect(try store.sealIfDue())
        #expect(store.syncFailure == nil)
        try appendAndSync()
        #expect(try rows(of: store.snapshot()).count == 1)
    }

    private func appendAndSync() throws {
        try store.append(batch(#"{"seq":"last"}"#))
        try store.sync()
    }
}
