import Kernels
import LogsQL
import Records
import Storage

/// One query at work: gives its stages the rows that match, in order, on all cores where that helps.
struct QueryRun {
    let query: Query
    /// The query's pipes as they run.
    let pipes: [LogsQL.Pipe]
    /// What is added to the times of rows, in nanoseconds.
    let timeOffset: Int64
    let snapshot: Snapshot
    let context: StageContext
    let helpers: QueryHelpers

    private var control: QueryControl { context.control }

    /// - Parameter end: stands after the last stage.
    func run(into end: any PipeStage) throws {
        let (stage, stages) = try pipes.stages(pipes.count, into: end, context)
        let first = timeOffset == 0 ? stage : TimeOffsetStage(timeOffset, stage)
        let filter = try query.filter.plan(context)
        if let bounds = query.filter.timeBounds(now: context.now) {
            let segments = try placed(bounds)
            if let plan = gatheringPlan, let last = stages[plan.place] as? any GatheringStage {
                try gather(segments, filter, plan, first, last)
            } else if isShared(segments) {
                try share(segments, filter, into: first)
            } else {
                try scan(segments, filter, into: first)
            }
        }
        try first.finish()
    }

    /// Nil where rows go to the stages in order.
    var gatheringPlan: GatheringPlan? { timeOffset == 0 ? GatheringPlan(pipes, context) : nil }

    /// Fewer rows are not worth the way to another thread.
    private static let sharedRowsMin = 32_768

    /// Whether matches are looked for on all cores where rows are not gathered.
    func isShared(_ segments: [(segment: any Segment, position: Int)]) -> Bool {
        query.filter != .all && segments.reduce(0) { $0 + $1.segment.rowCount } >= Self.sharedRowsMin
    }

    func placed(_ bounds: ClosedRange<Int64>) throws -> [(segment: any Segment, position: Int)] {
        var position = 0
        return try snapshot.segments(overlapping: bounds == .min ... .max ? nil : bounds).map { segment in
            defer { position += segment.rowCount }
            return (segment.counting(into: context.profile.reads), position)
        }
    }

    // MARK: In order

    private func scan(
        _ segments: [(segment: any Segment, position: Int)], _ filter: any FilterPlan, into stage: any PipeStage
    ) throws {
        for (segment, position) in stage.prefersNewestFirst ? segments.reversed() : segments {
            guard stage.wantsMore else { return }
            guard stage.wants(times: segment.timeRange) else {
                context.profile.note { $0.unwantedSegments += 1 }
                continue
            }
            try Self.scan(segment, position, filter, into: stage, context.profile, control.check)
        }
    }

    private static func scan(
        _ segment: any Segment, _ position: Int, _ filter: any FilterPlan, into stage: any PipeStage,
        _ profile: QueryProfile, _ check: () throws -> Void
    ) throws {
        let facts = SegmentFacts(segment)
        let blocks = segment.blocks
        for rows in stage.prefersNewestFirst ? blocks.reversed() : blocks where stage.wantsMore {
            try check()
            let block = Block(segment, rows, position, facts)
            if let found = try matches(block, filter, profile) { try stage.process(block, found) }
        }
    }

    /// The rows of a block that match; nil if there are none.
    private static func matches(_ block: Block, _ filter: any FilterPlan, _ profile: QueryProfile) throws -> Bitmap? {
        let start = profile.measuresStages ? ThreadTime.now : 0
        guard try filter.mayMatch(block) else {
            profile.note { $0.prunedBlocks += 1 }
            return nil
        }
        let found = try filter.rows(of: block, among: Bitmap(repeating: true, count: block.rowCount))
        let count = found.popcount
        let time = profile.measuresStages ? ThreadTime.now - start : 0
        profile.note {
            $0.filterNanoseconds += time
            $0.blocks += 1
            $0.rows += block.rowCount
            $0.matchingRows += count
        }
        return count == 0 ? nil : found
    }

    // MARK: On all cores

