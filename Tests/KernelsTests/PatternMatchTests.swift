import Kernels
import TestSupport
import Testing

/// Patterns one at a time and in lists, against a slow matcher that follows docs/PARSERS.md byte by byte.
struct PatternMatchTests {
    private static let formats = [
        TimeFormat([.year, .literal(0x2d), .month, .literal(0x2d), .day], zoneSeconds: 0),
        TimeFormat([.rfc3339], zoneSeconds: 0),
        TimeFormat([.monthName, .literal(0x20), .paddedDay, .literal(0x20), .hour, .literal(0x3a), .minute], zoneSeconds: 0),
    ]
    private static let words: Set<[UInt8]> = [Array("info".utf8), Array("warn".utf8), Array("e".utf8)]
    private static let literals = [" ", " - ", "[", "]: ", ": ", "ab", "\"", " is a longer literal "]
    private static let texts = [
        "10.2.3.4", "fe80::1", "-12", "3.25", "beef", "\"a \\\"b\\\" c\"", "\"\"", "[id a=\"]\" b=\"\\\"\"]", "-", "info", "WARN",
        "2026-11-25", "2026-11-25T10:20:30.5Z", "Nov  5 1:02", "word", "a text of some length, over sixteen bytes", "",
    ]

    @Test func alone() {
        var random = SeededRandom.seeded()
        var matcher = PatternMatcher()
        var fitted = 0
        for _ in 0..<20_000 {
            let pattern = RandomPattern(&random)
            let record = pattern.record(&random)
            let isPrefix = random.chance(20)
            let expected = SlowMatch(pattern.pieces, record, isPrefix: isPrefix)
            let fits = matcher.match(pattern.compiled, record.span, receivedAt: 0, isPrefix: isPrefix)
            #expect(fits == (expected != nil), "\(pattern.pieces) on \(text(record))")
            guard let expected, fits else { continue }
            fitted += 1
            expectSame(matcher, expected, pattern, record)
        }
        #expect(fitted > 2_000)
    }

    @Test func inLists() {
        var random = SeededRandom.seeded()
        var matcher = PatternMatcher()
        var fitted = 0
        for _ in 0..<3_000 {
            // Families that begin alike, mixed.
            let stems = (0..<random.below(3) + 1).map { _ in RandomPattern(&random).pieces }
            let patterns = (0..<random.below(8) + 1).map { _ in RandomPattern(&random, after: random.pick(stems)) }
            let prefixes = patterns.map { _ in random.chance(10) }
            let list = PatternList(
                patterns.enumerated().map { ($1.compiled, isPrefix: prefixes[$0], owner: $0, number: -$0) })
            for _ in 0..<8 {
                let record = random.pick(patterns).record(&random)
                guard !record.isEmpty else { continue }
                let start = random.chance(20) ? random.below(patterns.count) : 0
                let matches = patterns.indices.map { SlowMatch(patterns[$0].pieces, record, isPrefix: prefixes[$0]) }
                let expected = matches.indices.first { $0 >= start && matches[$0] != nil }
                let found = matcher.firstMatch(in: list, from: start, record.span, receivedAt: 0)
                #expect(found == expected, "\(patterns.map(\.pieces)) on \(text(record))")
                guard let found, found == expected, let match = matches[found] else { continue }
                fitted += 1
                #expect(list.entries[found].owner == found && list.entries[found].number == -found)
                expectSame(matcher, match, patterns[found], record)
            }
        }
        #expect(fitted > 2_000)
    }

    private func expectSame(
        _ matcher: borrowing PatternMatcher, _ expected: SlowMatch, _ pattern: RandomPattern, _ record: [UInt8]
    ) {
        let captures = (0..<pattern.slotCount).map { matcher.capture($0) }
        #expect(captures == expected.captures(pattern.slotCount), "\(pattern.pieces) on \(text(record))")
        let time = matcher.time
        #expect(time == expected.time, "\(pattern.pieces) on \(text(record))")
    }

    private func text(_ record: [UInt8]) -> String { String(decoding: record, as: UTF8.self) }

    /// A pattern, and records that it often fits.
    private struct RandomPattern {
        let pieces: [LinePattern.Piece]
        let compiled: LinePattern
        let slotCount: Int

