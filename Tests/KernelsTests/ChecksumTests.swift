@testable import Kernels
import TestSupport
import Testing

struct ChecksumTests {
    private let check = Array("123456789".utf8)

    @Test func knownVectors() {
        #expect(crc32(check.span) == 0xcbf4_3926)
        #expect(crc32c(check.span) == 0xe306_9283)
        #expect(crc32([UInt8]().span) == 0)
        #expect(crc32c([UInt8]().span) == 0)
        // RFC 3720, section B.4.
        #expect(crc32c([UInt8](repeating: 0, count: 32).span) == 0x8a91_36aa)
        #expect(crc32c([UInt8](repeating: 0xff, count: 32).span) == 0x62a8_ab43)
        #expect(crc32c([UInt8](0..<32).span) == 0x46dd_794e)
    }

    @Test func fastWaysAgreeWithBitByBit() {
        var random = SeededRandom.seeded()
        for _ in 0..<400 {
            let bytes = random.bytes(random.length(below: 600))
            let naive = bitByBit(bytes, polynomial: 0xedb8_8320)
            #expect(crc32(bytes.span) == naive)
            #expect(crc32Portable(bytes.span) == naive)
            #expect(crc32c(bytes.span) == bitByBit(bytes, polynomial: 0x82f6_3b78))
            let cut = random.below(bytes.count + 1)
            let (head, tail) = (Array(bytes[..<cut]), Array(bytes[cut...]))
            #expect(crc32(tail.span, seed: crc32(head.span)) == naive)
            #expect(crc32c(tail.span, seed: crc32c(head.span)) == crc32c(bytes.span))
        }
    }

    private func bitByBit(_ bytes: [UInt8], polynomial: UInt32) -> UInt32 {
        var state = UInt32.max
        for byte in bytes {
            state ^= UInt32(byte)
            for _ in 0..<8 { state = state >> 1 ^ (state & 1 == 1 ? polynomial : 0) }
        }
        return ~state
    }
}
