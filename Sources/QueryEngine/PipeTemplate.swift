import Kernels
import LogsQL
import Records

/// `template of a as b`
final class TemplateStage: PipeStage {
    private let field: String
    private let resultName: String
    private let next: any PipeStage

    init(_ template: LogsQL.Pipe.Template, _ next: any PipeStage) {
        field = FieldNames.canonical(query: template.field)
        resultName = FieldNames.canonical(query: template.resultName)
        self.next = next
    }

    func process(_ block: Block, _ rows: Bitmap) throws {
        let source = TemplateSource(base: block, field: field, resultName: resultName)
        try next.process(Block(source, position: block.position, timeRange: block.timeRange), rows)
    }

    func finish() throws { try next.finish() }

    var wantsMore: Bool { next.wantsMore }
    func wants(times: ClosedRange<Int64>) -> Bool { next.wants(times: times) }
    var prefersNewestFirst: Bool { next.prefersNewestFirst }
}

/// Rows with the template of one of their fields.
private struct TemplateSource: BlockSource {
    let base: Block
    let field: String
    let resultName: String

    var rowCount: Int { base.rowCount }
    var mayHaveWeights: Bool { get throws { try base.mayHaveWeights } }
    var fieldNames: [String] { get throws { try base.fieldNames.filter { $0 != resultName } + [resultName] } }

    func carriedColumn(_ field: String, of block: Block) throws -> ColumnVector { try base.carriedColumn(field) }

    func column(_ name: String) throws -> ColumnVector {
        let column = try base.column(name == resultName ? field : name)
        return name == resultName ? templates(column) : column
    }

    /// Rows without a value have no template.
    private func templates(_ column: ColumnVector) -> ColumnVector {
        var known = ByteInterner()
        var codes = [UInt32](repeating: 0, count: column.count)
        let values: TextVector
        if case .dictionary(let own, let dictionary) = column.values {
            let bytes = dictionary.bytes.span
            let templates = (0..<dictionary.count).map { entry in
                known.insert(MessageTemplate.bytes(of: bytes.extracting(dictionary.range(entry))).span)
            }
            codes = own.map { Int($0) < templates.count ? templates[Int($0)] : 0 }
            values = known.vector
        } else {
            for row in 0..<column.count {
                guard let text = column.text(row) else { continue }
                codes[row] = known.insert(MessageTemplate.bytes(of: Array(text.utf8).span).span)
            }
            values = known.vector
        }
        guard values.count > 0 else { return .missing(count: column.count) }
        return ColumnVector(
            values: .dictionary(codes: codes, dictionary: values), kind: .string, validity: column.validity,
            count: column.count)
    }

    func records(_ rows: Bitmap, needed: FieldSelection, of block: Block) throws -> [Record] {
        let records = try base.records(rows, needed: needed)
        guard needed.contains(resultName) else { return records }
        let column = try block.column(resultName)
        return zip(rows.setRows, records).map { row, record in
            let others = record.fields.filter { $0.name != resultName }
            return Record(time: record.time, fields: others + (column.value(row).map { [Record.Field(resultName, $0)] } ?? []))
        }
    }
}

extension ByteInterner {
    /// The byte strings, by their codes.
    fileprivate var vector: TextVector {
        var (bytes, starts, ends): ([UInt8], [UInt32], [UInt32]) = ([], [], [])
        for code in 0..<UInt32(count) {
            starts.append(UInt32(bytes.count))
            bytes += Array(text(code).utf8)
            ends.append(UInt32(bytes.count))
        }
        return TextVector(bytes: bytes, starts: starts, ends: ends)
    }
}
