import Kernels
import LogsQL
import Records

/// `facets 5`: by fields in the order of their names, the values that most rows have.
final class FacetsStage: PipeStage {
    private struct Field {
        var values = ValueCoder()
        /// By code.
        var hits: [Int] = []
    }

    private let facets: LogsQL.Pipe.Facets
    private let context: StageContext
    private let next: any PipeStage
    /// Nil for a field with too many values, or with too long ones.
    private var fields: [String: Field?] = [:]
    private var rowCount = 0
    private var codes: [UInt32] = []

    init(_ facets: LogsQL.Pipe.Facets, _ context: StageContext, _ next: any PipeStage) {
        self.facets = facets
        self.context = context
        self.next = next
    }

    func process(_ block: Block, _ rows: Bitmap) throws {
        rowCount += rows.popcount
        if codes.count != block.rowCount { codes = Array(repeating: 0, count: block.rowCount) }
        for name in try block.fieldNames {
            guard var field = fields[name, default: Field()] else { continue }
            // Taken out, so that it is changed in its place.
            fields[name] = .some(nil)
            let column = try block.column(name)
            let filled = column.filled(among: rows)
            let known = field.values.count
            field.values.code(column, filled, into: &codes)
            guard field.values.count <= facets.valuesPerFieldMax else { continue }
            let isLong = (known..<field.values.count).contains {
                field.values.value(UInt32($0)).text.utf8.count > facets.valueBytesMax
            }
            guard !isLong else { continue }
            field.hits.grow(to: field.values.count, with: 0)
            for row in filled.setRows { field.hits[Int(codes[row])] += 1 }
            fields[name] = field
        }
        try check()
    }

    private func check() throws {
        let (values, bytes) = fields.values.reduce((0, 0)) { sums, field in
            (sums.0 + (field?.values.count ?? 0), sums.1 + (field?.values.byteCount ?? 0))
        }
        guard values <= context.limits.distinctValuesMax, bytes <= context.limits.distinctBytesMax,
            fields.count <= context.limits.groupsMax
        else {
            throw QueryFailure(
                "cannot tell the values of all fields apart: there are more than \(context.limits.distinctValuesMax), or they "
                    + "are longer than \(context.limits.distinctBytesMax >> 20) MiB; filter for fewer rows, or keep fewer "
                    + "fields with 'fields …'")
        }
    }

    func finish() throws {
        let records = fields.sorted { $0.key < $1.key }.flatMap { name, field in
            field.map { top($0) }?.map { value, hits in
                Record(
                    time: nil,
                    fields: [
                        Record.Field("field_name", FieldValue(name)), Record.Field("field_value", value),
                        Record.Field("hits", FieldValue(String(hits), kind: .number)),
                    ])
            } ?? []
        }
        try hand(records, to: next, context.control)
    }

    private func top(_ field: Field) -> [(value: FieldValue, hits: Int)] {
        let isConstant = field.hits == [rowCount]
        guard facets.keepsConstantFields || !isConstant else { return [] }
        let (values, ranks) = field.values.ranked()
        return field.hits.indices.filter { field.hits[$0] > 0 }
            .sorted { (-field.hits[$0], ranks[$0]) < (-field.hits[$1], ranks[$1]) }
            .prefix(facets.count).map { (values[$0], field.hits[$0]) }
    }
}
