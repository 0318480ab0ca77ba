public import Records
import Kernels

/// Ids of requests: how they are written the same, hashed and compared.
public enum CorrelationIDs {
    /// Longer values are no ids: they are neither indexed nor followed.
    public static let bytesMax = 256

    /// The id that a value of `field` names, letters in lower case; nil when it names none.
    ///
    /// Headers that carry more than the id give just the id: `traceparent` (W3C Trace Context, section 3.2),
    /// `uber-trace-id` (Jaeger client libraries, "Trace/Span identity") and `X-Amzn-Trace-Id` (AWS X-Ray, "Tracing header").
    public static func normalise(_ text: String, field: String) -> String? {
        let lower = text.lowercased()
        guard !lower.isEmpty, lower.utf8.count <= bytesMax else { return nil }
        return compositeFields[field].map { $0(lower) ?? lower } ?? lower
    }

    /// The id in what a person typed, which may be a whole header.
    public static func normalise(typed text: String) -> String? {
        let trimmed = text.split(whereSeparator: \.isWhitespace).first.map(String.init)?.lowercased() ?? ""
        guard !trimmed.isEmpty, trimmed.utf8.count <= bytesMax else { return nil }
        return traceParent(trimmed) ?? amazonRoot(trimmed) ?? uberTrace(trimmed) ?? trimmed
    }

    /// The hash of a normalised id in the id index. Stable.
    public static func hash(_ id: String) -> UInt64 { hash64(Array(id.utf8).span) }

    /// The hash of each value of a column of `field`, 0 for one that names no id.
    ///
    /// - Parameter ends: value `i` is `bytes[ends[i - 1] ..< ends[i]]`.
    public static func hashes(bytes: [UInt8], ends: [UInt32], field: String) -> [UInt64] {
        if isPlain(bytes, field: field) {
            return hashes64(bytes: bytes.span, ends: ends.span, lengthMax: bytesMax)
        }
        var start = 0
        return ends.map { end in
            defer { start = Int(end) }
            let text = String(decoding: bytes[start..<Int(end)], as: UTF8.self)
            return normalise(text, field: field).map(hash) ?? 0
        }
    }

    /// Whether values of `field` are ids as they stand.
    static func isPlain(_ bytes: [UInt8], field: String) -> Bool { compositeFields[field] == nil && !hasCapitals(bytes.span) }

    /// The rows of a column of `field` that have a normalised id.
    public static func rows(with id: String, in column: ColumnVector, field: String) -> [Int] {
        guard compositeFields[field] != nil else { return column.rows(equalIgnoringCase: id) }
        return (0..<column.count).filter { row in
            column.text(row).flatMap { normalise($0, field: field) } == id
        }
    }

    private static let compositeFields: [String: @Sendable (String) -> String?] = [
        "traceparent": traceParent, "uber-trace-id": uberTrace, "x-amzn-trace-id": amazonRoot,
    ]

    /// `00-<32 hex>-<16 hex>-<2 hex>`.
    private static func traceParent(_ text: String) -> String? {
        let parts = text.split(separator: "-", omittingEmptySubsequences: false)
        guard parts.count >= 4, parts[0].utf8.count == 2, parts[1].utf8.count == 32, parts[2].utf8.count == 16,
            parts[1].utf8.allSatisfy(isHex)
        else { return nil }
        return String(parts[1])
    }

    /// `<trace>:<span>:<parent>:<flags>`; zeros at the start of the trace id may be left out.
    private static func uberTrace(_ text: String) -> String? {
        let parts = text.split(separator: ":", omittingEmptySubsequences: false)
        guard parts.count == 4, 1...32 ~= parts[0].utf8.count, parts[0].utf8.allSatisfy(isHex) else { return nil }
        let width = parts[0].utf8.count <= 16 ? 16 : 32
        return String(repeating: "0", count: width - parts[0].utf8.count) + parts[0]
    }

    /// `Root=1-<8 hex>-<24 hex>;Parent=…;Sampled=…`.
    private static func amazonRoot(_ text: String) -> String? {
        let root = text.split(separator: ";").first { $0.hasPrefix("root=") }
        return root.map { String($0.dropFirst(5)) }
    }

    private static func isHex(_ byte: UInt8) -> Bool {
        UInt8(ascii: "0")...UInt8(ascii: "9") ~= byte || UInt8(ascii: "a")...UInt8(ascii: "f") ~= byte
    }
}
