import Kernels
import Records

/// Moves the times of lines, in their text, so that the first line with a time is from now.
///
/// All times move by the same whole seconds: each keeps its form, its fraction and its zone, and the times of one
/// request keep their distances whatever their units. Fields at the top level of JSON objects and in logfmt lines are
/// moved; the rest of a line is not touched, and a time that cannot be read stays.
struct TimeRewriter {
    private let now: () -> Int64
    private var seconds: Int64?
    private var text = TimeTextShifter()
    private var fields: [TimeField] = []

    /// - Parameter now: the time that the first line gets, in nanoseconds since 1970-01-01 UTC; rounded down to a
    ///   whole number of seconds from the line's own time. Asked at the first line with a time.
    init(now: @escaping () -> Int64) { self.now = now }

    mutating func rewrite(_ batch: LineBatch) -> LineBatch { LineBatch(rewrite(batch.bytes)) }

    mutating func rewrite(_ bytes: [UInt8]) -> [UInt8] {
        var output: [UInt8] = []
        output.reserveCapacity(bytes.count + 64)
        var copied = 0
        var start = 0
        while start < bytes.count {
            let end = lineEnd(bytes.span, from: start)
            fields.removeAll(keepingCapacity: true)
            TimeField.find(in: bytes.span, start..<end, into: &fields)
            for field in fields {
                guard let seconds = shift(bytes.span),
                    let moved = text.shifted(bytes.span.extracting(field.value), seconds: seconds)
                else { continue }
                output += bytes[copied..<field.value.lowerBound]
                output += moved
                copied = field.value.upperBound
            }
            start = end + 1
        }
        output += bytes[copied...]
        return output
    }

    /// The seconds to move by: from the first line that has a time, known from then on.
    private mutating func shift(_ bytes: Span<UInt8>) -> Int64? {
        if let seconds { return seconds }
        guard let time = lineTime(bytes) else { return nil }
        let (distance, overflow) = now().subtractingReportingOverflow(time)
        guard !overflow else { return nil }
        let (quotient, remainder) = distance.quotientAndRemainder(dividingBy: Timestamp.nanosecondsPerSecond)
        seconds = remainder < 0 ? quotient - 1 : quotient
        return seconds
    }

    /// The time of the line in `fields`: what it calls its time, else its start.
    private mutating func lineTime(_ bytes: Span<UInt8>) -> Int64? {
        for kind in [TimeField.Kind.time, .start] {
            for field in fields where field.kind == kind {
                if let time = text.read(bytes.extracting(field.value)) { return time }
            }
        }
        return nil
    }
}
