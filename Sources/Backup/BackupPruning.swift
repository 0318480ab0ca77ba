import SystemIO

/// Removes old snapshots, and the chunks that no other names.
public struct BackupPruning: Sendable {
    public struct Report: Sendable, Equatable {
        public internal(set) var snapshots = 0
        public internal(set) var chunks = 0
        public internal(set) var bytes = 0
        /// Snapshots that are left.
        public internal(set) var left = 0
    }

    private let target: any BackupTarget
    private let clock: any WallClock

    public init(_ target: any BackupTarget, clock: any WallClock = SystemWallClock()) {
        self.target = target
        self.clock = clock
    }

    /// - Parameters:
    ///   - keep: how many of the latest snapshots stay, one at least.
    ///   - dryRun: whether to say only what would be removed.
    /// - Throws: when a manifest that would stay cannot be read: what it names is not known then, and nothing is removed.
    public func run(keep: Int, dryRun: Bool = false) async throws -> Report {
        precondition(keep >= 1)
        let lock = dryRun ? nil : try await target.lock()
        defer { lock?.release() }
        let names = try await target.list(.snapshots).map(\.name).filter { BackupNames.id($0) != nil }
        let old = Array(names.dropLast(keep))
        var used: Set<String> = []
        for name in names.suffix(keep) { try await note(name, &used) }
        let abandoned = try await unfinished(isLocked: lock != nil, &used)
        if !dryRun {
            try await target.remove(old + abandoned)
            Failpoint.pass("prune.forgotten")
            // What is made anew meanwhile may use chunks that only an old snapshot named.
            _ = try await unfinished(isLocked: lock != nil, &used)
            for name in try await target.list(.snapshots).map(\.name) where !names.contains(name) { try await note(name, &used) }
        }
        let unused = try await target.list(.chunks).filter { !used.contains($0.name) }
        if !dryRun {
            for piece in stride(from: 0, to: unused.count, by: 1_000) {
                try await target.remove(unused[piece..<min(piece + 1_000, unused.count)].map(\.name))
                Failpoint.pass("prune.removed")
            }
            try await target.removeUnfinished()
        }
        return Report(
            snapshots: old.count, chunks: unused.count, bytes: unused.reduce(0) { $0 + $1.bytes },
            left: names.count - old.count)
    }

    private func note(_ name: String, _ used: inout Set<String>) async throws {
        used.formUnion(try await target.manifest(name).usedNames)
    }

    /// Adds what snapshots in the making name; which of them nobody makes any more.
    private func unfinished(isLocked: Bool, _ used: inout Set<String>) async throws -> [String] {
        var abandoned: [String] = []
        for name in try await target.list(.unfinished).map(\.name) where BackupNames.id(name) != nil {
            let snapshot = UnfinishedSnapshot(name: name, manifest: try await target.manifestIfReadable(name))
            if isLocked || snapshot.isAbandoned(at: clock.now()) {
                abandoned.append(name)
            } else {
                used.formUnion(snapshot.manifest?.usedNames ?? [])
            }
        }
        return abandoned
    }
}
