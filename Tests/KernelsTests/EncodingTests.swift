import Kernels
import TestSupport
import Testing

/// The integer encodings against slow ones written from the format's description.
struct EncodingTests {
    @Test func varints() {
        var random = SeededRandom.seeded()
        var values: [UInt64] = [0, 1, 127, 128, 16_383, 16_384, .max]
        values += (0..<500).map { _ in random.next() >> UInt64(random.below(64)) }
        var bytes: [UInt8] = []
        for value in values { appendVarint(value, to: &bytes) }
        var position = 0
        for value in values { #expect(readVarint(bytes.span, at: &position, end: bytes.count) == value) }
        #expect(position == bytes.count)
    }

    @Test(arguments: [
        [], [0x80], [0xff, 0xff], Array(repeating: 0xff, count: 10), Array(repeating: 0xff, count: 9) + [0x02],
        Array(repeating: 0x80, count: 10) + [0x01],
    ] as [[UInt8]])
    func malformedVarint(_ bytes: [UInt8]) {
        var position = 0
        #expect(readVarint(bytes.span, at: &position, end: bytes.count) == nil)
    }

    @Test func zigzagIsAnOrderOfMagnitudes() {
        #expect([0, -1, 1, -2, 2].map(zigzag) == [0, 1, 2, 3, 4])
        for value in [Int64.min, .max, -7, 123_456_789_012] { #expect(unzigzag(zigzag(value)) == value) }
        #expect(zigzag(.min) == .max)
    }

    @Test(arguments: 0...32)
    func bitPacking(width: Int) {
        var random = SeededRandom.seeded("bitPacking(\(width))")
        for _ in 0..<40 {
            let values = Self.randomValues(random.length(below: 100), width, &random)
            var bytes: [UInt8] = [0xaa]
            appendBitPacked(values.span, width: width, to: &bytes)
            #expect(bytes == [0xaa] + Self.packed(values, width))
        }
    }

    /// Written from the format's description: value after value, lowest bit first, in groups of 8.
    private static func packed(_ values: [UInt32], _ width: Int) -> [UInt8] {
        var bytes = [UInt8](repeating: 0, count: (values.count + 7) / 8 * width)
        for (index, value) in values.enumerated() {
            for bit in 0..<width where value >> UInt32(bit) & 1 == 1 {
                bytes[(index * width + bit) / 8] |= 1 << UInt8((index * width + bit) % 8)
            }
        }
        return bytes
    }

    /// Stretches of equal and of different values.
    private static func randomValues(_ count: Int, _ width: Int, _ random: inout SeededRandom) -> [UInt32] {
        let mask = width == 32 ? UInt32.max : (1 << UInt32(width)) - 1
        var values: [UInt32] = []
        while values.count < count {
            let value = UInt32(truncatingIfNeeded: random.next()) & mask
            values += Array(repeating: value, count: random.chance(70) ? 1 : 1 + random.below(80))
        }
        return Array(values.prefix(count))
    }

    @Test(arguments: 0...32)
    func hybrid(width: Int) {
        var random = SeededRandom.seeded("hybrid(\(width))")
        for _ in 0..<40 {
            let values = Self.randomValues(random.length(below: 600), width, &random)
            var bytes: [UInt8] = [0xaa]
            appendRunLengthHybrid(values.span, width: width, to: &bytes)
            #expect(Self.unpackedHybrid(Array(bytes.dropFirst()), width, count: values.count) == values)
            var decoded: [UInt32] = [7]
            let isWhole = decodeRunLengthHybrid(
                bytes.span, 1..<bytes.count, width: width, count: values.count, into: &decoded)
            #expect(isWhole && decoded == [7] + values)
            guard width > 0, !values.isEmpty else { continue }
            // Whatever is cut off, or changed, does no harm.
            var rest: [UInt32] = []
            let end = 1 + random.below(bytes.count - 1)
            if decodeRunLengthHybrid(bytes.span, 1..<end, width: width, count: values.count, into: &rest) {
                // Only padding of the last group was cut.
                #expect(rest == values)
            }
            bytes[1 + random.below(bytes.count - 1)] = UInt8(truncatingIfNeeded: random.next())
            rest = []
            _ = decodeRunLengthHybrid(bytes.span, 1..<bytes.count, width: width, count: values.count, into: &rest)
            #expect(rest.count <= values.count)
        }
    }

    /// From the format's description, without a thought of speed.
    private static func unpackedHybrid(_ bytes: [UInt8], _ width: Int, count: Int) -> [UInt32] {
        var (values, position): ([UInt32], Int) = ([], 0)
        while values.count < count, let header = readVarint(bytes.span, at: &position, end: bytes.count) {
            if header & 1 == 0 {
                var value: UInt32 = 0
                for byte in 0..<(width + 7) / 8 { value |= UInt32(bytes[position + byte]) << UInt32(byte * 8) }
                values += Array(repeating: value, count: Int(header >> 1))
                position += (width + 7) / 8
                continue
            }
            for index in 0..<Int(header >> 1) * 8 {
                var value: UInt32 = 0
                for bit in 0..<width {
                    let place = position * 8 + index * width + bit
                    value |= UInt32(bytes[place / 8] >> UInt8(place % 8) & 1) << UInt32(bit)
                }
                values.append(value)
            }
            position += Int(header >> 1) * width
        }
        return Array(values.prefix(count))
    }

    static let integers: [[Int64]] = [
        [], [0], [.min], [.max], [.min, .max, .min, 0, -1, .max], Array(repeating: 7, count: 1_000), Array(0..<129),
        Array(0..<128), (0..<33).map { $0 * -1_000_000_007 },
    ]

    @Test func deltaBinaryPacked() {
        var random = SeededRandom.seeded()
        let cases = Self.integers + (0..<60).map { _ in Self.integers(random.length(below: 500), &random) }
        for values in cases {
            expectDeltas(
                values, append: { appendDeltaBinaryPacked($0.span, to: &$1) },
                decode: { decodeDeltaBinaryPacked($0.span, $1, count: $2, into: &$3) }, &random)
            expectDeltas(
                values.map { Int32(truncatingIfNeeded: $0) }, append: { appendDeltaBinaryPacked($0.span, to: &$1) },
                decode: { decodeDeltaBinaryPacked($0.span, $1, count: $2, into: &$3) }, &random)
        }
    }

    private static func integers(_ count: Int, _ random: inout SeededRandom) -> [Int64] {
        let shift = Int64(random.below(64))
        var last: Int64 = 1_674_984_029_000_000_000
        return (0..<count).map { _ in
            last = last &+ Int64(bitPattern: random.next()) >> shift
            return last
        }
    }

    private func expectDeltas<Value: FixedWidthInteger>(
        _ values: [Value], append: ([Value], inout [UInt8]) -> Void,
        decode: ([UInt8], Range<Int>, Int, inout [Value]) -> Int?, _ random: inout SeededRandom
    ) {
        var bytes: [UInt8] = [0xaa]
        append(values, &bytes)
        let end = bytes.count
        bytes += [1, 2, 3]
        var decoded: [Value] = [5]
        #expect(decode(bytes, 1..<bytes.count, values.count, &decoded) == end)
        #expect(decoded == [5] + values)
        for cut in Set([1, end - 1, 1 + random.below(end - 1)]) {
            var rest: [Value] = []
            #expect(decode(bytes, 1..<cut, values.count, &rest) == nil, "cut at \(cut) of \(end)")
        }
        var rest: [Value] = []
        #expect(decode(bytes, 1..<end, values.count + 1, &rest) == nil)
        bytes[1 + random.below(end - 1)] = UInt8(truncatingIfNeeded: random.next())
        rest = []
        _ = decode(bytes, 1..<end, values.count, &rest)
        #expect(rest.count <= values.count)
    }

    @Test func deltaLengthByteArrays() {
        var random = SeededRandom.seeded()
        for _ in 0..<60 {
            let all = (0..<random.length(below: 300)).map { _ in random.bytes(random.below(20)) }
            let (text, ends) = column(all)
            let from = random.below(all.count + 1)
            let part = from..<from + random.below(all.count - from + 1)
            var bytes: [UInt8] = [0xaa]
            appendDeltaLengthByteArrays(bytes: text.span, ends: ends.span, part, to: &bytes)
            let first = random.below(part.count + 1)
            let wanted = first..<first + random.below(part.count - first + 1)
            var (decoded, decodedEnds): ([UInt8], [UInt32]) = ([], [])
            let isWhole = decodeDeltaLengthByteArrays(
                bytes.span, 1..<bytes.count, count: part.count, wanted: wanted, bytes: &decoded, ends: &decodedEnds)
            #expect(isWhole && values(decoded, decodedEnds) == Array(Array(all[part])[wanted]))
            guard part.contains(where: { !all[$0].isEmpty }) else { continue }
            let complete = decodeDeltaLengthByteArrays(
                bytes.span, 1..<bytes.count - 1, count: part.count, wanted: 0..<part.count, bytes: &decoded,
                ends: &decodedEnds)
            #expect(!complete)
        }
    }

    @Test func frontCodingComesBack() {
        var random = SeededRandom.seeded()
        for _ in 0..<200 {
            var (bytes, ends): ([UInt8], [UInt32]) = ([], [])
            for _ in 0..<random.length(below: 90) {
                let start = ends.count > 1 ? Int(ends[ends.count - 2]) : 0
                bytes += bytes[start...].prefix(random.below(20)) + random.bytes(random.below(6))
                ends.append(UInt32(bytes.count))
            }
            let from = random.below(ends.count + 1)
            let range = from..<from + random.below(ends.count - from + 1)
            var encoded: [UInt8] = []
            appendDeltaByteArrays(bytes: bytes.span, ends: ends.span, range, to: &encoded)
            var (foundBytes, foundEnds): ([UInt8], [UInt32]) = ([], [])
            let isWhole = decodeDeltaByteArrays(
                encoded.span, 0..<encoded.count, count: range.count, wanted: 0..<range.count, byteLimit: 1 << 20,
                bytes: &foundBytes, ends: &foundEnds)
            let start = range.lowerBound == 0 ? 0 : Int(ends[range.lowerBound - 1])
            let end = range.isEmpty ? start : Int(ends[range.upperBound - 1])
            #expect(isWhole && foundBytes == Array(bytes[start..<end]))
            #expect(foundEnds == ends[range].map { $0 - UInt32(start) })
        }
    }

    @Test func splitStreamsComeBack() {
        var random = SeededRandom.seeded()
        for _ in 0..<50 {
            let values = (0..<random.length(below: 100)).map { _ in Double(bitPattern: random.next() >> 2) }
            var encoded: [UInt8] = []
            appendByteStreamSplit(values.span, to: &encoded)
            // The second byte of every value comes after the first of all.
            #expect(values.isEmpty || encoded[values.count] == UInt8(truncatingIfNeeded: values[0].bitPattern >> 8))
            var found: [Double] = []
            let isWhole = decodeByteStreamSplit(
                encoded.span, 0..<encoded.count, count: values.count, wanted: 0..<values.count, into: &found)
            #expect(isWhole && found == values)
        }
    }

    @Test func deltaByteArrays() {
        var random = SeededRandom.seeded()
        for _ in 0..<60 {
            var last: [UInt8] = []
            let all = (0..<random.length(below: 200)).map { _ in
                last = Array(last.prefix(random.below(last.count + 1))) + random.bytes(random.below(6))
                return last
            }
            let bytes = Self.deltaByteArrays(all)
            let (text, textEnds) = column(all)
            let from = random.below(all.count + 1)
            let part = from..<from + random.below(all.count - from + 1)
            var encoded: [UInt8] = [0xaa]
            appendDeltaByteArrays(bytes: text.span, ends: textEnds.span, part, to: &encoded)
            #expect(encoded == [0xaa] + Self.deltaByteArrays(Array(all[part])))
            let first = random.below(all.count + 1)
            let wanted = first..<first + random.below(all.count - first + 1)
            var (decoded, ends): ([UInt8], [UInt32]) = ([], [])
            let isWhole = decodeDeltaByteArrays(
                bytes.span, 0..<bytes.count, count: all.count, wanted: wanted, byteLimit: 1 << 20, bytes: &decoded,
                ends: &ends)
            #expect(isWhole && values(decoded, ends) == Array(all[wanted]))
            let total = all.reduce(0) { $0 + $1.count }
            guard total > 0 else { continue }
            let complete = decodeDeltaByteArrays(
                bytes.span, 0..<bytes.count, count: all.count, wanted: 0..<all.count, byteLimit: total - 1,
                bytes: &decoded, ends: &ends)
            #expect(!complete)
        }
    }

    @Test func byteStreamSplit() {
        var random = SeededRandom.seeded()
        for _ in 0..<20 {
            let values = (0..<random.length(below: 100)).map { _ in Double(bitPattern: random.next()) }
            var bytes: [UInt8] = [0xaa]
            appendByteStreamSplit(values.span, to: &bytes)
            let streams = (0..<8).flatMap { stream in
                values.map { UInt8(truncatingIfNeeded: $0.bitPattern >> UInt64(8 * stream)) }
            }
            #expect(bytes == [0xaa] + streams)
        }
    }

    private static func deltaByteArrays(_ values: [[UInt8]]) -> [UInt8] {
        var (prefixes, suffixes): ([Int32], [[UInt8]]) = ([], [])
        var last: [UInt8] = []
        for value in values {
            let shared = zip(last, value).prefix { $0 == $1 }.count
            prefixes.append(Int32(shared))
            suffixes.append(Array(value[shared...]))
            last = value
        }
        var bytes: [UInt8] = []
        appendDeltaBinaryPacked(prefixes.span, to: &bytes)
        let (text, ends) = column(suffixes)
        appendDeltaLengthByteArrays(bytes: text.span, ends: ends.span, 0..<ends.count, to: &bytes)
        return bytes
    }
}
