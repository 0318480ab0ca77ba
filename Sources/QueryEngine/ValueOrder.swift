import Kernels
import Records

/// The one order of values, for `sort`, `min` and `max`: the empty text (and no value), numbers by size, other texts by
/// bytes.
///
/// Equal numbers written differently come in the order of their texts; RFC 3339 times in UTC come in the order of time,
/// however many digits their fractions have.
enum OrderKey: Comparable {
    case empty
    /// The text is empty where the column keeps no texts: then it is the number's canonical one.
    case number(NumericValue, text: [UInt8])
    case text([UInt8])
    /// Stands where its text, `Timestamp.text`, would.
    case time(Int64)

    init(text: Span<UInt8>) {
        if text.count == 0 {
            self = .empty
        } else if let number = NumericValue(text) {
            self = .number(number, text: text.array)
        } else {
            self = .text(text.array)
        }
    }

    static func < (left: Self, right: Self) -> Bool { left.compare(right) < 0 }

    static func == (left: Self, right: Self) -> Bool { left.compare(right) == 0 }

    /// Negative if `self` comes first, positive if `other` does.
    func compare(_ other: Self) -> Int {
        switch (self, other) {
        case (.number(let left, let leftText), .number(let right, let rightText)):
            if left < right { return -1 }
            if right < left { return 1 }
            if leftText.isEmpty, rightText.isEmpty { return 0 }
            return compareBytes(Self.shown(left, leftText).span, Self.shown(right, rightText).span)
        case (.text(let left), .text(let right)): return Self.compare(left, right)
        case (.time(let left), .time(let right)): return left < right ? -1 : left > right ? 1 : 0
        case (.time(let left), .text(let right)): return Self.compare(Array(Timestamp.text(left).utf8), right)
        case (.text(let left), .time(let right)): return Self.compare(left, Array(Timestamp.text(right).utf8))
        default: return rank - other.rank
        }
    }

    private var rank: Int {
        switch self {
        case .empty: 0
        case .number: 1
        case .text, .time: 2
        }
    }

    /// About how much memory the key takes.
    var memoryBytes: Int {
        switch self {
        case .empty, .time: 40
        case .number(_, let text), .text(let text): 40 + text.count
        }
    }

    /// The text of the value.
    var text: String {
        switch self {
        case .empty: ""
        case .number(let number, let text): String(decoding: Self.shown(number, text), as: UTF8.self)
        case .text(let text): String(decoding: text, as: UTF8.self)
        case .time(let time): Timestamp.text(time)
        }
    }

    private static func shown(_ number: NumericValue, _ text: [UInt8]) -> [UInt8] {
        guard text.isEmpty else { return text }
        return Array((number.integer.map { String($0) } ?? NumberText.shortest(number.value)).utf8)
    }

    /// By bytes, the `Z` that ends a time left out at first: it stands after the point of a fraction.
    private static func compare(_ left: [UInt8], _ right: [UInt8]) -> Int { compare(left.span, right.span) }

    fileprivate static func compare(_ left: Span<UInt8>, _ right: Span<UInt8>) -> Int {
        let byKey = compareBytes(left.extracting(0..<keyLength(left)), right.extracting(0..<keyLength(right)))
        return byKey != 0 ? byKey : left.count - right.count
    }

    private static func keyLength(_ text: Span<UInt8>) -> Int {
        TimeText.isDateTime(text) && text[text.count - 1] == UInt8(ascii: "Z") ? text.count - 1 : text.count
    }
}

/// The values of a column by their order.
struct OrderColumn {
    private let column: ColumnVector
    /// For dictionaries, the key of each entry.
    private let entries: [OrderKey]

    init(_ column: ColumnVector) {
        self.column = column
        guard case .dictionary(_, let dictionary) = column.values else {
            entries = []
            return
        }
        let bytes = dictionary.bytes.span
        entries = (0..<dictionary.count).map { OrderKey(text: bytes.extracting(dictionary.range($0))) }
    }

    func key(_ row: Int) -> OrderKey {
        guard column.isPresent(row) else { return .empty }
        switch column.values {
        case .missing: return .empty
        case .text(let vector): return OrderKey(text: vector.bytes.span.extracting(vector.range(row)))
        case .dictionary(let codes, _): return entries[Int(codes[row])]
        case .int64(let values): return .number(NumericValue(values[row]), text: [])
        case .double(let values):
            return NumericValue(values[row]).map { .number($0, text: []) } ?? .text(Array("nan".utf8))
        case .timestamp(let values): return .time(values[row])
        case .bool, .hex:
            var text = ShownText(column)
            text.load(row)
            return OrderKey(text: text.bytes.span)
        }
    }

    /// The rows among `candidates` that do not come after `last`, which is one of those that come before.
    func rows(_ candidates: Bitmap, descending: Bool, notAfter last: OrderKey) -> Bitmap {
        if case .int64(let values) = column.values, case .number(let number, _) = last, let bound = number.integer {
            let range = descending ? bound...Int64.max : Int64.min...bound
            let found = Kernels.rows(candidates.intersection(column.validity), with: values, in: range)
            guard !descending, let validity = column.validity else { return found }
            // No value comes before all values.
            var withEmpty = candidates.subtracting(validity)
            withEmpty.formUnion(found)
            return withEmpty
        }
        return candidates.filter { row in
            let order = compare(row, last)
            return descending ? order >= 0 : order <= 0
        }
    }

    /// As `key(row).compare(other)`, without making the key where that is easy.
    @inline(__always)
    func compare(_ row: Int, _ other: OrderKey) -> Int {
        switch (column.values, other) {
        case (.int64(let values), .number(let number, _)) where column.isPresent(row):
            let own = NumericValue(values[row])
            if own < number { return -1 }
            if number < own { return 1 }
        case (.timestamp(let values), .time(let time)) where column.isPresent(row):
            return values[row] < time ? -1 : values[row] > time ? 1 : 0
        case (.text(let vector), .text(let text)) where column.isPresent(row):
            let own = vector.bytes.span.extracting(vector.range(row))
            if own.count > 0, !NumericValue.mayBeNumber(own[0]) { return OrderKey.compare(own, text.span) }
        default: break
        }
        return key(row).compare(other)
    }
}