    /// Finds the matching rows on all cores, and hands them to the stages in order on this thread.
    private func share(
        _ segments: [(segment: any Segment, position: Int)], _ filter: any FilterPlan, into stage: any PipeStage
    ) throws {
        let runs = BlockRun.runs(segments, newestFirst: stage.prefersNewestFirst)
        let work = OrderedWork(count: runs.count, aheadMax: 2 * (helpers.count + 1), control) {
            [profile = context.profile] number, check in
            let run = runs[number]
            let facts = SegmentFacts(run.segment)
            var found: [(rows: Range<Int>, matches: Bitmap)] = []
            for rows in run.blocks {
                try check()
                let block = Block(run.segment, rows, run.position, facts)
                if let matches = try Self.matches(block, filter, profile) { found.append((rows, matches)) }
            }
            return FoundRows(run: run, blocks: found)
        }
        try work.run(helpers) { found in
            guard stage.wants(times: found.run.segment.timeRange) else { return stage.wantsMore }
            let facts = SegmentFacts(found.run.segment)
            for (rows, matches) in found.blocks where stage.wantsMore {
                try control.check()
                try stage.process(Block(found.run.segment, rows, found.run.position, facts), matches)
            }
            return stage.wantsMore
        }
    }

    private struct FoundRows: Sendable {
        let run: BlockRun
        let blocks: [(rows: Range<Int>, matches: Bitmap)]
    }

    /// Has each unit's rows gathered for itself, on all cores, and puts the parts together in order.
    private func gather(
        _ segments: [(segment: any Segment, position: Int)], _ filter: any FilterPlan, _ plan: GatheringPlan,
        _ first: any PipeStage, _ last: any GatheringStage
    ) throws {
        let units = ScanUnit.units(try count(segments, filter, plan, last))
        let maker = PartMaker(
            filter: filter, ofQuery: query.filter, plan: plan, caches: snapshot.caches, context: context)
        let work = OrderedWork(count: units.count, aheadMax: 2 * (helpers.count + 1), control) { number, check in
            try maker.part(units[number]) { segment, position, stage in
                try Self.scan(segment, position, filter, into: stage, maker.context.profile, check)
            }
        }
        var number = 0
        try work.run(helpers) { part in
            defer { number += 1 }
            if let part {
                try last.merge(part)
            } else {
                try scan(units[number].segments, filter, into: first)
            }
            return first.wantsMore
        }
    }

    // MARK: Counts

    /// Gives the stage the counts of chunks of which it wants to know no more. Returns the segments that are left.
    private func count(
        _ segments: [(segment: any Segment, position: Int)], _ filter: any FilterPlan, _ plan: GatheringPlan,
        _ last: any GatheringStage
    ) throws -> [(segment: any Segment, position: Int)] {
        guard plan.place == 0, let stage = last as? StatsStage, stage.countsRowsOnly,
            query.filter.referencedFields.allSatisfy({ CountedRows.has($0) })
        else { return segments }
        var isCounted: [Int: Bool] = [:]
        return try segments.filter { segment, _ in
            guard let id = segment.identity else { return true }
            if let known = isCounted[id.file] { return !known }
            try control.check()
            let counts = try snapshot.counts(ofChunkWith: id)
            guard let counts, query.filter.timeless(over: counts.timeRange, now: context.now) != nil else {
                isCounted[id.file] = false
                return true
            }
            let block = Block(CountedRows(counts: counts), position: 0, timeRange: counts.timeRange)
            let found = try filter.rows(of: block, among: Bitmap(repeating: true, count: block.rowCount))
            if !found.isEmpty { try stage.count(block, found, times: counts.rows) }
            isCounted[id.file] = true
            context.profile.note { $0.countedChunks += 1 }
            return false
        }
    }
}

extension Block {
    /// Some rows of a segment.
    ///
    /// - Parameter position: of the first row of the segment.
    convenience init(_ segment: any Segment, _ rows: Range<Int>, _ position: Int, _ facts: SegmentFacts) {
        self.init(
            SegmentSource(segment: segment, rows: rows, facts: facts), position: position + rows.lowerBound,
            timeRange: segment.timeRange)
    }
}

/// Rows that each stand for some rows of a chunk.
struct CountedRows: BlockSource {
    let counts: ChunkCounts

    static let fields: Set<String> = [FieldNames.time, FieldNames.service, FieldNames.level]

    static func has(_ pattern: FieldPattern) -> Bool {
        guard case .name(let name) = pattern else { return false }
        return fields.contains(FieldNames.canonical(query: name))
    }

    var rowCount: Int { counts.rows.count }
    var fieldNames: [String] { Self.fields.sorted() }

    func column(_ field: String) -> ColumnVector {
        switch field {
        case FieldNames.time: counts.times
        case FieldNames.service: counts.services
        case FieldNames.level: counts.levels
        default: .missing(count: rowCount)
        }
    }

    /// No pipe that looks at records gets such rows.
    func records(_ rows: Bitmap, needed: FieldSelection, of block: Block) -> [Record] { [] }
}
