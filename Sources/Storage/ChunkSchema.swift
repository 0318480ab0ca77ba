import Foundation
import Kernels
import Parquet
import Records

/// How the columns of a chunk are typed: found from the values, not declared, and only where the type gives back
/// exactly the text that came in.
///
/// | kinds seen | values | Parquet type |
/// |---|---|---|
/// | number | all canonical 64-bit integers | `INT64` |
/// | number | all shortest-form doubles | `DOUBLE` |
/// | bool | | `BOOLEAN` |
/// | string | all 32 or all 16 lower-case hexadecimal digits | `FIXED_LEN_BYTE_ARRAY(16)` or `(8)` |
/// | string | all UUIDs in lower case | `FIXED_LEN_BYTE_ARRAY(16)` `UUID` |
/// | anything else | | `BYTE_ARRAY` `STRING` |
enum ChunkSchema {
    static func typed(_ column: SortedColumn) -> (type: PhysicalType, logicalType: LogicalType?, values: ColumnValues) {
        if column.kinds == .number {
            if let integers = canonicalInt64s(bytes: column.bytes, ends: column.ends) {
                return (.int64, nil, .int64(integers))
            }
            if let doubles = canonicalDoubles(column) { return (.double, nil, .double(doubles)) }
        }
        if column.kinds == .bool {
            return (.boolean, nil, .boolean(column.ends.indices.map { column.text($0).first == UInt8(ascii: "t") }))
        }
        if column.kinds == .string, let (width, bytes) = hex(column) {
            return (.fixedLenByteArray(width), nil, .fixed(width: width, bytes: bytes))
        }
        if column.kinds == .string, let bytes = decodedUUIDs(bytes: column.bytes, ends: column.ends) {
            return (.fixedLenByteArray(16), .uuid, .fixed(width: 16, bytes: bytes))
        }
        return (.byteArray, .string, .byteArray(bytes: column.bytes, ends: column.ends))
    }

    /// The values as a column of a type that was chosen for more rows than these; nil when they do not fit it.
    static func values(of column: SortedColumn, as schema: ColumnSchema) -> ColumnValues? {
        if column.ends.isEmpty { return ColumnValues(noneOf: schema.type) }
        if schema.type == .byteArray, schema.logicalType == .string {
            return .byteArray(bytes: column.bytes, ends: column.ends)
        }
        let (type, logicalType, values) = typed(column)
        if type == schema.type, logicalType == schema.logicalType { return values }
        guard schema.type == .double, case .int64(let integers) = values else { return nil }
        return doubles(integers)
    }

    /// The same numbers, nil unless each has the same text.
    private static func doubles(_ integers: [Int64]) -> ColumnValues? {
        integers.allSatisfy(isTheSameAsDouble) ? .double(integers.map(Double.init)) : nil
    }

    /// Whether an integer has the same text as a `DOUBLE`.
    static func isTheSameAsDouble(_ integer: Int64) -> Bool { integer.magnitude < 1 << 53 }

    private static func hex(_ column: SortedColumn) -> (width: Int, bytes: [UInt8])? {
        for width in [8, 16] where column.ends.first == UInt32(width * 2) {
            return decodedHex(bytes: column.bytes, ends: column.ends, width: width).map { (width, $0) }
        }
        return nil
    }

    private static func canonicalDoubles(_ column: SortedColumn) -> [Double]? {
        var doubles: [Double] = []
        doubles.reserveCapacity(column.ends.count)
        for index in column.ends.indices {
            let text = String(decoding: column.text(index), as: UTF8.self)
            guard let double = Double(text), NumberText.shortest(double) == text else { return nil }
            doubles.append(double)
        }
        return doubles
    }
}

/// What the key-value metadata of a chunk says about its text columns.
struct ChunkColumnKinds: Sendable {
    var json: [String] = []
    var number: [String] = []
    /// The column that holds objects of fields without a column, as `RestColumn` makes them.
    var rest: String?
    /// The column of distances to parent spans.
    var parentOffsets: String?

    mutating func note(_ name: String, _ kinds: ValueKinds) {
        if kinds == .json { json.append(name) }
        if kinds == .number { number.append(name) }
    }

    func kind(of name: String) -> ValueKinds {
        if json.contains(name) { return .json }
        return number.contains(name) ? .number : .string
    }

    func keyValues() throws -> [(key: String, value: String)] {
        let lists = try [(ChunkNames.jsonColumns, json), (ChunkNames.numberColumns, number)].map { key, names in
            (key: key, value: String(decoding: try JSONEncoder().encode(names), as: UTF8.self))
        }
        let columns = [(ChunkNames.restColumn, rest), (ChunkNames.parentOffsetColumn, parentOffsets)]
        return lists + columns.compactMap { key, name in name.map { (key: key, value: $0) } }
    }

    init() {}

    init(keyValues: [(key: String, value: String)]) throws {
        func names(_ key: String) throws -> [String] {
            guard let text = keyValues.first(where: { $0.key == key })?.value else { return [] }
            return try JSONDecoder().decode([String].self, from: Data(text.utf8))
        }
        json = try names(ChunkNames.jsonColumns)
        number = try names(ChunkNames.numberColumns)
        rest = keyValues.first { $0.key == ChunkNames.restColumn }?.value
        parentOffsets = keyValues.first { $0.key == ChunkNames.parentOffsetColumn }?.value
    }
}

extension ColumnValues {
    /// No values of a type.
    init(noneOf type: PhysicalType) {
        self = switch type {
        case .boolean: .boolean([])
        case .int32: .int32([])
        case .int64, .int96: .int64([])
        case .float: .float([])
        case .double: .double([])
        case .byteArray: .byteArray(bytes: [], ends: [])
        case .fixedLenByteArray(let width): .fixed(width: width, bytes: [])
        }
    }
}
