import Catalog
import Foundation
import Synchronization
import SystemIO

// A chunk that fails a check when it is read is set aside: moved to quarantine/, with a note beside it of what it had, and
// out of the catalog. Queries go on without it, and say so, as long as the note is there.

/// The note beside a chunk in quarantine.
public struct QuarantinedChunk: Codable, Sendable, Hashable {
    /// As the catalog had it.
    public let path: String
    public let rows: Int
    public let bytes: Int
    /// In nanoseconds since 1970-01-01 UTC.
    public let minTime: Int64
    public let maxTime: Int64
    /// What was wrong.
    public let reason: String

    var omission: Omission {
        Omission(place: "chunk '\(path)'", rows: rows, times: minTime...maxTime, reason: reason)
    }

    /// Of the note.
    static func notePath(_ chunk: String, folder: String) -> String { "\(folder)/\(FileNames.quarantined(chunk)).json" }
}

extension Store {
    /// The chunks that were set aside.
    public var quarantinedChunks: [QuarantinedChunk] { state.withLock { $0.quarantined } }

    /// All rows at this moment but those of chunks that cannot be read now.
    ///
    /// - Parameter damage: what reading them gave.
    public func snapshot(without damage: [ChunkDamage]) -> Snapshot {
        let paths = Set(damage.map(\.path))
        return snapshot { paths.contains($0.file.path) }
    }

    /// Sets a chunk aside that was found damaged: snapshots to come do without it.
    ///
    /// - Returns: what was set aside; nil when the chunk is gone already, as after a merge, or was not damaged but cannot be
    ///   read now.
    /// - Throws: when its file cannot be moved or the catalog not changed. Snapshots do without it all the same, until the
    ///   next start.
    @discardableResult
    public func setAside(_ damage: ChunkDamage) throws -> QuarantinedChunk? {
        guard damage.kind == .damaged else { return nil }
        return try maintenance.withTurn {
            // A replacement on its way names the chunks that it replaces; until it has come through, they stay.
            guard maintenance.replacement.withLock({ $0 == nil }) else { return nil }
            let found = state.withLock { state -> (Chunk, QuarantinedChunk)? in
                guard let index = state.chunks.firstIndex(where: { $0.file.path == damage.path }) else { return nil }
                let chunk = state.chunks.remove(at: index)
                let note = QuarantinedChunk(
                    path: chunk.record.path, rows: chunk.record.rows, bytes: chunk.record.bytes,
                    minTime: chunk.record.minTime, maxTime: chunk.record.maxTime, reason: damage.description)
                state.quarantined.append(note)
                return (chunk, note)
            }
            guard let (chunk, note) = found else { return nil }
            try move(chunk, note)
            return note
        }
    }

    /// The file has two names until nobody reads it any more. A crash on the way leaves it where it was, and the next query
    /// finds the damage again.
    private func move(_ chunk: Chunk, _ note: QuarantinedChunk) throws {
        let quarantine = "\(folder)/\(FileNames.quarantine)"
        try fileSystem.createDirectory(quarantine)
        try fileSystem.link(chunk.file.path, to: "\(folder)/\(FileNames.quarantined(note.path))")
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
        let notePath = QuarantinedChunk.notePath(note.path, folder: folder)
        let file = try fileSystem.create(notePath + FileNames.unfinishedSuffix)
        try file.append(Array(try encoder.encode(note)) + [UInt8(ascii: "\n")])
        try file.sync()
        try file.close()
        try fileSystem.renameForGood(notePath + FileNames.unfinishedSuffix, to: notePath)
        Failpoint.pass("quarantine.linked")
        _ = try catalog.replace([chunk.record.id], with: [])
        Failpoint.pass("quarantine.forgotten")
        maintenance.replaced.replace(chunk)
    }

    /// The notes of chunks that the catalog does not have any more. One that cannot be read is no reason not to start.
    static func quarantineNotes(
        folder: String, _ fileSystem: any FileSystem, published: [ChunkRecord]
    ) -> [QuarantinedChunk] {
        let published = Set(published.map(\.path))
        let names = (try? fileSystem.list("\(folder)/\(FileNames.quarantine)")) ?? []
        return names.filter { $0.hasSuffix(".json") }.compactMap { name in
            guard let file = try? fileSystem.open("\(folder)/\(FileNames.quarantine)/\(name)"),
                let bytes = try? file.read(at: 0, count: 1 << 20),
                let note = try? JSONDecoder().decode(QuarantinedChunk.self, from: Data(bytes)), !published.contains(note.path)
            else { return nil }
            return note
        }
    }

    /// What of the log is not replayed yet.
    var pendingOmission: Omission? {
        let progress = replayProgress
        guard progress.phase != .done, progress.pendingSegments > 0 else { return nil }
        return Omission(
            place: "the write-ahead log", rows: nil, times: nil,
            reason: "\(progress.pendingSegments) segments are not replayed yet"
                + (progress.failure.map { "; \($0)" } ?? ""))
    }
}

extension Chunk {
    /// Of one that cannot be read now.
    var omission: Omission {
        Omission(
            place: "chunk '\(record.path)'", rows: record.rows, times: record.minTime...record.maxTime,
            reason: "it cannot be read now")
    }
}
