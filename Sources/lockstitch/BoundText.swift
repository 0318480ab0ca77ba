import Foundation
import Kernels
import Parquet
import Records

/// A bound of a column's statistics as people write such values.
enum BoundText {
    /// - Parameter bytes: the value in PLAIN encoding without length.
    static func text(_ bytes: [UInt8], _ type: PhysicalType, _ logicalType: LogicalType?) -> String {
        switch type {
        case .boolean where bytes.count == 1: bytes[0] == 0 ? "false" : "true"
        case .int32 where bytes.count == 4: integer(Int64(Int32(truncatingIfNeeded: bytes.littleEndian)), logicalType)
        case .int64 where bytes.count == 8: integer(Int64(bitPattern: bytes.littleEndian), logicalType)
        case .float where bytes.count == 4: "\(Float(bitPattern: UInt32(truncatingIfNeeded: bytes.littleEndian)))"
        case .double where bytes.count == 8: "\(Double(bitPattern: bytes.littleEndian))"
        default: self.bytes(bytes, logicalType)
        }
    }

    private static func integer(_ value: Int64, _ logicalType: LogicalType?) -> String {
        switch logicalType {
        case .integer(64, isSigned: false): "\(UInt64(bitPattern: value))"
        case .integer(_, isSigned: false): "\(UInt32(truncatingIfNeeded: value))"
        case .timestamp(let unit, _): time(value, unit).map { Timestamp.text($0) } ?? "\(value)"
        case .date: time(value, 86_400 * Timestamp.nanosecondsPerSecond).map { Timestamp.day($0) } ?? "\(value)"
        case .time(let unit, _): time(value, unit).map { String(Timestamp.text($0).dropFirst(11).dropLast()) } ?? "\(value)"
        case .decimal(_, let scale): decimal("\(value.magnitude)", isNegative: value < 0, scale)
        default: "\(value)"
        }
    }

    private static func time(_ value: Int64, _ unit: LogicalType.TimeUnit) -> Int64? {
        switch unit {
        case .milliseconds: time(value, 1_000_000)
        case .microseconds: time(value, 1_000)
        case .nanoseconds: value
        }
    }

    private static func time(_ value: Int64, _ nanoseconds: Int64) -> Int64? {
        let (product, overflow) = value.multipliedReportingOverflow(by: nanoseconds)
        return overflow ? nil : product
    }

    /// Puts the point into decimal digits.
    private static func decimal(_ digits: String, isNegative: Bool, _ scale: Int) -> String {
        let sign = isNegative ? "-" : ""
        guard (1...100).contains(scale) else { return sign + digits }
        let padded = String(repeating: "0", count: max(0, scale + 1 - digits.count)) + digits
        return "\(sign)\(padded.dropLast(scale)).\(padded.suffix(scale))"
    }

    private static func bytes(_ bytes: [UInt8], _ logicalType: LogicalType?) -> String {
        switch logicalType {
        case .string, .json, .enumeration:
            return String(decoding: bytes, as: UTF8.self)
        case .uuid where bytes.count == 16:
            return String(decoding: uuidTexts(bytes), as: UTF8.self)
        case .decimal(_, let scale) where bytes.count <= 8 && !bytes.isEmpty:
            let sign: Int64 = bytes[0] >> 7 == 1 ? -1 : 0
            let value = bytes.reduce(sign) { $0 << 8 | Int64($1) }
            return decimal("\(value.magnitude)", isNegative: value < 0, scale)
        default:
            return Hex.text(bytes)
        }
    }
}
