import Foundation
public import Storage

// Layout of a target:
//
//     chunks/<day>/<ulid>.parquet   the bytes of a chunk, stored once, whatever the number of snapshots with it
//     snapshots/<ulid>.json         a manifest; written last, so that all that it names is there
//     unfinished/<ulid>.json        the same of a snapshot in the making: what is there already, and is not to be pruned

/// What a snapshot has.
public struct BackupManifest: Codable, Sendable, Equatable {
    /// A chunk with the hash of its file.
    public struct Entry: Codable, Sendable, Hashable {
        public let chunk: BackupContents.Chunk
        /// 64 hexadecimal digits.
        public let sha256: String

        /// Of the chunk in the target.
        public var name: String { BackupNames.chunk(chunk.path) }
    }

    /// Of this form of manifests. A version reads those up to its own.
    public static let currentFormat = 1

    public let format: Int
    /// A ULID, so that names sort by time.
    public let id: String
    /// In nanoseconds since 1970-01-01 UTC.
    public let time: Int64
    /// The version of lockstitch.
    public let version: String
    public let entries: [Entry]
    public let extras: BackupContents.Extras
    /// Of a snapshot in the making: the names of chunks that are to be copied.
    public let planned: [String]?

    public var rows: Int { entries.reduce(0) { $0 + $1.chunk.rows } }
    public var bytes: Int { entries.reduce(0) { $0 + $1.chunk.bytes } }
    /// Of the earliest and the latest row; nil if there is none.
    public var times: ClosedRange<Int64>? {
        guard let first = entries.map(\.chunk.minTime).min(), let last = entries.map(\.chunk.maxTime).max() else { return nil }
        return first...last
    }

    /// All that is not to be pruned.
    var usedNames: [String] { entries.map(\.name) + (planned ?? []) }

    /// As bytes of a file.
    func encoded() throws -> [UInt8] {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
        return Array(try encoder.encode(self)) + [UInt8(ascii: "\n")]
    }

    /// - Throws: a `BackupError` when it is no manifest that this version reads.
    static func decoded(_ bytes: [UInt8], name: String) throws -> BackupManifest {
        struct Head: Decodable { let format: Int }
        let data = Data(bytes)
        guard let head = try? JSONDecoder().decode(Head.self, from: data) else {
            throw BackupError("'\(name)' is no manifest of a backup, or is damaged")
        }
        guard head.format <= currentFormat else {
            throw BackupError("'\(name)' was written by a newer version of lockstitch; use that version")
        }
        let manifest: BackupManifest
        do {
            manifest = try JSONDecoder().decode(BackupManifest.self, from: data)
        } catch {
            throw BackupError("'\(name)' is damaged: \(error)")
        }
        for entry in manifest.entries where !BackupNames.isChunk(entry.chunk.path) {
            throw BackupError("'\(name)' is damaged: '\(entry.chunk.path)' is no name of a chunk")
        }
        return manifest
    }
}

/// The note of a snapshot in the making.
struct UnfinishedSnapshot {
    let name: String
    /// Nil where it cannot be read.
    let manifest: BackupManifest?

    /// For how long a target that cannot be locked takes it for one that is still being made: a week, in nanoseconds.
    private static let age: Int64 = 7 * 86_400_000_000_000

    /// Whether nobody makes it any more.
    func isAbandoned(at now: Int64) -> Bool { manifest.map { now - $0.time >= Self.age } ?? true }
}

/// Names within a target.
enum BackupNames {
    static func chunk(_ path: String) -> String { "chunks/" + path.dropFirst("data/".count) }
    static func snapshot(_ id: String) -> String { "snapshots/\(id).json" }
    static func unfinished(_ id: String) -> String { "unfinished/\(id).json" }

    static func id(_ name: String) -> String? {
        guard name.hasSuffix(".json"), let slash = name.lastIndex(of: "/") else { return nil }
        return String(name[name.index(after: slash)...].dropLast(5))
    }

    /// Whether it is `data/<day>/<name>.parquet`, and leads nowhere else.
    static func isChunk(_ path: String) -> Bool {
        let parts = path.split(separator: "/", omittingEmptySubsequences: false)
        return parts.count == 3 && parts[0] == "data" && parts[2].hasSuffix(".parquet")
            && parts[1...].allSatisfy { part in
                !part.hasPrefix(".") && part.utf8.allSatisfy { $0 > 0x20 && $0 < 0x7f && $0 != UInt8(ascii: "\\") }
            }
    }
}

/// What is wrong with a backup, or what was asked of it.
public struct BackupError: Error, CustomStringConvertible {
    public let description: String

    public init(_ description: String) { self.description = description }
}
