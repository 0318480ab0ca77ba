import Kernels
import Testing

@testable import Parquet

/// What pyarrow, polars and DuckDB compress is in `VarietyTests`; here is what they do not write.
struct GzipDecompressionTests {
    /// A member that holds its content as it is (RFC 1952; RFC 1951, section 3.2.4).
    private func member(_ content: [UInt8]) -> [UInt8] {
        func littleEndian(_ value: UInt32, _ count: Int) -> [UInt8] {
            (0..<count).map { UInt8(truncatingIfNeeded: value >> UInt32($0 * 8)) }
        }
        let length = UInt32(content.count)
        return [0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 0xff, 1] + littleEndian(length, 2) + littleEndian(~length, 2) + content
            + littleEndian(crc32(content.span), 4) + littleEndian(length, 4)
    }

    private func decompress(_ input: [UInt8], _ byteCount: Int) throws -> [UInt8] {
        try gzipDecompress(input.span, byteCount: byteCount)
    }

    private let content = Array("what was stored".utf8)

    @Test func membersFollowOneAnother() throws {
        let members = member(content) + member([]) + member(content)
        #expect(try decompress(members, content.count * 2) == content + content)
        #expect(try decompress(member([]), 0) == [])
    }

    @Test func anotherSizeIsRefused() {
        let member = member(content)
        for count in [0, content.count - 1, content.count + 1, 10_000] {
            #expect(throws: ParquetError.self) { try decompress(member, count) }
        }
        // More than any 38 bytes could be.
        #expect(throws: ParquetError.self) { try decompress(member, 1 << 30) }
    }

    @Test func damageIsRefused() {
        let whole = member(content)
        for end in 0..<whole.count {
            #expect(throws: ParquetError.self) { try decompress(Array(whole[..<end]), content.count) }
        }
        for index in 11..<whole.count {
            var damaged = whole
            damaged[index] ^= 4
            #expect(throws: ParquetError.self) { try decompress(damaged, content.count) }
        }
    }
}
