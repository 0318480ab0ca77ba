import Kernels
import LogsQL
import QueryEngine
import Records
import Storage

/// The rules made ready to run over columns.
struct RuleMatcher: Sendable {
    /// Matches for a run of rows.
    struct Matches {
        /// For each row a bit for each rule about requests that it matches.
        var requestRules: [UInt64]
        /// The same of rules about records.
        var recordRules: [UInt64]
        /// For each row the number of what it would be charged to, 0 for nothing; see `RateKeys`.
        var charges: [UInt32]
    }

    let rules: [SamplingRule]
    /// Rules that any record matches.
    private let always: UInt64
    private let recordMask: UInt64
    /// Rules with a condition.
    private let conditions: [(rule: Int, filter: Filter)]
    private let rates: [(rule: Int, fields: [String])]

    init(_ rules: [SamplingRule]) {
        self.rules = rules
        func mask(_ isIn: (SamplingRule) -> Bool) -> UInt64 {
            rules.enumerated().reduce(0) { isIn($1.element) ? $0 | 1 << UInt64($1.offset) : $0 }
        }
        always = mask { $0.condition == nil }
        recordMask = mask { $0.scope == .record }
        conditions = rules.enumerated().compactMap { index, rule in rule.condition.map { (index, $0) } }
        rates = rules.enumerated().compactMap { index, rule in
            if case .rate(let limit) = rule.action { (index, limit.key) } else { nil }
        }
    }

    /// What tells rows apart for one chunk. Filters are compiled, which takes a while.
    func compiled(now: Int64) throws -> RowFilters { try RowFilters(conditions.map(\.filter), now: now) }

    /// - Throws: when a column cannot be read.
    func matches(
        _ segment: any Segment, _ rows: Range<Int>, _ filters: RowFilters, _ keys: inout RateKeys
    ) throws -> Matches {
        var all = [UInt64](repeating: always, count: rows.count)
        for (condition, found) in zip(conditions, try filters.matches(segment, rows)) {
            let bit: UInt64 = 1 << UInt64(condition.rule)
            found.forEachSet { all[$0] |= bit }
        }
        var charges = [UInt32](repeating: 0, count: rows.count)
        for rate in rates {
            let bit: UInt64 = 1 << UInt64(rate.rule)
            let columns = try rate.fields.map { try KeyColumn(segment.column($0, rows: rows)) }
            for row in charges.indices where all[row] & bit != 0 {
                charges[row] = keys.charge(charges[row], rule: rate.rule, columns, row: row)
            }
        }
        return Matches(
            requestRules: all.map { $0 & ~recordMask }, recordRules: all.map { $0 & recordMask }, charges: charges)
    }
}

/// A column of which a key is made; a dictionary's texts are read once.
struct KeyColumn {
    private let column: ColumnVector
    private let entries: [String]

    var count: Int { column.count }

    init(_ column: ColumnVector) {
        self.column = column
        if case .dictionary(_, let dictionary) = column.values {
            entries = (0..<dictionary.count).map { dictionary.text($0) }
        } else {
            entries = []
        }
    }

    /// The empty text where a row has none.
    func text(_ row: Int) -> String {
        guard case .dictionary(let codes, _) = column.values else { return column.text(row) ?? "" }
        return column.isPresent(row) ? entries[Int(codes[row])] : ""
    }
}

/// What rows are charged to: for each rule with a rate that a row matches, a key. Numbered from 1.
struct RateKeys: Sendable {
    /// The charges that a row had before this one was added, and this one.
    private(set) var charges: [(before: UInt32, rule: UInt16, key: UInt32)] = []
    /// The texts of keys, fields joined by a character that no text has.
    private(set) var keys: [String] = []
    private var keyNumbers: [String: UInt32] = [:]
    private var chargeNumbers: [Charge: UInt32] = [:]
    /// The last row's, since services come in runs.
    private var last: (charge: Charge, number: UInt32)?

    private struct Charge: Hashable {
        let before: UInt32
        let rule: UInt16
        let key: UInt32
    }

    mutating func charge(_ before: UInt32, rule: Int, _ columns: [KeyColumn], row: Int) -> UInt32 {
        let text = columns.count == 1 ? columns[0].text(row) : columns.map { $0.text(row) }.joined(separator: "\u{1f}")
        let key = number(text)
        let charge = Charge(before: before, rule: UInt16(rule), key: key)
        if let last, last.charge == charge { return last.number }
        let number = chargeNumbers[charge] ?? add(charge)
        last = (charge, number)
        return number
    }

    private mutating func number(_ text: String) -> UInt32 {
        if let number = keyNumbers[text] { return number }
        let number = UInt32(keys.count)
        keyNumbers[text] = number
        keys.append(text)
        return number
    }

    private mutating func add(_ charge: Charge) -> UInt32 {
        charges.append((charge.before, charge.rule, charge.key))
        let number = UInt32(charges.count)
        chargeNumbers[charge] = number
        return number
    }

    /// The key that a charge has for a rule; nil if it has none.
    func key(of charge: UInt32, rule: Int) -> UInt32? {
        var number = charge
        while number > 0 {
            let (before, ofRule, key) = charges[Int(number - 1)]
            if ofRule == rule { return key }
            number = before
        }
        return nil
    }

    var memoryBytes: Int { charges.count * 48 + keys.reduce(0) { $0 + $1.utf8.count * 2 + 96 } }
}
