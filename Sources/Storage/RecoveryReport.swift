public import WriteAheadLog

/// What was found when a store was opened.
public struct RecoveryReport: Sendable {
    /// In the write-ahead log.
    public let log: ReplayReport
    /// Chunks that were removed: a crash came before the catalog had them, and their rows were replayed from the log, or
    /// are in the chunks of which they were made.
    public internal(set) var removedChunks: [String] = []
    /// Chunks that the catalog does not have, and whose rows are not elsewhere either; left alone. A catalog that is
    /// older than the folder around it has such.
    public internal(set) var unknownChunks: [String] = []

    init(log: ReplayReport) { self.log = log }
}
