import Kernels
import TestSupport
import Testing

struct LevelsTests {
    private static func random(_ count: Int, _ greatest: UInt8, _ random: inout SeededRandom) -> [UInt8] {
        var levels: [UInt8] = []
        while levels.count < count {
            let level = UInt8(random.below(Int(greatest) + 1))
            levels += Array(repeating: level, count: random.chance(60) ? 1 : 1 + random.below(40))
        }
        return Array(levels.prefix(count))
    }

    @Test(arguments: [UInt8]([1, 2, 3, 4, 7, 8, 31, 32, 255]))
    func hybrid(greatest: UInt8) {
        var random = SeededRandom.seeded("hybrid(\(greatest))")
        for _ in 0..<100 {
            let levels = Self.random(random.length(below: 300), greatest, &random)
            var bytes: [UInt8] = [0xaa]
            let width = 8 - greatest.leadingZeroBitCount
            let words = levels.map(UInt32.init)
            appendRunLengthHybrid(words.span, width: width, to: &bytes)
            var decoded: [UInt8] = [9]
            let isWhole = decodeLevels(bytes.span, 1..<bytes.count, greatest: greatest, count: levels.count, into: &decoded)
            #expect(isWhole && decoded == [9] + levels)
            let counted = levelCount(levels.span, equalTo: greatest)
            #expect(counted == levels.count { $0 == greatest })
            // Levels above the greatest, and more than there are, are refused.
            var rest: [UInt8] = []
            if width == 8 - (greatest - 1).leadingZeroBitCount, levels.contains(greatest) {
                let lower = decodeLevels(
                    bytes.span, 1..<bytes.count, greatest: greatest - 1, count: levels.count, into: &rest)
                #expect(!lower)
            }
            let more = decodeLevels(bytes.span, 1..<bytes.count, greatest: greatest, count: levels.count + 8, into: &rest)
            #expect(!more)
        }
    }

    @Test(arguments: [UInt8]([1, 2, 3, 6, 15, 200]))
    func bitPacked(greatest: UInt8) {
        var random = SeededRandom.seeded("bitPacked(\(greatest))")
        let width = 8 - greatest.leadingZeroBitCount
        for _ in 0..<100 {
            let levels = Self.random(random.length(below: 100), greatest, &random)
            // From the description: value after value, the highest bit first.
            var bytes = [UInt8](repeating: 0, count: (levels.count * width + 7) / 8)
            for (index, level) in levels.enumerated() {
                for bit in 0..<width where level >> UInt8(width - 1 - bit) & 1 == 1 {
                    bytes[(index * width + bit) / 8] |= 0x80 >> UInt8((index * width + bit) % 8)
                }
            }
            var decoded: [UInt8] = []
            let end = decodeBitPackedLevels(
                bytes.span, 0..<bytes.count, greatest: greatest, count: levels.count, into: &decoded)
            #expect(decoded == levels && end == bytes.count)
            let more = bytes.count * 8 / width + 1
            let beyond = decodeBitPackedLevels(
                bytes.span, 0..<bytes.count, greatest: greatest, count: more, into: &decoded)
            #expect(beyond == nil)
        }
        var decoded: [UInt8] = []
        let ones: [UInt8] = [0xff]
        let above = decodeBitPackedLevels(ones.span, 0..<1, greatest: greatest, count: 1, into: &decoded)
        #expect((above == nil) == ![1, 3, 15].contains(greatest))
    }
}
