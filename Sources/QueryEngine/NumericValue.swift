import Kernels
import LogsQL
import Records
import Storage

/// A value read as a number, by the rules of `LogsQL.Number`.
struct NumericValue: Comparable {
    /// Never NaN.
    let value: Double
    /// The exact value, if it is a whole number of 64 bits.
    let integer: Int64?

    init(_ integer: Int64) {
        value = Double(integer)
        self.integer = integer
    }

    /// Nil for NaN.
    init?(_ value: Double) {
        guard !value.isNaN else { return nil }
        self.value = value
        integer = Int64(exactly: value)
    }

    init(_ number: Number) {
        value = number.value
        integer = number.integer
    }

    /// The number that `text` writes. Plain integers and short decimals are read in place.
    init?(_ text: Span<UInt8>) {
        guard text.count > 0, Self.mayBeNumber(text[0]) else { return nil }
        if let plain = Self.plain(text) {
            self = plain
        } else {
            guard text.count <= 400, let number = Number(text.string) else { return nil }
            self.init(number)
        }
    }

    /// Whether a number can begin with this byte.
    @inline(__always)
    static func mayBeNumber(_ first: UInt8) -> Bool { first &- 0x2B < 15 || first | 0x20 == UInt8(ascii: "i") }

    /// `-12`, `3.25`: at most 15 digits, so that mantissa and divisor are exact and the quotient is rounded once.
    private static func plain(_ text: Span<UInt8>) -> NumericValue? {
        let negative = text[0] == UInt8(ascii: "-")
        var index = negative ? 1 : 0
        var (mantissa, digits, scale): (Int64, Int, Int?) = (0, 0, nil)
        while index < text.count {
            let digit = text[index] &- UInt8(ascii: "0")
            if digit <= 9 {
                mantissa = mantissa &* 10 &+ Int64(digit)
                digits += 1
                scale = scale.map { $0 + 1 }
                guard digits <= 15 else { return nil }
            } else {
                guard text[index] == UInt8(ascii: "."), scale == nil else { return nil }
                scale = 0
            }
            index += 1
        }
        guard digits > 0, scale != 0 else { return nil }
        if negative { mantissa = -mantissa }
        guard let scale else { return NumericValue(mantissa) }
        if mantissa == 0 { return NumericValue(0) }
        return NumericValue(Double(mantissa) / powersOfTen[scale])
    }

    private static let powersOfTen: [Double] = (0...15).map { exponent in
        (0..<exponent).reduce(1.0) { power, _ in power * 10 }
    }

    /// Whether it is greater than all 64-bit integers, or less. Near them, doubles do not tell numbers apart:
    /// `Double(Int64.max)` is 2^63.
    private var isAboveIntegers: Bool { integer == nil && value >= 0x1p63 }
    private var isBelowIntegers: Bool { integer == nil && value <= -0x1p63 }

    static func < (left: Self, right: Self) -> Bool {
        switch (left.integer, right.integer) {
        case (let a?, let b?): a < b
        case (nil, nil): left.value < right.value
        case (_?, nil): right.isAboveIntegers || !right.isBelowIntegers && left.value < right.value
        case (nil, _?): left.isBelowIntegers || !left.isAboveIntegers && left.value < right.value
        }
    }

    static func == (left: Self, right: Self) -> Bool {
        switch (left.integer, right.integer) {
        case (let a?, let b?): a == b
        case (nil, nil): left.value == right.value
        default:
            left.value == right.value && !(left.isAboveIntegers || left.isBelowIntegers)
                && !(right.isAboveIntegers || right.isBelowIntegers)
        }
    }
}

extension ColumnRange {
    var ends: (low: NumericValue, high: NumericValue)? {
        switch self {
        case .integers(let range): return (NumericValue(range.lowerBound), NumericValue(range.upperBound))
        case .doubles(let range):
            guard let low = NumericValue(range.lowerBound), let high = NumericValue(range.upperBound) else { return nil }
            return (low, high)
        }
    }
}

/// The values of a column as numbers, each distinct text read once.
struct NumericColumn {
    private enum Values {
        case none
        case int64([Int64])
        case double([Double])
        case text(TextVector)
        case coded([UInt32], [NumericValue?])
    }

    private let values: Values

    init(_ column: ColumnVector) {
        switch column.values {
        case .missing, .bool, .timestamp: values = .none
        case .int64(let numbers): values = .int64(numbers)
        case .double(let numbers): values = .double(numbers)
        case .text(let vector): values = .text(vector)
        case .dictionary(let codes, let dictionary):
            let bytes = dictionary.bytes.span
            values = .coded(
                codes, (0..<dictionary.count).map { NumericValue(bytes.extracting(dictionary.range($0))) })
        case .hex:
            var shown = ShownText(column)
            values = .coded(
                (0..<UInt32(column.count)).map { $0 },
                (0..<column.count).map { row in
                    shown.load(row)
                    return NumericValue(shown.bytes.span)
                })
        }
    }

    /// - Parameter row: one that has a value.
    @inline(__always)
    subscript(row: Int) -> NumericValue? {
        switch values {
        case .none: nil
        case .int64(let numbers): NumericValue(numbers[row])
        case .double(let numbers): NumericValue(numbers[row])
        case .text(let vector): NumericValue(vector.bytes.span.extracting(vector.range(row)))
        case .coded(let codes, let entries): entries[Int(codes[row])]
        }
    }
}
