public import Kernels

/// Text of a run of rows: row `r` is `bytes[starts[r]..<ends[r]]`.
///
/// Rows may share bytes, and their order need not be that of `bytes`.
public struct TextVector: Sendable {
    public let bytes: [UInt8]
    public let starts: [UInt32]
    public let ends: [UInt32]

    public init(bytes: [UInt8], starts: [UInt32], ends: [UInt32]) {
        precondition(starts.count == ends.count)
        self.bytes = bytes
        self.starts = starts
        self.ends = ends
    }

    public var count: Int { starts.count }

    @inlinable
    public func range(_ row: Int) -> Range<Int> { Int(starts[row])..<Int(ends[row]) }

    public func text(_ row: Int) -> String { String(decoding: bytes[range(row)], as: UTF8.self) }
}

/// The values of one field for a run of rows, dense: index `r` is row `r` of the run.
///
/// This is what the query engine computes on, whether the rows come from the memtable or from a chunk.
/// Where `validity` is 0 the row has no such field, and what stands in `values` there means nothing.
public struct ColumnVector: Sendable {
    public enum Values: Sendable {
        /// No row has the field.
        case missing
        case text(TextVector)
        /// Row `r` has entry `codes[r]` of `dictionary`.
        case dictionary(codes: [UInt32], dictionary: TextVector)
        case int64([Int64])
        /// Shown as the shortest text that reads back as the same value.
        case double([Double])
        case bool([Bool])
        /// Lower-case hexadecimal text of `2 * width` digits, kept as `width` bytes a row.
        case hex(width: Int, bytes: [UInt8])
        /// Nanoseconds since 1970-01-01 UTC, shown as RFC 3339.
        case timestamp([Int64])
    }

    public let values: Values
    /// How one value is shown: a single kind.
    public let kind: ValueKinds
    /// One bit a row, 1 where the row has a value; nil when all have.
    public let validity: Bitmap?
    public let count: Int

    public init(values: Values, kind: ValueKinds, validity: Bitmap?, count: Int) {
        self.values = values
        self.kind = kind
        self.validity = validity
        self.count = count
    }

    public static func missing(count: Int) -> ColumnVector {
        ColumnVector(values: .missing, kind: .string, validity: nil, count: count)
    }

    /// Whether row `r` has a value.
    @inlinable
    public func isPresent(_ row: Int) -> Bool {
        if case .missing = values { return false }
        return validity.map { $0[row] } ?? true
    }

    /// The text of row `r`, or nil where it has no value.
    public func text(_ row: Int) -> String? {
        guard isPresent(row) else { return nil }
        switch values {
        case .missing: return nil
        case .text(let vector): return vector.text(row)
        case .dictionary(let codes, let dictionary): return dictionary.text(Int(codes[row]))
        case .int64(let values): return String(values[row])
        case .double(let values): return NumberText.shortest(values[row])
        case .bool(let values): return values[row] ? "true" : "false"
        case .hex(let width, let bytes): return Hex.text(bytes[row * width..<(row + 1) * width])
        case .timestamp(let values): return Timestamp.text(values[row])
        }
    }

    /// The value of row `r` as shown, or nil where it has none.
    public func value(_ row: Int) -> FieldValue? {
        text(row).map { FieldValue($0, kind: kind) }
    }
}
