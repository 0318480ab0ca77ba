import Kernels
import LogsQL
import Records

extension Filter {
    /// The filter, for rows within some times only.
    func within(_ times: ClosedRange<Int64>?) -> Filter {
        guard let times else { return self }
        let bounds = Time.Bounds.range(
            lower: .calendar(CalendarTime(nanoseconds: times.lowerBound)), includesLower: true,
            upper: .calendar(CalendarTime(nanoseconds: times.upperBound)), includesUpper: true)
        return .and([.time(Time(bounds)), self])
    }
}

/// `options(time_offset=1d)`: rows with times so much later.
final class TimeOffsetStage: PipeStage {
    private let offset: Int64
    private let next: any PipeStage

    init(_ offset: Int64, _ next: any PipeStage) {
        self.offset = offset
        self.next = next
    }

    func process(_ block: Block, _ rows: Bitmap) throws {
        let times = block.timeRange.map { shifted($0.lowerBound)...shifted($0.upperBound) }
        try next.process(
            Block(ShiftedSource(base: block, shift: shifted), position: block.position, timeRange: times), rows)
    }

    func finish() throws { try next.finish() }

    var wantsMore: Bool { next.wantsMore }
    var prefersNewestFirst: Bool { next.prefersNewestFirst }
    func wants(times: ClosedRange<Int64>) -> Bool {
        next.wants(times: shifted(times.lowerBound)...shifted(times.upperBound))
    }

    /// Cut off at the ends of 64 bits.
    private func shifted(_ time: Int64) -> Int64 { Int64(clamping: Int128(time) + Int128(offset)) }
}

/// Rows with other times.
private struct ShiftedSource: BlockSource {
    let base: Block
    let shift: (Int64) -> Int64

    var rowCount: Int { base.rowCount }
    var fieldNames: [String] { get throws { try base.fieldNames } }

    func column(_ field: String) throws -> ColumnVector {
        let column = try base.column(field)
        guard field == FieldNames.time, case .timestamp(let times) = column.values else { return column }
        return ColumnVector(
            values: .timestamp(times.map(shift)), kind: column.kind, validity: column.validity, count: column.count)
    }

    func mayContain(_ words: [UInt64], field: String) throws -> Bool {
        try field == FieldNames.time || base.mayContain(words, field: field)
    }

    func records(_ rows: Bitmap, needed: FieldSelection, of block: Block) throws -> [Record] {
        try block.materialise(rows, names: needed.selectShown(from: try fieldNames))
    }
}
