public import WriteAheadLog

/// What was found when a store was opened.
public struct RecoveryReport: Sendable {
    /// In the write-ahead log.
    public internal(set) var log = ReplayReport()
    /// Chunks that were removed: a crash came before the catalog had them, and their rows were replayed from the log, or
    /// are in the chunks of which they were made.
    public internal(set) var removedChunks: [String] = []
    /// Chunks that were set aside: as those, but the log they came from has been damaged since, and may lack some of their
    /// rows.
    public internal(set) var quarantinedChunks: [String] = []
    /// Chunks that the catalog does not have, and whose rows are not elsewhere either; left alone. A catalog that is
    /// older than the folder around it has such.
    public internal(set) var unknownChunks: [String] = []

    /// Bytes of the log that were left out: at its end, and elsewhere.
    public var tornBytes: Int { log.tornBytes }
    public var damagedBytes: Int { log.damagedBytes }
}

/// How far the replay of the write-ahead log has come.
public struct ReplayProgress: Sendable, Equatable {
    public enum Phase: String, Sendable {
        /// Not begun.
        case waiting
        case replaying
        /// The memtable is full of replayed rows and cannot be sealed, such as on a full disk. What is left of the log waits
        /// on disk, and no rows are taken, until sealing works again.
        case stalled
        case done
    }

    public internal(set) var phase = Phase.waiting
    public internal(set) var segments = 0
    public internal(set) var bytes = 0
    public internal(set) var rows = 0
    /// Of all segments that there are to replay.
    public internal(set) var segmentsTotal = 0
    public internal(set) var bytesTotal = 0
    /// Why it is stalled.
    public internal(set) var failure: String?

    /// What is still to come.
    public var pendingSegments: Int { segmentsTotal - segments }
    public var pendingBytes: Int { max(0, bytesTotal - bytes) }
}
