import Foundation
import Foundation
import Kernels
import TestSupport
import Testing

/// What works on bytes of text, against the standard library or a slow form of the same.
struct TextKernelTests {
    @Test func utf8() {
        var random = SeededRandom.seeded()
        let pieces: [[UInt8]] = [
            Array("a".utf8), Array("0123456789abcdef".utf8), Array("é".utf8), Array("€".utf8), Array("😀".utf8),
            [0xed, 0x9f, 0xbf], [0xee, 0x80, 0x80], [0xf4, 0x8f, 0xbf, 0xbf],
            [0xc0], [0xc1, 0xbf], [0xe0, 0x9f, 0x80], [0xed, 0xa0, 0x80], [0xf0, 0x8f, 0xbf, 0xbf],
            [0xf4, 0x90, 0x80, 0x80], [0xf5], [0x80], [0xff], [0xe2, 0x82], [0xf0, 0x9f, 0x98],
        ]
        for _ in 0..<5_000 {
            var bytes: [UInt8] = []
            let wild = random.chance(50)
            for _ in 0..<random.below(8) { bytes += pieces[random.below(wild ? pieces.count : 8)] }
            if random.chance(20), !bytes.isEmpty { bytes.removeLast() }
            let invalid = firstInvalidUTF8(bytes.span)
            #expect((invalid == nil) == (String(validating: bytes, as: UTF8.self) != nil), "\(bytes)")
            guard let invalid else { continue }
            #expect(String(validating: bytes[..<invalid], as: UTF8.self) != nil, "\(bytes)")
            let next = (1...4).contains { length in
                invalid + length <= bytes.count
                    && String(validating: bytes[invalid..<invalid + length], as: UTF8.self) != nil
            }
            #expect(!next, "\(bytes) has a character at \(invalid)")
        }
    }

    @Test func lineEnds() {
        var random = SeededRandom.seeded()
        for _ in 0..<2_000 {
            let bytes = (0..<random.length(below: 80)).map { _ in random.chance(3) ? 0x0a : UInt8(random.below(256)) }
            let start = random.below(bytes.count + 1)
            #expect(lineEnd(bytes.span, from: start) == bytes[start...].firstIndex(of: 0x0a) ?? bytes.count)
        }
    }

    @Test func canonicalIntegers() {
        var random = SeededRandom.seeded()
        var texts = [
            "0", "-0", "00", "01", "-01", "+1", "", "-", " 1", "1 ", "9223372036854775807", "9223372036854775808",
            "-9223372036854775808", "-9223372036854775809", "18446744073709551616", "99999999999999999999", "1.0",
            "1e3", "-1", "12a", "١",
        ]
        texts += (0..<300).map { _ in String(Int64(bitPattern: random.next()) >> Int64(random.below(64))) }
        for text in texts {
            let naive = Int64(text).flatMap { String($0) == text ? $0 : nil }
            let (bytes, ends) = column([Array(text.utf8)])
            #expect(canonicalInt64s(bytes: bytes, ends: ends) == naive.map { [$0] }, "\(text)")
        }
        let numbers = (0..<100).map { _ in Int64(bitPattern: random.next()) }
        let (bytes, ends) = column(numbers.map { Array(String($0).utf8) })
        #expect(canonicalInt64s(bytes: bytes, ends: ends) == numbers)
        #expect(canonicalInt64s(bytes: bytes + [0x78], ends: ends + [UInt32(bytes.count + 1)]) == nil)
    }

    @Test func uuids() {
        var random = SeededRandom.seeded()
        for _ in 0..<40 {
            let texts = (0...random.below(20)).map { _ in
                UUID(uuid: withUnsafeBytes(of: (random.next(), random.next())) { $0.loadUnaligned(as: uuid_t.self) })
                    .uuidString.lowercased()
            }
            let bytes = texts.flatMap { Array($0.utf8) }
            let ends = texts.indices.map { UInt32(($0 + 1) * 36) }
            let decoded = decodedUUIDs(bytes: bytes, ends: ends)
            #expect(decoded == texts.flatMap { Array(hexBytes: $0.filter { $0 != "-" }) })
            #expect(decoded.map { uuidTexts($0) } == bytes)
            var changed = bytes
            changed[random.below(bytes.count)] = random.pick(Array("gA F/:`@G-".utf8) + [0, 0xe9])
            #expect(decodedUUIDs(bytes: changed, ends: ends) == nil || changed == bytes)
            var shifted = ends
            shifted[random.below(ends.count)] &-= 1
            #expect(decodedUUIDs(bytes: bytes, ends: shifted) == nil)
        }
        #expect(decodedUUIDs(bytes: [], ends: []) == nil)
    }

