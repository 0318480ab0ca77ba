import Kernels
import TestSupport

@testable import Parquet

/// A value as tests compare it.
enum Cell: Equatable {
    case null
    case bool(Bool)
    case integer(Int64)
    case unsigned(UInt64)
    case float(Float)
    case double(Double)
    case bytes([UInt8])

    var bytes: [UInt8]? { if case .bytes(let bytes) = self { bytes } else { nil } }

    /// As scripts/python/parquet_values.py prints it.
    var json: String {
        switch self {
        case .null: "null"
        case .bool(let value): "\"\(value)\""
        case .integer(let value): "\"\(value)\""
        case .unsigned(let value): "\"\(value)\""
        case .float(let value): "\"\(hex(value.bitPattern))\""
        case .double(let value): "\"\(hex(value.bitPattern))\""
        case .bytes(let value): "\"\(hex(value))\""
        }
    }
}

func hex(_ bytes: [UInt8]) -> String {
    let digits = Array("0123456789abcdef".utf8)
    return String(decoding: bytes.flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] }, as: UTF8.self)
}

private func hex<Value: FixedWidthInteger>(_ bits: Value) -> String {
    hex((0..<Value.bitWidth / 8).reversed().map { UInt8(truncatingIfNeeded: bits >> Value($0 * 8)) })
}

/// A column's schema and cells.
struct TestColumn {
    let schema: ColumnSchema
    let cells: [Cell]

    init(
        _ name: String, _ type: PhysicalType, _ logicalType: LogicalType?, isOptional: Bool = true, _ cells: [Cell]
    ) {
        schema = ColumnSchema(name: name, type: type, logicalType: logicalType, isOptional: isOptional)
        self.cells = cells
    }

    init(_ name: String, _ type: PhysicalType, isOptional: Bool = true, _ cells: [Cell]) {
        self.init(name, type, nil, isOptional: isOptional, cells)
    }

    /// The cells as the writer takes them.
    var column: Column {
        var validity = Bitmap(repeating: false, count: cells.count)
        for (index, cell) in cells.enumerated() { validity[index] = cell != .null }
        return Column(values: values, validity: validity.popcount == cells.count ? nil : validity)
    }

    private var values: ColumnValues {
        switch schema.type {
        case .boolean: .boolean(cells.compactMap { if case .bool(let value) = $0 { value } else { nil } })
        case .int32: .int32(integers.map { Int32(truncatingIfNeeded: $0) })
        case .int64, .int96: .int64(integers)
        case .float: .float(cells.compactMap { if case .float(let value) = $0 { value } else { nil } })
        case .double: .double(cells.compactMap { if case .double(let value) = $0 { value } else { nil } })
        case .byteArray: byteArrays
        case .fixedLenByteArray(let width): .fixed(width: width, bytes: byteValues.flatMap(\.self))
        }
    }

    private var integers: [Int64] {
        cells.compactMap { cell in
            switch cell {
            case .integer(let value): value
            case .unsigned(let value): Int64(truncatingIfNeeded: value)
            default: nil
            }
        }
    }

    private var byteValues: [[UInt8]] {
        cells.compactMap { cell in
            // A DECIMAL, the highest byte first.
            if case .integer(let value) = cell { return (0..<8).reversed().map { UInt8(truncatingIfNeeded: value >> Int64($0 * 8)) } }
            return cell.bytes
        }
    }

    private var byteArrays: ColumnValues {
        var bytes: [UInt8] = []
        var ends: [UInt32] = []
        for value in byteValues {
            bytes += value
            ends.append(UInt32(bytes.count))
        }
        return .byteArray(bytes: bytes, ends: ends)
    }
}

