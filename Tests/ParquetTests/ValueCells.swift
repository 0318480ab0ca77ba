@testable import Parquet

extension Value {
    /// As scripts/python/write_variety.py prints cells.
    func json(_ shape: FieldShape, _ leaves: [LeafColumn]) -> String {
        switch (self, shape) {
        case (.null, _): "null"
        case (_, .optional(let content, _, _)): json(content, leaves)
        case (.structure(let values), .structure(let fields, _)):
            array(zip(values, fields).map { $0.json($1, leaves) })
        case (.list(let values), .list(let element, _)): array(values.map { $0.json(element, leaves) })
        case (.map(let entries), .map(let key, let value, _)):
            array(entries.map { entry in
                array([entry.key.json(key, leaves), entry.value.json(value, leaves)])
            })
        case (_, .leaf(let leaf)): leafCell(leaves[leaf]).json
        default: "\(self) is no \(shape)"
        }
    }

    private func array(_ elements: [String]) -> String { "[\(elements.joined(separator: ","))]" }

    private func leafCell(_ leaf: LeafColumn) -> Cell {
        if case .decimal = leaf.logicalType { return .bytes(signBytes(decimalBytes)) }
        let isUnsigned = if case .integer(_, isSigned: false) = leaf.logicalType { true } else { false }
        switch self {
        case .boolean(let value): return .bool(value)
        case .int32(let value): return isUnsigned ? .unsigned(UInt64(UInt32(bitPattern: value))) : .integer(Int64(value))
        case .int64(let value): return isUnsigned ? .unsigned(UInt64(bitPattern: value)) : .integer(value)
        case .float(let value): return .float(value)
        case .double(let value): return .double(value)
        case .bytes(let value): return .bytes(value)
        case .null, .structure, .list, .map: return .null
        }
    }

    private var decimalBytes: [UInt8] {
        switch self {
        case .int32(let value): (0..<4).reversed().map { UInt8(truncatingIfNeeded: value >> ($0 * 8)) }
        case .int64(let value): (0..<8).reversed().map { UInt8(truncatingIfNeeded: value >> Int64($0 * 8)) }
        case .bytes(let value): value
        default: []
        }
    }

    /// Without the bytes at the start that only repeat the sign.
    private func signBytes(_ bytes: [UInt8]) -> [UInt8] {
        var rest = bytes[...]
        while rest.count > 1, rest[rest.startIndex] == (rest[rest.startIndex + 1] >> 7 == 1 ? 0xff : 0) { rest.removeFirst() }
        return Array(rest)
    }
}

extension FileReader {
    /// A line for each row, as scripts/python/write_variety.py writes it.
    func rowLines(_ rowGroup: Int, _ rows: Range<Int>? = nil) throws -> [String] {
        let shapes = root.children.map { FieldShape($0) }
        var records = try records(rowGroup: rowGroup, rows: rows)
        var lines: [String] = []
        while let record = try records.next() {
            let cells = zip(record, shapes).map { $0.json($1, leaves) }
            lines.append("{\"row\":[\(cells.joined(separator: ","))]}")
        }
        return lines
    }
}
