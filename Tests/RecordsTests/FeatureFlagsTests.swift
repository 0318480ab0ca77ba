import Records
import TestSupport
import Testing

@Suite struct FeatureFlagsTests {
    private func randomness(_ count: Int) -> [UInt64] {
        var random = SeededRandom(seed: 56)
        return (0..<count).map { _ in random.next() >> 8 }
    }

    @Test func aFlagThatIsNotThereIsOn() {
        #expect(FeatureFlags().isOn("x", randomness: 0))
        #expect(FeatureFlags(["x": 0]).isOn("y", randomness: 0))
    }

    @Test func onAndOffHoldForAll() {
        let flags = FeatureFlags(["on": 100, "off": 0])
        for word in randomness(1_000) + [0, 1 << 56 - 1, .max] {
            #expect(flags.isOn("on", randomness: word))
            #expect(!flags.isOn("off", randomness: word))
        }
    }

    @Test(arguments: [0.1, 1, 10, 25, 50, 99] as [Double])
    func letsThroughItsPart(percent: Double) {
        let words = randomness(200_000)
        let count = Double(words.count { FeatureFlags(["f": percent]).isOn("f", randomness: $0) })
        let (expected, part) = (Double(words.count) * percent / 100, percent / 100)
        // Five standard deviations.
        #expect(abs(count - expected) <= 5 * (Double(words.count) * part * (1 - part)).squareRoot())
    }

    @Test func growingOnlyAdds() {
        for word in randomness(2_000) {
            let isOn = [0, 0.5, 3, 25, 50, 75, 99.5, 100].map { FeatureFlags(["f": $0]).isOn("f", randomness: word) }
            #expect(isOn == isOn.sorted { !$0 && $1 })
        }
    }

    /// Of two flags at a half each, a quarter of the requests is let through by both, whatever their names and however the
    /// randomness is spread.
    @Test(arguments: [("a", "b"), ("rule-1", "rule-2"), ("sampling", "sampling.x")])
    func flagsLetUnlikeRequestsThrough(one: String, other: String) {
        let flags = FeatureFlags([one: 50, other: 50])
        for words in [randomness(40_000), (0..<40_000).map { UInt64($0) }] {
            let both = words.count { flags.isOn(one, randomness: $0) && flags.isOn(other, randomness: $0) }
            #expect(abs(both - 10_000) <= 450, "\(both)")
        }
    }

    /// Collectors of different versions agree.
    @Test func decisionsAreStable() {
        let flags = FeatureFlags(["checkout": 50])
        let decisions = (0..<32).map { flags.isOn("checkout", randomness: $0 &* 0x9e_3779_b97f_4a7c) ? "1" : "0" }
        #expect(decisions.joined() == "10011110010010110111010110101011")
    }

    @Test func bitsAboveTheLower56DoNotMatter() {
        let flags = FeatureFlags(["f": 50])
        for word in randomness(500) { #expect(flags.isOn("f", randomness: word) == flags.isOn("f", randomness: word | 0xab << 56)) }
    }

    @Test func names() {
        for name in ["a", "drop-health.v2_X", "0", String(repeating: "n", count: 128)] {
            #expect(FeatureFlags.fault(ofName: name) == nil)
        }
        for name in ["", "a b", "a/b", "größe", "a\n", String(repeating: "n", count: 129)] {
            #expect(FeatureFlags.fault(ofName: name) != nil)
        }
    }

    @Test func values() {
        for (text, percent) in [("on", 100), ("off", 0), ("25%", 25), ("25", 25), ("0.5%", 0.5), ("0", 0), ("100%", 100)] {
            #expect(FeatureFlags.percent(text) == percent, "\(text)")
        }
        for text in ["", "%", "ON", "-1%", "100.1", "nan", "inf", "5%%", "1 %", "half"] {
            #expect(FeatureFlags.percent(text) == nil, "\(text)")
        }
        #expect([100, 0, 25, 0.5].map { FeatureFlags.text($0) } == ["on", "off", "25%", "0.5%"])
    }
}
