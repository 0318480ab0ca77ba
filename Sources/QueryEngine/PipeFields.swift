import Kernels

/// `fields a, b*`
final class FieldsStage: PipeStage {
    private let selection: FieldSelection
    private let carried: [String]
    private let next: any PipeStage

    /// - Parameter carried: fields that go on, unseen by pipes that do not ask for them (`Block.carriedColumn`).
    init(_ selection: FieldSelection, carried: [String], _ next: any PipeStage) {
        self.selection = selection
        self.carried = carried
        self.next = next
    }

    func process(_ block: Block, _ rows: Bitmap) throws {
        try next.process(selection.isAll ? block : block.projected(selection, carried: carried), rows)
    }

    func finish() throws { try next.finish() }

    var wantsMore: Bool { next.wantsMore }
}
