/// Durations as LogsQL writes them: `5m`, `1h33m55s`, `1.5d` (VictoriaLogs, LogsQL, "Duration values").
public enum DurationText {
    /// Nanoseconds of `text`: one or more of a decimal number and a unit (`ns`, `µs` or `us`, `ms`, `s`, `m`, `h`, `d`, `w`, `y` = 365 days),
    /// after an optional sign. Nil for anything else, and beyond ±292 years.
    public static func nanoseconds(_ text: String) -> Int64? {
        guard case .nanoseconds(let nanoseconds) = read(Array(text.utf8)) else { return nil }
        return nanoseconds
    }

    enum Reading { case nanoseconds(Int64), outOfRange, notADuration }

    static func read(_ bytes: [UInt8]) -> Reading {
        var cursor = DecimalScanner(bytes: bytes)
        let negative = cursor.sign()
        var total: UInt64? = 0
        repeat {
            guard let decimal = cursor.decimal(), let unit = unit(&cursor) else { return .notADuration }
            total = total.flatMap { sum in decimal.scaled(by: unit).flatMap { sum.adding($0, max: UInt64(Int64.max)) } }
        } while !cursor.atEnd
        guard let total else { return .outOfRange }
        return .nanoseconds(negative ? -Int64(total) : Int64(total))
    }

    private static func unit(_ cursor: inout DecimalScanner) -> UInt64? {
        for (name, nanoseconds) in units where cursor.skip(name) { return nanoseconds }
        return nil
    }

    /// Longer names first, so that `ms` is not read as `m`.
    private static let units: [(name: [UInt8], nanoseconds: UInt64)] = [
        ("ns", 1), ("\u{B5}s", 1_000), ("\u{3BC}s", 1_000), ("us", 1_000), ("ms", 1_000_000), ("s", 1_000_000_000),
        ("m", 60_000_000_000), ("h", 3_600_000_000_000), ("d", 86_400_000_000_000),
        ("w", 604_800_000_000_000), ("y", 31_536_000_000_000_000),
    ].map { (Array($0.0.utf8), $0.1) }
}

extension UInt64 {
    /// The sum, nil beyond `max`.
    fileprivate func adding(_ other: UInt64, max: UInt64) -> UInt64? {
        let (sum, overflow) = addingReportingOverflow(other)
        return overflow || sum > max ? nil : sum
    }
}

/// Reads unsigned decimal numbers off the front of bytes. `_` between digits is skipped.
struct DecimalScanner {
    let bytes: [UInt8]
    private(set) var position = 0

    /// `mantissa / 10^scale`; `exact` is false if digits beyond the nineteenth were dropped.
    struct Decimal {
        var mantissa: UInt64 = 0
        var scale = 0
        var exact = true

        /// The value times `unit`, cut to a whole number; nil beyond 64 bits.
        func scaled(by unit: UInt64) -> UInt64? {
            guard exact, scale <= 19 else { return nil }
            var divisor: UInt64 = 1
            for _ in 0..<scale { divisor *= 10 }
            let product = mantissa.multipliedFullWidth(by: unit)
            guard product.high < divisor else { return nil }
            return divisor.dividingFullWidth(product).quotient
        }
    }

    init(bytes: [UInt8]) { self.bytes = bytes }

    var atEnd: Bool { position == bytes.count }

    /// Skips a sign; whether it was a minus.
    mutating func sign() -> Bool {
        if skip([UInt8(ascii: "-")]) { return true }
        _ = skip([UInt8(ascii: "+")])
        return false
    }

    mutating func skip(_ text: [UInt8]) -> Bool {
        guard bytes[position...].starts(with: text) else { return false }
        position += text.count
        return true
    }

    /// `12`, `1_000.25`, `.5`; nil, without moving, if there is no number.
    mutating func decimal() -> Decimal? {
        let start = position
        var decimal = Decimal()
        let whole = digits(into: &decimal, fraction: false)
        if position < bytes.count, bytes[position] == UInt8(ascii: ".") {
            position += 1
            guard digits(into: &decimal, fraction: true) > 0 else {
                position = start
                return nil
            }
        } else if whole == 0 {
            return nil
        }
        return decimal
    }

    /// Reads digits; how many there were.
    private mutating func digits(into decimal: inout Decimal, fraction: Bool) -> Int {
        var count = 0
        while position < bytes.count {
            let digit = bytes[position] &- UInt8(ascii: "0")
            if digit <= 9 {
                append(digit, to: &decimal, fraction: fraction)
                count += 1
            } else if bytes[position] != UInt8(ascii: "_") || count == 0 {
                break
            }
            position += 1
        }
        return count
    }

    private func append(_ digit: UInt8, to decimal: inout Decimal, fraction: Bool) {
        let (product, overflow) = decimal.mantissa.multipliedReportingOverflow(by: 10)
        let (sum, carry) = product.addingReportingOverflow(UInt64(digit))
        guard !overflow, !carry, decimal.scale < 19 else {
            decimal.exact = decimal.exact && fraction && digit == 0
            return
        }
        decimal.mantissa = sum
        decimal.scale += fraction ? 1 : 0
    }
}
