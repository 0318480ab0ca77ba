import Records

/// The rows of a memtable by UTC day: a chunk holds rows of one day.
///
/// Records may come late, out of order, or with a time that is nonsense. Each day has a chunk of its own, so that
/// retention can drop it whole; but a memtable with rows of very many days is not taken apart into as many files: the
/// days with the fewest rows share one.
struct DayPartition {
    /// How many rows there are of some days, and from when to when.
    struct Extent: Equatable {
        var rowCount: Int
        var times: ClosedRange<Int64>

        mutating func formUnion(_ other: Extent) {
            rowCount += other.rowCount
            times = min(times.lowerBound, other.times.lowerBound)...max(times.upperBound, other.times.upperBound)
        }
    }

    /// The most chunks that one memtable makes.
    static let chunksMax = 32

    /// By day number.
    private(set) var days: [Int64: Extent] = [:]

    init() {}

    init(_ batches: [RecordBatch]) {
        for batch in batches { add(batch.times) }
    }

    mutating func add(_ times: [Int64]) {
        // Most rows are of the day of the row before.
        var open: (day: Int64, extent: Extent)?
        for time in times {
            let row = Extent(rowCount: 1, times: time...time)
            let day = Timestamp.dayNumber(time)
            if open?.day == day {
                open?.extent.formUnion(row)
            } else {
                if let open { add(open.extent, to: open.day) }
                open = (day, row)
            }
        }
        if let open { add(open.extent, to: open.day) }
    }

    private mutating func add(_ extent: Extent, to day: Int64) {
        if days[day]?.formUnion(extent) == nil { days[day] = extent }
    }

    /// The days with a chunk of their own, rising. All others share one.
    private var ownDays: [Int64] {
        guard days.count > Self.chunksMax else { return days.keys.sorted() }
        let ranked = days.sorted { ($1.value.rowCount, $0.key) < ($0.value.rowCount, $1.key) }
        return ranked.prefix(Self.chunksMax - 1).map(\.key).sorted()
    }

    /// What each chunk that is made of these rows has.
    var extents: [Extent] {
        let own = ownDays
        var shared: Extent?
        for (day, extent) in days where own.count < days.count && !own.contains(day) {
            if shared?.formUnion(extent) == nil { shared = extent }
        }
        return own.compactMap { days[$0] } + (shared.map { [$0] } ?? [])
    }

    /// The batches that these are the days of, for each chunk. Rows keep their order.
    func parts(of batches: [RecordBatch]) -> [(day: Int64?, batches: [RecordBatch])] {
        let own = ownDays
        if days.count <= 1 { return own.map { ($0, batches) } }
        var parts = own.map { day in (day: Int64?.some(day), batches: Self.rows(of: batches) { $0 == day }) }
        if own.count < days.count {
            let others = Set(own)
            parts.append((nil, Self.rows(of: batches) { !others.contains($0) }))
        }
        return parts
    }

    private static func rows(of batches: [RecordBatch], where isWanted: (_ day: Int64) -> Bool) -> [RecordBatch] {
        batches.compactMap { batch in
            let keep = batch.times.map { isWanted(Timestamp.dayNumber($0)) }
            if !keep.contains(true) { return nil }
            return keep.contains(false) ? batch.filtered(keep: keep) : batch
        }
    }
}
