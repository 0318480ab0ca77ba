import Kernels
import LogsQL
import Records

extension StatsBucket {
    /// The times of the bucket that `time` falls into, ends included, cut off at the ends of 64 bits.
    ///
    /// - Returns: nil for a size that is no length of time.
    func times(around time: Int64) -> (start: Int64, range: ClosedRange<Int64>)? {
        switch self {
        case .number(let size, let offset):
            guard let size = Int64(exactly: size), let offset = Int64(exactly: offset), size > 0 else { return nil }
            return Self.fixed(time, size, offset)
        case .duration(let nanoseconds, let offset): return Self.fixed(time, nanoseconds, offset)
        case .month(let offset): return Self.calendar(time, offset, months: 1)
        case .year(let offset): return Self.calendar(time, offset, months: 12)
        }
    }

    /// Whether all times of a minute fall into one bucket.
    var isOfWholeMinutes: Bool {
        let minute: Int64 = 60_000_000_000
        switch self {
        case .number(let size, let offset):
            guard let size = Int64(exactly: size), let offset = Int64(exactly: offset), size > 0 else { return false }
            return size % minute == 0 && offset % minute == 0
        case .duration(let nanoseconds, let offset): return nanoseconds % minute == 0 && offset % minute == 0
        case .month(let offset), .year(let offset): return offset % minute == 0
        }
    }

    private static func fixed(_ time: Int64, _ size: Int64, _ offset: Int64) -> (Int64, ClosedRange<Int64>) {
        let shifted = Int128(time) - Int128(offset)
        let remainder = shifted % Int128(size)
        let start = shifted - (remainder < 0 ? remainder + Int128(size) : remainder) + Int128(offset)
        return bounds(start, start + Int128(size))
    }

    private static func calendar(_ time: Int64, _ offset: Int64, months: Int64) -> (Int64, ClosedRange<Int64>) {
        let shifted = Int64(clamping: Int128(time) - Int128(offset))
        let text = Timestamp.day(shifted).utf8.map { Int64($0) - 48 }
        let year = text[0] * 1_000 + text[1] * 100 + text[2] * 10 + text[3]
        let month = months == 12 ? 1 : text[5] * 10 + text[6]
        let last = month - 1 + months
        let end = TimeReader.daysSinceEpoch(year: year + last / 12, month: last % 12 + 1, day: 1)
        let start = TimeReader.daysSinceEpoch(year: year, month: month, day: 1)
        return bounds(
            Int128(start) * 86_400_000_000_000 + Int128(offset), Int128(end) * 86_400_000_000_000 + Int128(offset))
    }

    private static func bounds(_ start: Int128, _ end: Int128) -> (Int64, ClosedRange<Int64>) {
        let first = Int64(clamping: start)
        return (first, first...max(first, Int64(clamping: end - 1)))
    }

    /// Where the bucket of a number starts, as text; nil for a month or a year, and for what is not finite.
    func start(of number: NumericValue) -> String? {
        switch self {
        case .number(let size, let offset):
            let start = ((number.value - offset) / size).rounded(.down) * size + offset
            return start.isFinite ? NumberText.shortest(start) : nil
        case .duration(let nanoseconds, let offset):
            guard let integer = number.integer else {
                return StatsBucket.number(size: Double(nanoseconds), offset: Double(offset)).start(of: number)
            }
            return String(Self.fixed(integer, nanoseconds, offset).0)
        case .month, .year: return nil
        }
    }
}
