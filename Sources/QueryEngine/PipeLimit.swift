import Kernels

/// `limit 10`
final class LimitStage: PipeStage {
    private var left: Int
    private let next: any PipeStage

    init(_ count: Int, _ next: any PipeStage) {
        left = count
        self.next = next
    }

    func process(_ block: Block, _ rows: Bitmap) throws {
        guard left > 0 else { return }
        let count = rows.popcount
        let kept = count <= left ? rows : rows.slice(skipping: 0, limit: left)
        left -= min(count, left)
        try next.process(block, kept)
    }

    func finish() throws { try next.finish() }

    var wantsMore: Bool { left > 0 && next.wantsMore }
}

/// `offset 10`
final class OffsetStage: PipeStage {
    private var left: Int
    private let next: any PipeStage

    init(_ count: Int, _ next: any PipeStage) {
        left = count
        self.next = next
    }

    func process(_ block: Block, _ rows: Bitmap) throws {
        let count = rows.popcount
        guard left < count else {
            left -= count
            return
        }
        let kept = left == 0 ? rows : rows.slice(skipping: left, limit: count - left)
        left = 0
        try next.process(block, kept)
    }

    func finish() throws { try next.finish() }

    var wantsMore: Bool { next.wantsMore }
}
