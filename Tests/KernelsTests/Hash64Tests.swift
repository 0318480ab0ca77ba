import Kernels
import TestSupport
import Testing

/// The hash stands in files: none of these numbers may ever change.
struct Hash64Tests {
    /// The hash of bytes 1, 2, 3 …, computed by an independent program from the formula in Hash64.swift.
    static let pinned: [(Int, UInt64)] = [
        (0, 0x889c_930b_c581_a949),
        (1, 0x68df_91ca_abca_8faf),
        (2, 0x55b5_4dfa_d53e_f459),
        (3, 0xaa1a_7c93_57e7_1365),
        (4, 0x6a23_2869_7219_75da),
        (7, 0xa38b_9e17_d3cd_8bf0),
        (8, 0xee3a_5a0e_d46a_6501),
        (9, 0xff23_187c_f64c_c64d),
        (15, 0x18ef_7923_7f8d_1666),
        (16, 0x3daf_83b2_36b6_efa9),
        (17, 0x783d_fd1b_1472_da79),
        (31, 0x453f_a0cd_ea7e_80e5),
        (32, 0x4ce1_97c8_02e5_9c4b),
        (33, 0x3e54_cbdb_fe46_515b),
        (100, 0x7508_42fe_1c4d_ca36),
    ]

    @Test(arguments: pinned)
    func stable(count: Int, hash: UInt64) {
        #expect(hash64([UInt8](1..<UInt8(count + 1)).span) == hash)
    }

    /// One flipped bit changes each bit of the hash in about half of the cases.
    @Test func avalanche() {
        var random = SeededRandom.seeded()
        for count in [1, 3, 4, 8, 12, 16, 17, 32, 100] {
            var changes = [Int](repeating: 0, count: 64)
            let rounds = 2_000
            for _ in 0..<rounds {
                var bytes = random.bytes(count)
                let before = hash64(bytes.span)
                bytes[random.below(count)] ^= 1 << UInt8(random.below(8))
                let changed = before ^ hash64(bytes.span)
                for bit in 0..<64 where changed >> UInt64(bit) & 1 == 1 { changes[bit] += 1 }
            }
            // Eight standard deviations.
            #expect(changes.allSatisfy { abs($0 - rounds / 2) < 180 }, "\(count) bytes: \(changes)")
        }
    }

    @Test func lengthCounts() {
        let hashes = (0...64).map { hash64([UInt8](repeating: 0, count: $0).span) }
        #expect(Set(hashes).count == hashes.count)
    }

    /// Vectors of the xxHash project and of its Python binding.
    @Test func xxHash64Vectors() {
        #expect(xxHash64([UInt8]().span) == 0xef46_db37_51d8_e999)
        #expect(xxHash64(Array("a".utf8).span) == 0xd24e_c4f1_a98c_6e5b)
        #expect(xxHash64(Array("abc".utf8).span) == 0x44bc_2cf5_ad77_0999)
        #expect(xxHash64(Array("Nobody inspects the spammish repetition".utf8).span) == 0xfbce_a83c_8a37_8bf1)
    }

    @Test func bloomFilterForgetsNothing() throws {
        var random = SeededRandom.seeded()
        let present = (0..<5_000).map { _ in random.bytes(16) }
        var bloom = SplitBlockBloom(byteCount: SplitBlockBloom.byteCount(distinctCount: present.count))
        let text = column(present)
        bloom.insert(bytes: text.bytes.span, ends: text.ends.span)
        var fixed = SplitBlockBloom(byteCount: bloom.byteCount)
        fixed.insert(fixed: text.bytes.span, width: 16)
        #expect(fixed == bloom)
        var bytes: [UInt8] = []
        bloom.appendBytes(to: &bytes)
        let stored = SplitBlockBloom(bytes: bytes.span)
        let read = try #require(stored)
        #expect(read == bloom)
        #expect(present.allSatisfy { read.mayContain(hash: xxHash64($0.span)) })
        let falsePositives = (0..<20_000).count { _ in read.mayContain(hash: random.next()) }
        #expect(falsePositives < 400)
        #expect(SplitBlockBloom(bytes: [UInt8](repeating: 0, count: 31).span) == nil)
    }
}
