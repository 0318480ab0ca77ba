import Kernels

/// `fields a, b*`
final class FieldsStage: PipeStage {
    private let selection: FieldSelection
    private let next: any PipeStage

    init(_ selection: FieldSelection, _ next: any PipeStage) {
        self.selection = selection
        self.next = next
    }

    func process(_ block: Block, _ rows: Bitmap) throws {
        try next.process(selection.isAll ? block : block.projected(selection), rows)
    }

    func finish() throws { try next.finish() }

    var wantsMore: Bool { next.wantsMore }
}
