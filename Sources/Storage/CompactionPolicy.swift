import Catalog

/// Which chunks are merged next.
///
/// Chunks of one day are merged when the small ones among them add up to the large one that they are merged with, so that
/// a row is rewritten only as often as a chunk can grow by that: some ten times on the way from a late row to a full
/// chunk, twice from a full memtable. Chunks from half of the target on stay as they are.
struct CompactionPolicy {
    /// What chunks grow to, in bytes.
    var targetBytes: Int
    /// The most chunks of one merge.
    var inputsMax = 32
    /// The fewest of a day that still fills, and of one that is over.
    var inputsMin = (open: 4, over: 2)

    /// - Parameter today: number of the day by the clock. Chunks of earlier days get few rows any more.
    /// - Returns: none, or at least two chunks of one day, oldest first.
    func next(_ chunks: [ChunkRecord], today: Int64) -> [ChunkRecord] {
        let days = Dictionary(grouping: chunks.filter { $0.bytes < targetBytes / 2 }, by: \.day)
        let candidates = days.compactMap { day, chunks in
            run(chunks, isOver: day.map { $0 < today } ?? false)
        }
        // Where most files go away, then the latest day.
        let best = candidates.max { left, right in
            (left.count, left.last?.minTime ?? 0) < (right.count, right.last?.minTime ?? 0)
        }
        return (best ?? []).sorted { ($0.minTime, $0.id) < ($1.minTime, $1.id) }
    }

    /// As many of the smallest ones as may be merged.
    private func run(_ chunks: [ChunkRecord], isOver: Bool) -> [ChunkRecord]? {
        let sorted = chunks.sorted { ($0.bytes, $0.id) < ($1.bytes, $1.id) }
        var best: Int?
        var sum = 0
        for (index, chunk) in sorted.prefix(inputsMax).enumerated() {
            let smaller = sum
            sum += chunk.bytes
            guard sum <= targetBytes else { break }
            let isEnough = index + 1 >= (isOver ? inputsMin.over : inputsMin.open)
            if isEnough, chunk.bytes <= smaller * (isOver ? 4 : 1) { best = index + 1 }
        }
        return best.map { Array(sorted.prefix($0)) }
    }
}
