import Foundation
import QueryEngine

/// The header `X-Lockstitch-Estimated` of an answer that was estimated from rows that sampling kept:
/// `kept=1200; stands_for=10350.5; error=known; kept_only=max(size),u`.
public struct EstimateHeader: Sendable, Hashable {
    public static let name = "X-Lockstitch-Estimated"
    /// More results than that are not named, but for an ellipsis.
    static let namesMax = 20

    /// The rows that were kept.
    public let keptRows: Int
    /// How many rows those stand for.
    public let standsFor: Double
    /// Whether results have errors.
    public let isErrorKnown: Bool
    /// The results that were computed from the kept rows alone, not estimated.
    public let ofKeptRows: [String]

    init(_ estimate: SampleEstimate) {
        keptRows = estimate.keptRows
        standsFor = estimate.standsFor
        isErrorKnown = estimate.isErrorKnown
        ofKeptRows = estimate.ofKeptRows
    }

    /// Nil if `value` is no such header's.
    public init?(_ value: String) {
        var fields: [Substring: Substring] = [:]
        for part in value.split(separator: "; ") {
            let pair = part.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            if pair.count == 2 { fields[pair[0]] = pair[1] }
        }
        guard let kept = fields["kept"].flatMap({ Int($0) }), let standsFor = fields["stands_for"].flatMap({ Double($0) })
        else { return nil }
        keptRows = kept
        self.standsFor = standsFor
        isErrorKnown = fields["error"] == "known"
        ofKeptRows = (fields["kept_only"] ?? "").split(separator: ",").map { $0.removingPercentEncoding ?? String($0) }
    }

    var value: String {
        let named = ofKeptRows.prefix(Self.namesMax) + (ofKeptRows.count > Self.namesMax ? ["…"] : [])
        let names = named.map { name in
            name.addingPercentEncoding(withAllowedCharacters: Self.bareCharacters) ?? "?"
        }
        return "kept=\(keptRows); stands_for=\(standsFor); error=\(isErrorKnown ? "known" : "unknown")"
            + (names.isEmpty ? "" : "; kept_only=\(names.joined(separator: ","))")
    }

    private static let bareCharacters = CharacterSet(
        charactersIn: "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-.()*")

    /// What to tell a person, a line each.
    public var lines: [String] {
        let percent = standsFor > 0 ? 100 * Double(keptRows) / standsFor : 100
        let shown = percent >= 10 ? String(format: "%.0f", percent) : String(format: "%.2g", percent)
        let error = isErrorKnown ? "± is one standard error" : "the error is not known: the sample has too many requests"
        var lines = ["estimated from a sample: \(shown) % of the rows it stands for were kept; \(error)"]
        if !ofKeptRows.isEmpty { lines.append("of the kept rows alone: \(ofKeptRows.joined(separator: ", "))") }
        return lines
    }
}
