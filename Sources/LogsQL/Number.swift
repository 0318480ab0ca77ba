/// A number as LogsQL writes it: `-12.5`, `1_000`, `1e9`, `10KiB`, `1.5s`, `inf` (VictoriaLogs, LogsQL, "Numeric values").
///
/// Queries and field values use the same forms, so that `size:>10KiB` finds `12KB`. Durations count in nanoseconds, sizes in bytes.
public struct Number: Sendable, Hashable {
    /// The value, rounded to the nearest double; may be infinite, never NaN.
    public let value: Double
    /// The exact value, if it is a whole number of 64 bits.
    public let integer: Int64?

    /// Nil if `text` is no number, or too large for a double.
    public init?(_ text: String) {
        guard case .number(let number) = Number.read(text) else { return nil }
        self = number
    }

    private init(_ value: Double, integer: Int64? = nil) {
        self.value = value
        self.integer = integer
    }

    enum Reading { case number(Number), outOfRange, notANumber }

    static func read(_ text: String) -> Reading {
        let bytes = Array(text.utf8)
        // Most texts that are compared are no numbers: turn them away at their first byte.
        guard let first = bytes.first, (0x2B...0x39).contains(first) || first | 0x20 == UInt8(ascii: "i") else {
            return .notANumber
        }
        var cursor = DecimalScanner(bytes: bytes)
        let negative = cursor.sign()
        let start = cursor.position
        guard let decimal = cursor.decimal() else { return infinity(bytes[start...], negative) }
        if cursor.atEnd { return plain(decimal, bytes, negative) }
        if isExponent(bytes[cursor.position...]) { return byStandardLibrary(bytes) }
        if let unit = sizes[String(decoding: bytes[cursor.position...], as: UTF8.self)] {
            return size(decimal, unit: unit, bytes[..<cursor.position], negative)
        }
        return duration(bytes)
    }

    private static func infinity(_ bytes: ArraySlice<UInt8>, _ negative: Bool) -> Reading {
        let text = String(decoding: bytes, as: UTF8.self).lowercased()
        guard text == "inf" || text == "infinity" else { return .notANumber }
        return .number(Number(negative ? -.infinity : .infinity))
    }

    private static func plain(_ decimal: DecimalScanner.Decimal, _ bytes: [UInt8], _ negative: Bool) -> Reading {
        // Both operands are exact, so the quotient is correctly rounded (Clinger 1990).
        guard decimal.exact, decimal.mantissa < 1 << 53 else { return byStandardLibrary(bytes, whole: decimal, negative) }
        var divisor = 1.0
        for _ in 0..<decimal.scale { divisor *= 10 }
        let value = Double(decimal.mantissa) / divisor
        return .number(Number(negative ? -value : value, integer: whole(decimal, unit: 1, negative)))
    }

    private static func byStandardLibrary(
        _ bytes: [UInt8], whole decimal: DecimalScanner.Decimal? = nil, _ negative: Bool = false
    ) -> Reading {
        let text = String(decoding: bytes.filter { $0 != UInt8(ascii: "_") }, as: UTF8.self)
        guard let value = Double(text) else { return .notANumber }
        guard value.isFinite else { return .outOfRange }
        let integer = decimal.map { whole($0, unit: 1, negative) } ?? Int64(exactly: value)
        return .number(Number(value, integer: integer))
    }

    private static func isExponent(_ rest: ArraySlice<UInt8>) -> Bool {
        guard let first = rest.first, first | 0x20 == UInt8(ascii: "e") else { return false }
        var digits = rest.dropFirst()
        if digits.first == UInt8(ascii: "-") || digits.first == UInt8(ascii: "+") { digits = digits.dropFirst() }
        return !digits.isEmpty && digits.allSatisfy { $0 &- UInt8(ascii: "0") <= 9 }
    }

    private static func size(
        _ decimal: DecimalScanner.Decimal, unit: UInt64, _ digits: ArraySlice<UInt8>, _ negative: Bool
    ) -> Reading {
        if let integer = whole(decimal, unit: unit, negative) { return .number(Number(Double(integer), integer: integer)) }
        guard case .number(let number) = plain(decimal, Array(digits), negative) else { return .outOfRange }
        let value = number.value * Double(unit)
        return value.isFinite ? .number(Number(value)) : .outOfRange
    }

    private static func duration(_ bytes: [UInt8]) -> Reading {
        switch DurationText.read(bytes) {
        case .nanoseconds(let nanoseconds): .number(Number(Double(nanoseconds), integer: nanoseconds))
        case .outOfRange: .outOfRange
        case .notADuration: .notANumber
        }
    }

    /// The exact product, if it is a whole number of 64 bits.
    private static func whole(_ decimal: DecimalScanner.Decimal, unit: UInt64, _ negative: Bool) -> Int64? {
        guard let magnitude = decimal.scaled(by: unit), decimal.isWhole(times: unit) else { return nil }
        if negative { return magnitude <= UInt64(Int64.max) + 1 ? Int64(truncatingIfNeeded: 0 &- magnitude) : nil }
        return Int64(exactly: magnitude)
    }

    private static let sizes: [String: UInt64] = [
        "B": 1, "K": 1_000, "KB": 1_000, "M": 1_000_000, "MB": 1_000_000, "G": 1_000_000_000, "GB": 1_000_000_000,
        "T": 1_000_000_000_000, "TB": 1_000_000_000_000,
        "Ki": 1 << 10, "KiB": 1 << 10, "Mi": 1 << 20, "MiB": 1 << 20, "Gi": 1 << 30, "GiB": 1 << 30,
        "Ti": 1 << 40, "TiB": 1 << 40,
    ]
}

extension DecimalScanner.Decimal {
    /// Whether `value * unit` has no fraction.
    func isWhole(times unit: UInt64) -> Bool {
        var divisor: UInt64 = 1
        for _ in 0..<scale { divisor *= 10 }
        let product = mantissa.multipliedFullWidth(by: unit)
        return product.high < divisor && divisor.dividingFullWidth(product).remainder == 0
    }
}
