import Catalog

/// Chooses the hot chunks that are settled together.
///
/// Settling takes the place of the first compaction of a chunk, so several of a day are settled at once where that does
/// not keep the first of them hot for more than twice its time.
struct SettlingPolicy {
    let window: HotWindow
    /// About how large the chunk made of them may be, in bytes.
    let targetBytes: Int
    var inputsMax = 32
    var inputsMin = 4

    struct Due: Equatable {
        /// Of one day, the one that was sealed first in front.
        var chunks: [ChunkRecord]
        /// Why they are settled before their time; nil if they are not.
        var early: Settlement.Early?
    }

    /// - Parameters:
    ///   - hot: all hot chunks.
    ///   - surveyBytes: what their surveys take in memory.
    ///   - now: by the wall clock.
    func next(_ hot: [ChunkRecord], surveyBytes: Int, now: Int64) -> Due? {
        let bytes = hot.reduce(0) { $0 + $1.bytes }
        let early: Settlement.Early? = bytes > window.bytesMax ? .disk : surveyBytes > window.surveyBytesMax ? .memory : nil
        let days = Dictionary(grouping: hot, by: \.day).values.map { day in
            day.sorted { ($0.hotSince ?? 0, $0.id) < ($1.hotSince ?? 0, $1.id) }
        }
        let oldestFirst = days.sorted { ($0[0].hotSince ?? 0, $0[0].id) < ($1[0].hotSince ?? 0, $1[0].id) }
        if early != nil, let day = oldestFirst.first { return Due(chunks: run(day), early: early) }
        for day in oldestFirst {
            let aged = day.filter { age($0, now) >= window.age }
            guard let first = aged.first else { continue }
            if aged.count >= inputsMin || age(first, now) >= window.age.multipliedReportingOverflow(by: 2).partialValue {
                return Due(chunks: run(aged), early: nil)
            }
        }
        return nil
    }

    /// A clock that was set back makes nothing older.
    private func age(_ chunk: ChunkRecord, _ now: Int64) -> Int64 { max(0, now.clampedSubtracting(chunk.hotSince ?? now)) }

    /// The first ones, as many as go into one chunk.
    private func run(_ chunks: [ChunkRecord]) -> [ChunkRecord] {
        var bytes = 0
        return Array(
            chunks.prefix(inputsMax).enumerated().prefix { index, chunk in
                bytes += chunk.bytes
                return index == 0 || bytes <= targetBytes
            }.map(\.element))
    }
}