        /// - Parameter stem: what it begins with, all of it or less.
        init(_ random: inout SeededRandom, after stem: [LinePattern.Piece] = []) {
            var pieces = Array(stem.prefix(random.below(stem.count + 1)))
            var slots = pieces.reduce(0) { $0 + Self.slotCount($1) }
            for _ in 0..<random.below(6) + 1 { pieces.append(Self.piece(&random, &slots, isInner: false)) }
            self.pieces = pieces
            slotCount = slots
            compiled = LinePattern(pieces, slotCount: slots, formats: formats, words: words)
        }

        private static func slotCount(_ piece: LinePattern.Piece) -> Int {
            switch piece {
            case .literal, .spaces: 0
            case .capture(_, let slot): slot == nil ? 0 : 1
            case .optional(let inner): inner.reduce(0) { $0 + slotCount($1) }
            }
        }

        private static func piece(_ random: inout SeededRandom, _ slots: inout Int, isInner: Bool) -> LinePattern.Piece {
            switch random.below(10) {
            case 0, 1, 2: return .literal(Array(random.pick(literals).utf8))
            case 3: return .spaces
            case 4 where !isInner:
                var inner: [LinePattern.Piece] = []
                for _ in 0..<random.below(3) + 1 { inner.append(piece(&random, &slots, isInner: true)) }
                return .optional(inner)
            default:
                let kinds: [LinePattern.Kind] = [
                    .text, .word, .word, .integer, .number, .hexadecimal, .address, .quoted, .time, .oneOf, .structuredData,
                ]
                guard random.chance(80) else { return .capture(random.pick(kinds), slot: nil) }
                slots += 1
                return .capture(random.pick(kinds), slot: slots - 1)
            }
        }

        func record(_ random: inout SeededRandom) -> [UInt8] {
            var record: [UInt8] = []
            func write(_ pieces: [LinePattern.Piece]) {
                for piece in pieces {
                    switch piece {
                    case .literal(let bytes): record += bytes
                    case .spaces: record += Array(repeating: 0x20, count: random.below(3) + 1)
                    case .optional(let inner): if random.chance(60) { write(inner) }
                    case .capture(let kind, _): record += Array(value(of: kind, &random).utf8)
                    }
                }
            }
            write(pieces)
            if random.chance(20), !record.isEmpty { record[random.below(record.count)] = random.pick(Array(" :[]\"-a1\t".utf8)) }
            if random.chance(10) { record.removeLast(random.below(record.count + 1)) }
            return record
        }

        private func value(of kind: LinePattern.Kind, _ random: inout SeededRandom) -> String {
            guard random.chance(85) else { return random.pick(texts) }
            return switch kind {
            case .text: random.pick(texts)
            case .word: random.pick(["w", "word", "a-word-of-more-than-sixteen-bytes", "10.2.3.4"])
            case .integer: random.pick(["0", "-12", "1234567890123456789"])
            case .number: random.pick(["0", "-1.5", "3."])
            case .hexadecimal: random.pick(["beef", "0", "DEADBEEFdeadbeef0"])
            case .address: random.pick(["10.2.3.4", "fe80::1", "::ffff:10.0.0.1"])
            case .quoted: random.pick(["\"\"", "\"quoted text of more than sixteen bytes\"", "\"\\\"\\\\\""])
            case .time: random.pick(["2026-11-25", "2026-11-25T10:20:30.5Z", "Nov  5 1:02"])
            case .oneOf: random.pick(["info", "WARN", "E"])
            case .structuredData: random.pick(["-", "[a]", "[id a=\"]\" b=\"\\\"\"][c d=\"e\"]"])
            }
        }
    }

    /// What a pattern makes of a record, found in the plainest way.
    private struct SlowMatch {
        private let record: [UInt8]
        private var ranges: [Int: Range<Int>] = [:]
        private(set) var time: Int64?

        init?(_ pieces: [LinePattern.Piece], _ record: [UInt8], isPrefix: Bool) {
            self.record = record
            guard let end = run(pieces, from: 0), isPrefix || end == record.count else { return nil }
        }

        func captures(_ count: Int) -> [Range<Int>?] { (0..<count).map { ranges[$0] } }