    @Test func hex() {
        var random = SeededRandom.seeded()
        for width in [1, 8, 16] {
            let ids = (0..<50).map { _ in random.bytes(width) }
            let texts = ids.map { $0.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined() }
            let (bytes, ends) = column(texts.map { Array($0.utf8) })
            #expect(decodedHex(bytes: bytes, ends: ends, width: width) == ids.flatMap { $0 })
            for bad: UInt8 in [0x2f, 0x3a, 0x41, 0x46, 0x60, 0x67, 0x00, 0xff] {
                var changed = bytes
                changed[random.below(changed.count)] = bad
                #expect(decodedHex(bytes: changed, ends: ends, width: width) == nil)
            }
            var shifted = ends
            shifted[3] -= 1
            #expect(decodedHex(bytes: bytes, ends: shifted, width: width) == nil)
            #expect(decodedHex(bytes: bytes, ends: ends, width: width + 1) == nil)
        }
    }

    @Test func permutation() {
        var random = SeededRandom.seeded()
        for _ in 0..<100 {
            let rows = (0..<random.below(60)).map { _ in random.chance(70) ? random.bytes(random.below(20)) : nil }
            let (bytes, ends) = column(rows.compactMap { $0 })
            var next: UInt32 = 0
            let valueOfRow = rows.map { row -> UInt32 in
                guard row != nil else { return .max }
                next += 1
                return next - 1
            }
            let order = rows.indices.shuffled(using: &random).map { UInt32($0) }
            let isDense = rows.allSatisfy { $0 != nil }
            let (newBytes, newEnds) = permuted(
                bytes: bytes, ends: ends, valueOfRow: isDense && random.chance(50) ? nil : valueOfRow, order: order)
            #expect(values(newBytes, newEnds) == order.compactMap { rows[Int($0)] })
        }
    }

    @Test func datesAgreeWithFoundation() {
        var random = SeededRandom.seeded()
        var calendar = Calendar(identifier: .iso8601)
        calendar.timeZone = .gmt
        var reader = TimeReader()
        for _ in 0..<3_000 {
            let isLeapDay = random.chance(10)
            let year = isLeapDay ? 1700 + 100 * random.below(6) : 1678 + random.below(584)
            let parts = DateComponents(
                year: year, month: isLeapDay ? 2 : 1 + random.below(12), day: isLeapDay ? 29 : 1 + random.below(31),
                hour: random.below(24), minute: random.below(60), second: random.below(60))
            let offset = random.below(2 * 24 * 60 - 1) - 24 * 60 + 1
            let nanoseconds = random.below(1_000_000_000)
            let zone = String(format: "%@%02d:%02d", offset < 0 ? "-" : "+", abs(offset) / 60, abs(offset) % 60)
            let text = String(
                format: "%04d-%02d-%02d%@%02d:%02d:%02d.%09d%@", parts.year ?? 0, parts.month ?? 0, parts.day ?? 0,
                random.chance(50) ? "T" : " ", parts.hour ?? 0, parts.minute ?? 0, parts.second ?? 0, nanoseconds, zone)
            let read = Array(text.utf8).withUnsafeBufferPointer { reader.read($0) }
            // Foundation makes 3 March of 31 February.
            guard parts.isValidDate(in: calendar), let date = calendar.date(from: parts) else {
                #expect(read == nil, "\(text)")
                continue
            }
            let seconds = Int64(date.timeIntervalSince1970) - Int64(offset) * 60
            #expect(read == seconds * 1_000_000_000 + Int64(nanoseconds), "\(text)")
        }
    }
}

extension Array where Element == UInt8 {
    fileprivate init(hexBytes digits: String) {
        let digits = digits.compactMap(\.hexDigitValue)
        self = stride(from: 0, to: digits.count, by: 2).map { UInt8(digits[$0] << 4 | digits[$0 + 1]) }
    }
}
