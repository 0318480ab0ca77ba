import Kernels

/// `filter level:error`
final class FilterStage: PipeStage {
    private let plan: any FilterPlan
    private let next: any PipeStage

    init(_ plan: any FilterPlan, _ next: any PipeStage) {
        self.plan = plan
        self.next = next
    }

    func process(_ block: Block, _ rows: Bitmap) throws {
        let found = try plan.rows(of: block, among: rows)
        if !found.isEmpty { try next.process(block, found) }
    }

    func finish() throws { try next.finish() }

    var wantsMore: Bool { next.wantsMore }
    func wants(times: ClosedRange<Int64>) -> Bool { next.wants(times: times) }
    var prefersNewestFirst: Bool { next.prefersNewestFirst }
}
