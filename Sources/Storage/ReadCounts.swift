import Synchronization

/// What a query read of chunks.
public final class ReadCounts: Sendable {
    private let decoded = Atomic(0)
    private let cached = Atomic(0)
    private let bytes = Atomic(0)

    public init() {}

    /// Runs of pages of a column that were read and decoded.
    public var decodedColumns: Int { decoded.load(ordering: .relaxed) }
    /// Those that were found decoded.
    public var cachedColumns: Int { cached.load(ordering: .relaxed) }
    /// Memory of what was decoded.
    public var decodedBytes: Int { bytes.load(ordering: .relaxed) }

    func noteDecoded(_ byteCount: Int) {
        decoded.add(1, ordering: .relaxed)
        bytes.add(byteCount, ordering: .relaxed)
    }

    func noteCached() { cached.add(1, ordering: .relaxed) }
}
