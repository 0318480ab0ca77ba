import Testing

@testable import Sampling

/// Thresholds and `tracestate` as OpenTelemetry has them ("TraceState: Probability Sampling").
@Suite struct RandomnessTests {
    @Test(arguments: [
        (1.0, UInt64(0)), (0.5, 0x80_0000_0000_0000), (0.25, 0xc0_0000_0000_0000), (0.1, 0xe6_6666_6666_6666),
        (0.01, 0xfd_70a3_d70a_3d71),
    ])
    func thresholds(probability: Double, threshold: UInt64) {
        // A Double has 53 bits, a threshold 56.
        #expect(abs(Int64(Randomness.threshold(probability: probability)) - Int64(threshold)) <= 8)
        #expect(abs(Randomness.weight(threshold: Randomness.threshold(probability: probability)) - 1 / probability) < 1e-9)
    }

    @Test func theLeastProbabilityKeepsSomething() {
        #expect(Randomness.threshold(probability: .leastNonzeroMagnitude) == Randomness.mask)
        #expect(Randomness.weight(threshold: Randomness.mask) == Double(Randomness.end))
    }

    @Test(arguments: [
        ("ot=th:c", nil, UInt64(0xc0_0000_0000_0000)), ("ot=th:0", nil, 0), ("ot=rv:6e6d1a75832a2f", 0x6e_6d1a_7583_2a2f, nil),
        ("vendor=a:b, ot=th:fd70a;rv:ffffffffffffff ,x=y", 0xff_ffff_ffff_ffff, 0xfd_70a0_0000_0000),
        ("ot=rv:12", nil, nil), ("ot=th:123456789abcdef", nil, nil), ("ot=th:", nil, nil), ("ot=th:C", nil, nil),
        ("other=th:c", nil, nil), ("", nil, nil), ("ot", nil, nil), ("=;:,", nil, nil),
    ] as [(String, UInt64?, UInt64?)])
    func traceStates(text: String, randomness: UInt64?, threshold: UInt64?) {
        let state = TraceState(text)
        #expect(state.randomness == randomness && state.threshold == threshold)
    }

    @Test func aRequestTakesItsRandomnessFromWhatSaysMost() {
        let explicit = RandomnessSource(explicit: 5)
        let trace = RandomnessSource(traceID: 1, 0xab_cdef_0123_4567_89)
        let other = RandomnessSource(idHash: 7)
        #expect([other, trace, explicit].min()?.randomness == 5)
        #expect([other, trace].min()?.randomness == 0xcd_ef01_2345_6789)
        #expect([RandomnessSource(traceID: 2, 1), trace].min()?.randomness == trace.randomness)
    }
}
