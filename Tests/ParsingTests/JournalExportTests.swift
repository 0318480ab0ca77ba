import FuzzSupport
import Kernels
import TestSupport
import Testing

@testable import Parsing

/// Entries of `journalctl -o export`, whose values may hold newlines, empty lines and bytes that are no text.
struct JournalExportTests {
    private static let builtIn = Result { try ParserSet(try ParserSet.builtInDefinitions()) }

    @Test func aValueMayHoldAnything() throws {
        let values: [[UInt8]] = [
            Array("two\nlines".utf8), Array("\n\nan empty one\n\n".utf8), Array("__CURSOR=inside\n".utf8), [],
            // The size of this one has a newline among its bytes.
            Array(repeating: UInt8(ascii: "x"), count: 10), Array(repeating: UInt8(ascii: "y"), count: 0x0a0a),
        ]
        for value in values {
            let bytes = entry([("MESSAGE_ID", value)]) + entry([("NEXT", Array("1".utf8))])
            for parser in [PinnedParser.auto, .definition("journal-export")] {
                let rows = try Self.builtIn.get().rows(bytes, by: parser)
                #expect(rows.count == 2)
                #expect(rows.first?.fields["MESSAGE_ID"]?.text == String(decoding: value, as: UTF8.self))
                #expect(rows.last?.fields["NEXT"]?.text == "1")
            }
        }
    }

    @Test func bytesThatAreNoTextAreEscaped() throws {
        let rows = try Self.builtIn.get().rows(entry([("DATA", [0x61, 0xff, 0x62])]))
        #expect(rows.map { $0.fields["DATA"]?.text } == ["a\\xffb"])
    }

    @Test func anEntryThatBreaksOffIsKept() throws {
        let whole = entry([("DATA", Array("one\ntwo".utf8))])
        for count in 40..<whole.count {
            let rows = try Self.builtIn.get().rows(Array(whole[..<count]), by: .definition("journal-export"))
            #expect(!rows.isEmpty, "\(count)")
        }
    }

    @Test func framesDoNotMatter() throws {
        var random = SeededRandom.seeded()
        let set = try Self.builtIn.get()
        for _ in 0..<100 {
            var stream: [UInt8] = []
            for _ in 0..<random.below(5) + 1 {
                let fields = (0..<random.below(4)).map { index in
                    let value = (0..<random.below(20)).map { _ in random.pick(Array("ab=\n \"".utf8)) }
                    return ("FIELD_\(index)", value)
                }
                stream += entry(fields)
            }
            let expected = set.rows(stream)
            var parser = LineParser(parsers: set)
            let found = RandomFrames.rows(
                RandomFrames.cut(stream, &random), by: .auto, &parser, receivedAt: ParserSet.receivedAt)
            #expect(found == expected.map(\.texts))
        }
    }

    @Test func walksOverWhatItIsGiven() {
        var random = SeededRandom.seeded()
        for _ in 0..<5_000 {
            var bytes = entry([("A", Array("b\nc".utf8)), ("D", [])])
            for _ in 0..<random.below(4) { bytes[random.below(bytes.count)] = UInt8(truncatingIfNeeded: random.next()) }
            bytes = Array(bytes[..<random.below(bytes.count + 1)])
            var last = 0
            _ = JournalExport.walk(bytes.span, from: 0) { name, value in
                #expect(name.lowerBound >= last && name.upperBound < value.lowerBound + 1 && value.upperBound <= bytes.count)
                last = value.upperBound
            }
        }
    }

    /// An entry with a time and these fields, in the form with a size where the value is not plain text.
    private func entry(_ fields: [(name: String, value: [UInt8])]) -> [UInt8] {
        var bytes = Array("__CURSOR=s=1;i=2\n__REALTIME_TIMESTAMP=1674984029123456\n".utf8)
        for (name, value) in fields {
            let isPlain = firstInvalidUTF8(value.span) == nil && value.allSatisfy { $0 >= 0x20 }
            bytes += Array(name.utf8)
            if isPlain {
                bytes += Array("=".utf8) + value
            } else {
                bytes += Array("\n".utf8) + (0..<8).map { UInt8(truncatingIfNeeded: value.count >> (8 * $0)) } + value
            }
            bytes += Array("\n".utf8)
        }
        return bytes + Array("\n".utf8)
    }
}
