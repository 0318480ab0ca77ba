import TestSupport
import Testing

@testable import Parquet

struct ZstdCompressionTests {
    @Test(arguments: [0, 1, 100_000])
    func contentComesBack(_ count: Int) throws {
        var compressor = try ZstdCompressor(level: 1)
        let content = (0..<count).map { UInt8(truncatingIfNeeded: $0 / 7) }
        var output: [UInt8] = [1, 2]
        try compressor.compress(content.span, into: &output)
        try compressor.compress(content.span, into: &output)
        #expect(output.starts(with: [1, 2]))
        #expect(count < 1_000 || output.count < count)
        let frames = output.span.extracting(droppingFirst: 2)
        #expect(try zstdDecompress(frames, byteCount: 2 * count) == content + content)
    }

    /// Large and small inputs in turn, of which level 1 treats large ones in its own way.
    @Test(arguments: [1, 3, 9] as [Int32]) func sizesTakeTurns(level: Int32) throws {
        var random = SeededRandom(seed: UInt64(level))
        var compressor = try ZstdCompressor(level: level)
        // Two halves of half a megabyte that no short window holds together.
        let half = (0..<600_000).map { _ in UInt8(truncatingIfNeeded: random.next()) }
        for content in [half + half, Array(half.prefix(100)), half + half, []] {
            var output: [UInt8] = []
            try compressor.compress(content.span, into: &output)
            #expect(try zstdDecompress(output.span, byteCount: content.count) == content)
            #expect(output.count <= half.count + half.count / 50)
        }
    }

    @Test(arguments: [9, 11, 0, 1 << 20])
    func anotherSizeIsRefused(_ byteCount: Int) throws {
        var compressor = try ZstdCompressor(level: 1)
        var output: [UInt8] = []
        try compressor.compress(Array("ten bytes!".utf8).span, into: &output)
        #expect(isMalformed(output, byteCount: byteCount))
        #expect(!isMalformed(output, byteCount: 10))
    }

    @Test(arguments: [[], [0], [UInt8](repeating: 0x28, count: 100)])
    func otherBytesAreRefused(_ input: [UInt8]) {
        #expect(isMalformed(input, byteCount: 10))
    }

    private func isMalformed(_ input: [UInt8], byteCount: Int) -> Bool {
        do throws(ParquetError) {
            _ = try zstdDecompress(input.span, byteCount: byteCount)
            return false
        } catch {
            if case .malformed = error { return true } else { return false }
        }
    }
}