        private mutating func run(_ pieces: [LinePattern.Piece], from start: Int) -> Int? {
            var position = start
            for (index, piece) in pieces.enumerated() {
                let next = index + 1 < pieces.count ? pieces[index + 1] : nil
                switch piece {
                case .literal(let bytes):
                    guard record[position...].starts(with: bytes) else { return nil }
                    position += bytes.count
                case .spaces:
                    let end = position + record[position...].prefix { $0 == 0x20 || $0 == 0x09 }.count
                    guard end > position else { return nil }
                    position = end
                case .optional(let inner):
                    let before = (ranges, time)
                    if let end = run(inner, from: position) { position = end } else { (ranges, time) = before }
                case .capture(let kind, let slot):
                    guard let end = end(of: kind, position, next, slot) else { return nil }
                    if let slot { ranges[slot] = kind == .quoted ? position + 1..<end - 1 : position..<end }
                    position = end
                }
            }
            return position
        }

        private mutating func end(
            of kind: LinePattern.Kind, _ start: Int, _ next: LinePattern.Piece?, _ slot: Int?
        ) -> Int? {
            let rest = record[start...]
            func isDigit(_ byte: UInt8) -> Bool { (0x30...0x39).contains(byte) }
            func isHex(_ byte: UInt8) -> Bool { isDigit(byte) || (0x61...0x66).contains(byte | 0x20) }
            func isLetter(_ byte: UInt8) -> Bool { (0x61...0x7a).contains(byte | 0x20) }
            func run(_ from: Int, _ fits: (UInt8) -> Bool) -> Int? {
                let end = from + record[from...].prefix(while: fits).count
                return end > from ? end : nil
            }
            func integer(_ from: Int) -> Int? {
                run(from < record.count && record[from] == 0x2d ? from + 1 : from, isDigit)
            }
            func address4(_ from: Int) -> Int? {
                var position = from
                for part in 0..<4 {
                    if part > 0 {
                        guard position < record.count, record[position] == 0x2e else { return nil }
                        position += 1
                    }
                    guard let end = run(position, isDigit), end - position <= 3 else { return nil }
                    position = end
                }
                return position
            }
            func quoted(_ from: Int) -> Int? {
                guard from < record.count, record[from] == 0x22 else { return nil }
                var position = from + 1
                while position < record.count, record[position] != 0x22 { position += record[position] == 0x5c ? 2 : 1 }
                return position < record.count ? position + 1 : nil
            }
            switch kind {
            case .text:
                switch next {
                case .literal(let bytes):
                    return (start..<record.count + 1).first { record[$0...].starts(with: bytes) && $0 < record.count }
                case .spaces: return rest.firstIndex { $0 == 0x20 || $0 == 0x09 }
                default: return record.count
                }
            case .word:
                var position = start
                while position < record.count, record[position] > 0x20 {
                    if case .literal(let bytes) = next, position > start, record[position...].starts(with: bytes) {
                        return position
                    }
                    position += 1
                }
                guard position > start else { return nil }
                if case .literal(let bytes) = next, !record[position...].starts(with: bytes) { return nil }
                return position
            case .integer: return integer(start)
            case .number:
                guard let whole = integer(start) else { return nil }
                guard whole < record.count, record[whole] == 0x2e else { return whole }
                return run(whole + 1, isDigit) ?? whole
            case .hexadecimal: return run(start, isHex)
            case .address:
                if let end = address4(start) { return end }
                var position = start
                var colons = 0
                while position < record.count {
                    if record[position] == 0x3a {
                        colons += 1
                        position += 1
                    } else if colons >= 2, let end = address4(position) {
                        return end
                    } else if let end = run(position, isHex), end - position <= 4 {
                        position = end
                    } else {
                        break
                    }
                }
                return (2...7).contains(colons) ? position : nil
            case .quoted: return quoted(start)
            case .time:
                for format in formats {
                    guard let (read, end) = format.read(record.span, from: start, receivedAt: 0) else { continue }
                    if slot != nil { time = read }
                    return end
                }
                return nil
            case .oneOf:
                guard let first = rest.first else { return nil }
                let end = isLetter(first) ? run(start, isLetter) ?? start : start + 1
                let word = record[start..<end].map { isLetter($0) ? $0 | 0x20 : $0 }
                return words.contains(word) ? end : nil
            case .structuredData:
                guard let first = rest.first else { return nil }
                if first == 0x2d { return start + 1 }
                var position = start
                while position < record.count, record[position] == 0x5b {
                    position += 1
                    while position < record.count, record[position] != 0x5d {
                        if record[position] == 0x22 {
                            guard let end = quoted(position) else { return nil }
                            position = end
                        } else {
                            position += 1
                        }
                    }
                    guard position < record.count else { return nil }
                    position += 1
                }
                return position > start ? position : nil
            }
        }
    }
}