/// Columns of every type and of the shapes that choose every encoding.
func randomColumns(rowCount: Int, _ random: inout SeededRandom) -> [TestColumn] {
    var time: Int64 = 1_700_000_000_000_000_000
    let nullShares: [Double] = [0, 0.1, 0.9]
    let nullShare = nullShares.randomElement(using: &random) ?? 0
    func cells(_ make: (inout SeededRandom) -> Cell) -> [Cell] {
        (0..<rowCount).map { _ in Double.random(in: 0..<1, using: &random) < nullShare ? .null : make(&random) }
    }
    func required(_ make: (inout SeededRandom) -> Cell) -> [Cell] { (0..<rowCount).map { _ in make(&random) } }
    return [
        TestColumn("time", .int64, .timestamp(unit: .nanoseconds, isAdjustedToUTC: true), isOptional: false, required {
            time += Int64.random(in: 0..<1_000_000, using: &$0)
            return .integer(time)
        }),
        TestColumn("wide", .int64, cells { .integer(.random(in: .min ... .max, using: &$0)) }),
        TestColumn("status", .int64, isOptional: false, required { .integer(.random(in: 200..<220, using: &$0)) }),
        TestColumn("unsigned", .int64, .integer(bitWidth: 64, isSigned: false), cells {
            .unsigned(.random(in: 0 ... .max, using: &$0))
        }),
        TestColumn("small", .int32, cells { .integer(.random(in: -5_000..<5_000, using: &$0)) }),
        TestColumn("unsigned32", .int32, .integer(bitWidth: 32, isSigned: false), cells {
            .unsigned(.random(in: 0...UInt64(UInt32.max), using: &$0))
        }),
        TestColumn("flag", .boolean, cells { .bool(.random(using: &$0)) }),
        TestColumn("steady", .boolean, isOptional: false, required { _ in .bool(true) }),
        TestColumn("ratio", .double, cells { .double(.random(in: -1e300..<1e300, using: &$0)) }),
        TestColumn("odd", .double, cells {
            .double(oddDoubles.randomElement(using: &$0) ?? 0)
        }),
        TestColumn("zero", .float, cells { .float([0.0, -0.0].randomElement(using: &$0) ?? 0) }),
        TestColumn("level", .byteArray, .string, cells {
            .bytes(Array((["info", "error", "", "warn"].randomElement(using: &$0) ?? "").utf8))
        }),
        TestColumn("message", .byteArray, .string, cells { .bytes(randomText(&$0)) }),
        TestColumn("raw", .byteArray, cells { .bytes(randomBytes(&$0)) }),
        TestColumn("token", .fixedLenByteArray(8), cells { random in
            .bytes((0..<8).map { _ in .random(in: 0...255, using: &random) })
        }),
        TestColumn("id", .fixedLenByteArray(16), .uuid, isOptional: false, required { random in
            .bytes((0..<16).map { _ in .random(in: 0...255, using: &random) })
        }),
        TestColumn("nothing", .byteArray, .string, [Cell](repeating: .null, count: rowCount)),
        TestColumn("no number", .int64, [Cell](repeating: .null, count: rowCount)),
        TestColumn("path", .byteArray, .string, cells {
            .bytes(Array("/var/log/containers/pod-größe/\(time / 1_000_000)/\($0.below(1 << 30))".utf8))
        }),
        TestColumn("gauge", .double, cells { .double(20 + .random(in: 0..<1, using: &$0)) }),
        TestColumn("weight", .float, cells { .float(.random(in: 1..<2, using: &$0)) }),
        // DuckDB reads these as microseconds.
        TestColumn("int96", .int96, cells { .integer(.random(in: -4_000_000_000_000_000...4_000_000_000_000_000, using: &$0) * 1_000) }),
        TestColumn("day", .int32, .date, cells { .integer(.random(in: -20_000..<40_000, using: &$0)) }),
        TestColumn("clock ms", .int32, .time(unit: .milliseconds, isAdjustedToUTC: false), cells {
            .integer(.random(in: 0..<86_400_000, using: &$0))
        }),
        TestColumn("clock us", .int64, .time(unit: .microseconds, isAdjustedToUTC: false), cells {
            .integer(.random(in: 0..<86_400_000_000, using: &$0))
        }),
        TestColumn("decimal32", .int32, .decimal(precision: 9, scale: 2), cells {
            .integer(.random(in: -999_999_999...999_999_999, using: &$0))
        }),
        TestColumn("decimal64", .int64, .decimal(precision: 18, scale: 4), cells {
            .integer(.random(in: -999_999...999_999, using: &$0))
        }),
        TestColumn("decimal bytes", .fixedLenByteArray(8), .decimal(precision: 17, scale: 0), cells {
            .integer(.random(in: -99_999_999_999...99_999_999_999, using: &$0))
        }),
        TestColumn("half", .fixedLenByteArray(2), .float16, cells { .bytes([0, .random(in: 0x30..<0x40, using: &$0)]) }),
        TestColumn("kind", .byteArray, .enumeration, cells { .bytes(Array((["a", "b"].randomElement(using: &$0) ?? "").utf8)) }),
    ]
}

private let oddDoubles: [Double] = [0, -0.0, .infinity, -.infinity, .nan, .leastNonzeroMagnitude]

/// Words from a few, so that many values share a long start, with characters of one to four bytes.
private func randomText(_ random: inout SeededRandom) -> [UInt8] {
    let words = [
        "request ", "größe ", "日本語 ", "🧵🪡 ", "a", "request timed out after ", "\u{10ffff}", "\u{d7ff}",
    ]
    let count = Int.random(in: 0..<20, using: &random)
    return (0..<count).flatMap { _ in Array((words.randomElement(using: &random) ?? "").utf8) }
}

/// Short and long values that differ late, and in zeros at their end.
private func randomBytes(_ random: inout SeededRandom) -> [UInt8] {
    let byte: UInt8 = [0, 7, 0xfe].randomElement(using: &random) ?? 0
    let start = [UInt8](repeating: byte, count: .random(in: 0..<70, using: &random))
    return start + (0..<Int.random(in: 0..<4, using: &random)).map { _ in .random(in: 0...255, using: &random) }
}
