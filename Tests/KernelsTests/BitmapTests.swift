import Kernels
import TestSupport
import Testing

/// `Bitmap` and `BitBuffer` against arrays of flags.
struct BitmapTests {
    private func flags(_ words: [UInt64], _ count: Int) -> [Bool] {
        (0..<count).map { words[$0 / 64] >> UInt64($0 % 64) & 1 == 1 }
    }

    @Test func bitmap() {
        var random = SeededRandom.seeded()
        for _ in 0..<100 {
            let count = random.length(below: 300)
            let a = (0..<count).map { _ in random.chance(30) }
            let b = (0..<count).map { _ in random.chance(30) }
            let words = (0..<(count + 63) / 64).map { _ in random.next() }
            let other = Bitmap(words: packedFlags(b.span, 0..<count), count: count)
            var map = Bitmap(repeating: random.chance(50), count: count)
            for index in 0..<count { map[index] = a[index] }
            #expect((0..<count).map { map[$0] } == a)
            #expect(map.popcount == a.count { $0 })
            #expect(map.isEmpty == !a.contains(true))
            var set: [Int] = []
            map.forEachSet { set.append($0) }
            #expect(set == a.indices.filter { a[$0] })
            var both = map
            both.formIntersection(other)
            #expect((0..<count).map { both[$0] } == zip(a, b).map { $0 && $1 })
            var either = map
            either.formUnion(other)
            #expect((0..<count).map { either[$0] } == zip(a, b).map { $0 || $1 })
            map.invert()
            #expect((0..<count).map { map[$0] } == a.map { !$0 })
            #expect(map.popcount == a.count { !$0 })
            #expect(Bitmap(words: words, count: count).popcount == flags(words, count).count { $0 })
        }
    }

    @Test func bitBuffer() {
        var random = SeededRandom.seeded()
        for _ in 0..<60 {
            var buffer = BitBuffer()
            var expected: [Bool] = []
            for _ in 0..<random.below(12) {
                let count = random.length(below: 200)
                let words = (0..<4).map { _ in random.next() }
                switch random.below(3) {
                case 0:
                    let bit = random.chance(50)
                    buffer.append(repeating: bit, count: count)
                    expected += Array(repeating: bit, count: count)
                case 1:
                    let from = random.below(257)
                    let range = from..<from + random.below(257 - from)
                    buffer.append(words.span, range)
                    expected += flags(words, 256)[range]
                default:
                    let bytes = random.bytes(1 + (count + 7) / 8)
                    let isWhole = buffer.appendPacked(bytes.span, from: 1, count: count)
                    #expect(isWhole)
                    expected += (0..<count).map { bytes[1 + $0 / 8] >> UInt8($0 % 8) & 1 == 1 }
                    let isTooMuch = !buffer.appendPacked(bytes.span, from: 1, count: (bytes.count - 1) * 8 + 1)
                    #expect(isTooMuch)
                }
                #expect(buffer.count == expected.count)
                #expect(flags(buffer.words, buffer.count) == expected)
            }
            expectRanges(buffer.words, expected, &random)
        }
    }

    private func expectRanges(_ words: [UInt64], _ expected: [Bool], _ random: inout SeededRandom) {
        let from = random.below(expected.count + 1)
        let range = from..<from + random.below(expected.count - from + 1)
        #expect(popcount(words.span, range) == expected[range].count { $0 })
        var bytes: [UInt8] = []
        appendBits(words.span, range, to: &bytes)
        #expect(bytes.count == (range.count + 7) / 8)
        let bits: [Bool] = (0..<bytes.count * 8).map { bytes[$0 / 8] >> UInt8($0 % 8) & 1 == 1 }
        let padding = [Bool](repeating: false, count: bits.count - range.count)
        #expect(bits == Array(expected[range]) + padding)
        var appended: [Bool] = [true]
        appendFlags(words.span, range, to: &appended)
        #expect(appended == [true] + Array(expected[range]))
        #expect(flags(packedFlags(expected.span, range), range.count) == Array(expected[range]))
    }

    @Test func bitBufferFromHybrid() {
        var random = SeededRandom.seeded()
        for _ in 0..<100 {
            var expected: [Bool] = []
            for _ in 0..<random.below(6) {
                if random.chance(50) {
                    expected += [Bool](repeating: random.chance(50), count: random.below(200))
                } else {
                    for _ in 0..<random.below(100) { expected.append(random.chance(50)) }
                }
            }
            let numbers: [UInt32] = expected.map { $0 ? 1 : 0 }
            var bytes: [UInt8] = []
            appendRunLengthHybrid(numbers.span, width: 1, to: &bytes)
            var buffer = BitBuffer()
            buffer.append(repeating: true, count: 5)
            let isWhole = buffer.decodeRunLengthHybrid(bytes.span, 0..<bytes.count, count: expected.count)
            #expect(isWhole)
            #expect(flags(buffer.words, buffer.count) == Array(repeating: true, count: 5) + expected)
            let isTooMuch = !buffer.decodeRunLengthHybrid(bytes.span, 0..<bytes.count, count: expected.count + 9)
            #expect(isTooMuch)
        }
    }
}
