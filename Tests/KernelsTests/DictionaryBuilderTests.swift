import Kernels
import TestSupport
import Testing

struct DictionaryBuilderTests {
    private static let unlimited = DictionaryLimits(bytesMax: .max, entriesPer256Max: 256)

    /// Values of which many repeat, and which have much in common.
    private static func randomValues(_ random: inout SeededRandom) -> [[UInt8]] {
        let distinct = (0...random.below(3_000)).map { _ in
            let tail = random.bytes(random.below(12))
            return random.chance(50) ? Array("a prefix of some length ".utf8) + tail : tail
        }
        return (0..<random.length(below: 6_000)).map { _ in distinct[random.below(distinct.count)] }
    }

    private static func naive(_ values: [[UInt8]]) -> (entries: [[UInt8]], codes: [UInt32]) {
        var (numbers, entries, codes): ([[UInt8]: UInt32], [[UInt8]], [UInt32]) = ([:], [], [])
        for value in values {
            if numbers[value] == nil {
                numbers[value] = UInt32(entries.count)
                entries.append(value)
            }
            codes.append(numbers[value] ?? 0)
        }
        return (entries, codes)
    }

    @Test func byteArrays() throws {
        var random = SeededRandom.seeded()
        for _ in 0..<20 {
            let all = Self.randomValues(&random)
            let (bytes, ends) = column(all)
            var codes: [UInt32] = [9]
            let dictionary = buildDictionary(bytes: bytes.span, ends: ends.span, limits: Self.unlimited, codes: &codes)
            let built = try #require(dictionary)
            let expected = Self.naive(all)
            #expect(values(built.bytes, built.ends) == expected.entries)
            #expect(codes == expected.codes)
            #expect(greatestCode(codes.span) == UInt32(max(0, expected.entries.count - 1)))
            var (again, againEnds): ([UInt8], [UInt32]) = ([], [])
            let isWhole = appendEntries(
                codes.span, entryBytes: built.bytes.span, entryEnds: built.ends.span, byteLimit: bytes.count,
                bytes: &again, ends: &againEnds)
            #expect(isWhole && again == bytes && againEnds == ends)
            var stamps = [UInt32](repeating: 0, count: expected.entries.count)
            let part = Array(codes.prefix(random.below(codes.count + 1)))
            #expect(Set(distinctCodes(part.span, stamps: &stamps, stamp: 1)) == Set(part))
        }
    }

    @Test(arguments: [1, 4, 7, 8, 16])
    func fixedWidth(width: Int) throws {
        var random = SeededRandom.seeded("fixedWidth(\(width))")
        let distinct = (0..<1_500).map { _ in random.bytes(width) }
        let all = (0..<4_000).map { _ in distinct[random.below(distinct.count)] }
        var codes: [UInt32] = []
        let bytes = all.flatMap { $0 }
        let dictionary = buildDictionary(fixed: bytes.span, width: width, limits: Self.unlimited, codes: &codes)
        let built = try #require(dictionary)
        let expected = Self.naive(all)
        #expect(built == expected.entries.flatMap { $0 })
        #expect(codes == expected.codes)
    }

    @Test func onlyEmptyValues() throws {
        var codes: [UInt32] = []
        let (bytes, ends): ([UInt8], [UInt32]) = ([], [0, 0, 0])
        let dictionary = buildDictionary(bytes: bytes.span, ends: ends.span, limits: Self.unlimited, codes: &codes)
        let built = try #require(dictionary)
        #expect(built.ends == [0] && built.bytes == [] && codes == [0, 0, 0])
    }

    @Test func limits() {
        let distinct = column((0..<5_000).map { Array("value \($0)".utf8) })
        var codes: [UInt32] = []
        let tooMany = buildDictionary(
            bytes: distinct.bytes.span, ends: distinct.ends.span, limits: DictionaryLimits(), codes: &codes)
        #expect(tooMany?.ends == nil)
        let few = column((0..<1_000).map { Array("value \($0)".utf8) })
        let tooLong = buildDictionary(
            bytes: few.bytes.span, ends: few.ends.span, limits: DictionaryLimits(bytesMax: few.bytes.count - 1),
            codes: &codes)
        #expect(tooLong?.ends == nil)
    }
}
