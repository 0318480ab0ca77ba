/// 56 random bits of a request, the same wherever they are asked for, and the thresholds that they are held against
/// (OpenTelemetry, "TraceState: Probability Sampling", and W3C Trace Context level 2, "random-trace-id flag").
///
/// A request stays where its randomness is not below the threshold, so a share `p` of all requests has a threshold of
/// `(1 - p) * 2^56`, and of two thresholds the lower one keeps all that the higher one keeps.
enum Randomness {
    /// One more than any.
    static let end: UInt64 = 1 << 56
    static let mask = end - 1

    /// The threshold for a share above 0 and up to 1.
    static func threshold(probability: Double) -> UInt64 {
        min(mask, end - min(end, UInt64((probability * Double(end)).rounded())))
    }

    /// How many requests one stands for that stays at a threshold.
    static func weight(threshold: UInt64) -> Double { Double(end) / Double(end - min(threshold, mask)) }

    /// The last 56 bits of a trace id.
    static func ofTraceID(low: UInt64) -> UInt64 { low & mask }

    /// Spreads a number over all of 64 bits (the finaliser of SplitMix64).
    static func mixed(_ number: UInt64) -> UInt64 {
        var mixed = number &+ 0x9e37_79b9_7f4a_7c15
        mixed = (mixed ^ mixed >> 30) &* 0xbf58_476d_1ce4_e5b9
        mixed = (mixed ^ mixed >> 27) &* 0x94d0_49bb_1331_11eb
        return mixed ^ mixed >> 31
    }
}

/// What W3C `tracestate` says of sampling in its member `ot`: `ot=th:c;rv:0123456789abcd`.
struct TraceState: Equatable {
    /// `rv`: explicit randomness, 14 hexadecimal digits.
    private(set) var randomness: UInt64?
    /// `th`: the threshold at which a span was kept, 1 to 14 hexadecimal digits, zeros at the end left out.
    private(set) var threshold: UInt64?

    init(_ text: String) {
        for member in text.split(separator: ",") {
            let parts = member.split(separator: "=", maxSplits: 1).map { $0.filter { $0 != " " && $0 != "\t" } }
            guard parts.count == 2, parts[0] == "ot" else { continue }
            for field in parts[1].split(separator: ";") {
                if field.hasPrefix("rv:") { randomness = Self.number(field.dropFirst(3), digits: 14...14) }
                if field.hasPrefix("th:") { threshold = Self.number(field.dropFirst(3), digits: 1...14) }
            }
        }
    }

    /// Digits that are left out at the end are zeros.
    private static func number(_ text: Substring, digits: ClosedRange<Int>) -> UInt64? {
        let isHex = text.utf8.allSatisfy { byte in
            UInt8(ascii: "0")...UInt8(ascii: "9") ~= byte || UInt8(ascii: "a")...UInt8(ascii: "f") ~= byte
        }
        guard digits.contains(text.utf8.count), isHex else { return nil }
        return UInt64(text, radix: 16).map { $0 << UInt64(4 * (14 - text.utf8.count)) }
    }
}

/// What the randomness of a request is taken from: of several the one that comes first, so that it does not matter which
/// records are seen.
struct RandomnessSource: Comparable {
    /// Explicit, then trace ids, then other ids.
    private let rank: UInt8
    private let order: (UInt64, UInt64)
    let randomness: UInt64

    /// `rv` of `tracestate`.
    init(explicit randomness: UInt64) {
        (rank, order, self.randomness) = (0, (randomness, 0), randomness)
    }

    /// A trace id of 16 bytes.
    init(traceID high: UInt64, _ low: UInt64) {
        (rank, order, randomness) = (1, (high, low), Randomness.ofTraceID(low: low))
    }

    /// Any other id, by its hash. The order has nothing to do with the randomness, or several ids would bias it.
    init(idHash: UInt64) {
        (rank, order, randomness) = (2, (Randomness.mixed(idHash), 0), idHash & Randomness.mask)
    }

    static func < (left: Self, right: Self) -> Bool { (left.rank, left.order.0, left.order.1) < (right.rank, right.order.0, right.order.1) }
    static func == (left: Self, right: Self) -> Bool { !(left < right) && !(right < left) }
}
