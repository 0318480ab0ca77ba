import Kernels

/// Switches that are set while a collector runs: each lets a part of all requests through, from none to all.
///
/// ```swift
/// let flags = FeatureFlags(["checkout": 25])
/// if flags.isOn("checkout", randomness: hash) { … }      // for a quarter of all requests, always the same
/// ```
/// A flag that is not there is on. A value; a change makes another one.
public struct FeatureFlags: Sendable, Hashable {
    /// The flag of all sampling rules together. While it is off, everything is kept.
    public static let sampling = "sampling"

    /// Bytes of a name.
    private static let nameBytesMax = 128
    /// Flags in a catalog. Where there are as many, one that is on goes for a new one, which changes nothing.
    public static let countMax = 1_000

    private struct Gate: Hashable {
        /// Of the name, so that flags let unlike requests through.
        let seed: UInt64
        /// A request is let through whose mixed randomness is below.
        let bound: UInt64
    }

    private static let bits: UInt64 = 56

    private let gates: [String: Gate]

    /// - Parameter percents: by name; below 0 is as 0, above 100 as 100.
    public init(_ percents: [String: Double] = [:]) {
        gates = percents.reduce(into: [:]) { gates, flag in
            let bound = (min(max(flag.value, 0), 100) / 100 * Double(1 << Self.bits)).rounded()
            gates[flag.key] = Gate(seed: hash64(Array(flag.key.utf8).span), bound: UInt64(bound))
        }
    }

    /// Whether a flag lets a request through. Of a flag whose percentage grows, the requests that it let through before
    /// stay among them; which ones they are does not depend on other flags.
    ///
    /// - Parameter randomness: of the request, uniform in the lower 56 bits, such as W3C Trace Context's `rv`. The same
    ///   randomness has the same answer in every collector.
    public func isOn(_ flag: String, randomness: UInt64) -> Bool {
        guard let gate = gates[flag] else { return true }
        return Self.mix(randomness & (1 << Self.bits - 1) ^ gate.seed) >> (64 - Self.bits) < gate.bound
    }

    /// The finaliser of SplitMix64 (Steele, Lea and Flood 2014, "Fast Splittable Pseudorandom Number Generators"). Stable.
    private static func mix(_ word: UInt64) -> UInt64 {
        var mixed = word &+ 0x9e37_79b9_7f4a_7c15
        mixed = (mixed ^ mixed >> 30) &* 0xbf58_476d_1ce4_e5b9
        mixed = (mixed ^ mixed >> 27) &* 0x94d0_49bb_1331_11eb
        return mixed ^ mixed >> 31
    }

    /// Why a flag cannot have that name; nil if it can.
    public static func fault(ofName name: String) -> String? {
        let isName = !name.isEmpty && name.utf8.count <= nameBytesMax
            && name.utf8.allSatisfy { byte in
                switch byte {
                case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                    UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "_"), UInt8(ascii: "."):
                    true
                default: false
                }
            }
        return isName
            ? nil
            : "'\(name.prefix(nameBytesMax))' is no name of a flag: it has 1 to \(nameBytesMax) letters (a to z), digits, '-', "
                + "'_' and '.'"
    }

    /// What `on`, `off`, `25%` and `25` say, in percent; nil for anything else.
    public static func percent(_ text: String) -> Double? {
        switch text {
        case "on": return 100
        case "off": return 0
        default:
            guard let percent = Double(text.hasSuffix("%") ? text.dropLast() : text[...]), (0...100).contains(percent) else {
                return nil
            }
            return percent
        }
    }

    /// `on`, `off`, `25%`.
    public static func text(_ percent: Double) -> String {
        percent >= 100 ? "on" : percent <= 0 ? "off" : NumberText.shortest(percent) + "%"
    }
}
