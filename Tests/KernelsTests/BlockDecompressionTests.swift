import Kernels
import TestSupport
import Testing

/// The decoders of Snappy and LZ4 blocks against encoders that choose their elements by chance, which no compressor would.
struct BlockDecompressionTests {
    enum Codec: CaseIterable {
        case snappy, lz4

        func decode(_ input: [UInt8], _ byteCount: Int) -> [UInt8]? {
            switch self {
            case .snappy: snappyDecompress(input.span, byteCount: byteCount)
            case .lz4: lz4Decompress(input.span, byteCount: byteCount)
            }
        }

        /// A block by chance, and its content.
        func block(_ random: inout SeededRandom) -> (block: [UInt8], content: [UInt8]) {
            switch self {
            case .snappy: snappyBlock(&random)
            case .lz4: lz4Block(&random)
            }
        }
    }

    @Test(arguments: Codec.allCases)
    func contentComesBack(codec: Codec) {
        var random = SeededRandom.seeded("contentComesBack(\(codec))")
        for _ in 0..<500 {
            let (block, content) = codec.block(&random)
            #expect(codec.decode(block, content.count) == content)
            #expect(codec.decode(block, content.count + 1) == nil)
            #expect(content.isEmpty || codec.decode(block, content.count - 1) == nil)
            #expect(codec.decode(block, -1) == nil)
        }
    }

    /// Damaged input gives nothing, or so many bytes as asked for; it is never read or written beyond an end.
    @Test(arguments: Codec.allCases)
    func damageDoesNoHarm(codec: Codec) {
        var random = SeededRandom.seeded("damageDoesNoHarm(\(codec))")
        var refused = 0
        for _ in 0..<5_000 {
            var (block, content) = codec.block(&random)
            guard !block.isEmpty else { continue }
            switch random.below(3) {
            case 0: block.removeLast(1 + random.below(block.count))
            case 1: block[random.below(block.count)] = UInt8(truncatingIfNeeded: random.next())
            default: block.insert(contentsOf: random.bytes(3), at: random.below(block.count))
            }
            let found = codec.decode(block, content.count)
            #expect(found == nil || found?.count == content.count)
            refused += found == nil ? 1 : 0
        }
        #expect(refused > 1_000)
    }

    /// Few bytes cannot claim much memory.
    @Test(arguments: Codec.allCases)
    func hugeClaimsAreRefused(codec: Codec) {
        #expect(codec.decode([0xff, 0xff, 0xff, 0xff, 0x0f, 0, 0], Int(UInt32.max)) == nil)
        #expect(codec.decode([], 0) == (codec == .lz4 ? [] : nil))
        #expect(codec.decode([0], 0) == [])
        #expect(codec.decode([0], 1) == nil)
    }

    @Test func knownBlocks() {
        // A literal of 5, then a copy of 10 from 5 before, by the letter of the format's description.
        let snappy: [UInt8] = [15, 4 << 2] + Array("abcde".utf8) + [9 << 2 | 2, 5, 0]
        #expect(Codec.snappy.decode(snappy, 15) == Array("abcdeabcdeabcde".utf8))
        let lz4: [UInt8] = [5 << 4 | 6] + Array("abcde".utf8) + [5, 0, 0x10, 0x7a]
        #expect(Codec.lz4.decode(lz4, 16) == Array("abcdeabcdeabcdez".utf8))
    }
}

private func copy(_ content: inout [UInt8], offset: Int, count: Int) {
    for _ in 0..<count { content.append(content[content.count - offset]) }
}

private func littleEndian(_ value: Int, _ width: Int) -> [UInt8] {
    (0..<width).map { UInt8(truncatingIfNeeded: value >> ($0 * 8)) }
}

private func snappyBlock(_ random: inout SeededRandom) -> (block: [UInt8], content: [UInt8]) {
    var (elements, content): ([UInt8], [UInt8]) = ([], [])
    for _ in 0..<random.below(30) {
        if content.isEmpty || random.chance(40) {
            let literal = random.bytes(1 + random.below(random.chance(10) ? 70_000 : 100))
            let length = literal.count - 1
            let width = length < 60 && random.chance(80) ? 0 : random.pick(length < 256 ? [1, 2, 3, 4] : length < 65_536 ? [2, 3, 4] : [3, 4])
            elements.append(UInt8(width == 0 ? length : 59 + width) << 2)
            elements += littleEndian(length, width) + literal
            content += literal
            continue
        }
        let offset = 1 + random.below(random.chance(50) ? min(20, content.count) : content.count)
        switch random.below(3) {
        case 0 where offset < 2_048:
            let count = 4 + random.below(8)
            elements += [UInt8(offset >> 8) << 5 | UInt8(count - 4) << 2 | 1, UInt8(truncatingIfNeeded: offset)]
            copy(&content, offset: offset, count: count)
        case 1 where offset < 65_536:
            let count = 1 + random.below(64)
            elements += [UInt8(count - 1) << 2 | 2] + littleEndian(offset, 2)
            copy(&content, offset: offset, count: count)
        default:
            let count = 1 + random.below(64)
            elements += [UInt8(count - 1) << 2 | 3] + littleEndian(offset, 4)
            copy(&content, offset: offset, count: count)
        }
    }
    var block: [UInt8] = []
    appendVarint(UInt64(content.count), to: &block)
    return (block + elements, content)
}

private func lz4Block(_ random: inout SeededRandom) -> (block: [UInt8], content: [UInt8]) {
    var (block, content): ([UInt8], [UInt8]) = ([], [])
    func prolonged(_ length: Int) -> [UInt8] {
        guard length >= 15 else { return [] }
        return [UInt8](repeating: 255, count: (length - 15) / 255) + [UInt8((length - 15) % 255)]
    }
    for _ in 0..<random.below(30) {
        let literals = random.bytes(random.below(random.chance(10) ? 2_000 : 30) + (content.isEmpty ? 1 : 0))
        content += literals
        let offset = 1 + random.below(min(65_535, random.chance(50) ? min(20, content.count) : content.count))
        let more = random.below(random.chance(10) ? 2_000 : 30)
        block.append(UInt8(min(15, literals.count)) << 4 | UInt8(min(15, more)))
        block += prolonged(literals.count) + literals + littleEndian(offset, 2) + prolonged(more)
        copy(&content, offset: offset, count: more + 4)
    }
    let literals = random.bytes(1 + random.below(30))
    block += [UInt8(min(15, literals.count)) << 4] + prolonged(literals.count) + literals
    return (block, content + literals)
}
