import CScan

/// A pattern over the bytes of a record: literals, and captures between them, compiled to a flat program.
///
/// There is no backtracking but into optional parts, so that a match takes time in proportion to the record.
public final class LinePattern: Sendable {
    /// What a capture fits.
    public enum Kind: UInt8, Sendable, BitwiseCopyable {
        /// Anything, up to the first place where the literal behind it stands.
        case text
        /// The same without white space, and not empty.
        case word
        case integer, number, hexadecimal, address
        /// In double quotes, with backslash escapes; what lies between the quotes is captured.
        case quoted
        /// A time in one of the pattern's formats.
        case time
        /// One of the pattern's words: a run of letters, or one other byte.
        case oneOf
        /// RFC 5424 structured data: groups in brackets, or `-`.
        case structuredData
    }

    public enum Piece: Sendable {
        case literal([UInt8])
        /// One space or tab, or more.
        case spaces
        /// - Parameter slot: where the range goes, nil if it is not kept.
        case capture(Kind, slot: Int?)
        case optional([Piece])
    }

    fileprivate enum Operation: UInt8, BitwiseCopyable {
        case literal, spaces, end
        /// `a`: the instruction to go on with where what follows does not fit.
        case tryOptional
        case endOptional
        case capture
    }

    fileprivate struct Instruction: BitwiseCopyable {
        let operation: Operation
        var kind = Kind.text
        var slot: Int32 = -1
        var a: Int32 = 0
        /// Offset and count of the literal; for a capture, of the one behind it.
        var literal: Int32 = 0
        var literalCount: Int32 = 0
        /// What lies behind a text or word capture.
        var isBeforeSpaces = false
    }

    /// A format of times, as it lies in memory.
    fileprivate struct FormatCode: BitwiseCopyable {
        let steps: UnsafeBufferPointer<TimeFormat.Step>
        let zoneSeconds: Int64
        let id: Int
    }

    /// Up to 16 bytes of a word in lower case, the rest zero.
    fileprivate struct Word: Equatable, BitwiseCopyable {
        var low: UInt64 = 0
        var high: UInt64 = 0
    }

    /// All of a pattern in plain memory, so that trying many of them costs no reference counting.
    struct Code {
        fileprivate let program: UnsafeMutableBufferPointer<Instruction>
        fileprivate let literals: UnsafeMutableBufferPointer<UInt8>
        fileprivate let formats: UnsafeMutableBufferPointer<FormatCode>
        fileprivate let words: UnsafeMutableBufferPointer<Word>
        fileprivate let firstBytes: (UInt64, UInt64, UInt64, UInt64)
        let slotCount: Int

        @inline(__always)
        func canBegin(with byte: UInt8) -> Bool {
            let words = firstBytes
            let word = byte < 128 ? (byte < 64 ? words.0 : words.1) : (byte < 192 ? words.2 : words.3)
            return word >> UInt64(byte & 63) & 1 == 1
        }
    }

    // Safe: written by `init` alone and freed by `deinit`; what it points to never changes.
    nonisolated(unsafe) let code: Code

    public var slotCount: Int { code.slotCount }
    /// Captures of one pattern.
    public static let slotsMax = 128

    /// - Parameters:
    ///   - formats: for captures of times, tried in order.
    ///   - words: for `oneOf`, in lower case; text fits in any case. Words of more than 16 bytes fit nothing.
    public init(_ pieces: [Piece], slotCount: Int, formats: [TimeFormat], words: Set<[UInt8]>) {
        precondition(slotCount <= Self.slotsMax, "a pattern has no more captures")
        var compiler = Compiler()
        compiler.add(pieces)
        compiler.program.append(Instruction(operation: .end))
        var firstBytes: [UInt64] = [0, 0, 0, 0]
        for byte in 0...255 where Self.canStart(pieces, with: UInt8(byte)) { firstBytes[byte / 64] |= 1 << UInt64(byte % 64) }
        code = Code(
            program: Self.placed(compiler.program), literals: Self.placed(compiler.literals),
            formats: Self.placed(
                formats.map {
                    FormatCode(steps: UnsafeBufferPointer(Self.placed($0.steps)), zoneSeconds: $0.zoneSeconds, id: $0.id)
                }),
            words: Self.placed(
                words.filter { $0.count <= 16 }.sorted { $0.lexicographicallyPrecedes($1) }.map { Self.word($0) }),
            firstBytes: (firstBytes[0], firstBytes[1], firstBytes[2], firstBytes[3]), slotCount: slotCount)
    }

    deinit {
        for format in code.formats { format.steps.deallocate() }
        code.program.deallocate()
        code.literals.deallocate()
        code.formats.deallocate()
        code.words.deallocate()
    }

    private static func placed<Element: BitwiseCopyable>(_ elements: [Element]) -> UnsafeMutableBufferPointer<Element> {
        let buffer = UnsafeMutableBufferPointer<Element>.allocate(capacity: elements.count)
        _ = buffer.initialize(from: elements)
        return buffer
    }

    private static func word(_ bytes: [UInt8]) -> Word {
        var word = Word()
        for (index, byte) in bytes.enumerated() { word.add(byte, at: index) }
        return word
    }

    /// Whether a record that the pattern fits may begin with the byte.
    public func canBegin(with byte: UInt8) -> Bool { code.canBegin(with: byte) }

    private static func canStart(_ pieces: [Piece], with byte: UInt8) -> Bool {
        for piece in pieces {
            switch piece {
            case .literal(let bytes): return bytes.first == byte
            case .spaces: return byte == 0x20 || byte == 0x09
            case .optional(let inner):
                if canStart(inner, with: byte) { return true }
            case .capture(let kind, _):
                switch kind {
                case .text, .oneOf, .time: return true
                case .word: return byte > 0x20
                case .integer, .number: return byte == UInt8(ascii: "-") || isDigit(byte)
                case .hexadecimal: return isHexadecimal(byte)
                case .address: return isHexadecimal(byte) || byte == UInt8(ascii: ":")
                case .quoted: return byte == UInt8(ascii: "\"")
                case .structuredData: return byte == UInt8(ascii: "[") || byte == UInt8(ascii: "-")
                }
            }
        }
        return true
    }
}

extension LinePattern.Word {
    @inline(__always)
    fileprivate mutating func add(_ byte: UInt8, at index: Int) {
        if index < 8 { low |= UInt64(byte) << UInt64(index * 8) } else { high |= UInt64(byte) << UInt64((index - 8) * 8) }
    }
}

@inline(__always)
private func isDigit(_ byte: UInt8) -> Bool { byte &- UInt8(ascii: "0") <= 9 }

@inline(__always)
private func isLetter(_ byte: UInt8) -> Bool { (byte | 0x20) &- UInt8(ascii: "a") < 26 }

@inline(__always)
private func isHexadecimal(_ byte: UInt8) -> Bool { isDigit(byte) || (byte | 0x20) &- UInt8(ascii: "a") < 6 }

private struct Compiler {
    var program: [LinePattern.Instruction] = []
    var literals: [UInt8] = []

    mutating func add(_ pieces: [LinePattern.Piece]) {
        for (index, piece) in pieces.enumerated() {
            switch piece {
            case .literal(let bytes):
                var instruction = LinePattern.Instruction(operation: .literal)
                add(bytes, to: &instruction)
                program.append(instruction)
            case .spaces: program.append(LinePattern.Instruction(operation: .spaces))
            case .capture(let kind, let slot):
                var instruction = LinePattern.Instruction(operation: .capture, kind: kind, slot: Int32(slot ?? -1))
                if index + 1 < pieces.count {
                    switch pieces[index + 1] {
                    case .literal(let bytes): add(bytes, to: &instruction)
                    case .spaces: instruction.isBeforeSpaces = true
                    case .capture, .optional: break
                    }
                }
                program.append(instruction)
            case .optional(let inner):
                let start = program.count
                program.append(LinePattern.Instruction(operation: .tryOptional))
                add(inner)
                program.append(LinePattern.Instruction(operation: .endOptional))
                program[start].a = Int32(program.count)
            }
        }
    }

    private mutating func add(_ bytes: [UInt8], to instruction: inout LinePattern.Instruction) {
        instruction.literal = Int32(literals.count)
        instruction.literalCount = Int32(bytes.count)
        literals += bytes
    }
}

/// Patterns to be tried in order.
///
/// Patterns of one family begin alike, so an entry that shares its first instructions with an earlier one goes on where
/// that one was after them, or fails where that one has failed.
public final class PatternList: Sendable {
    public struct Entry: Sendable {
        fileprivate nonisolated(unsafe) let code: LinePattern.Code
        fileprivate let isPrefix: Bool
        /// The earlier entry that begins alike for longest, and how many instructions long.
        fileprivate var relative = 0
        fileprivate var sharedCount = 0
        /// As the maker of the list has numbered them.
        public let owner: Int
        public let number: Int

        init(_ pattern: LinePattern, isPrefix: Bool, owner: Int, number: Int) {
            code = pattern.code
            self.isPrefix = isPrefix
            self.owner = owner
            self.number = number
        }
    }

    public let entries: [Entry]
    /// Keeps the memory of the entries alive.
    private let patterns: [LinePattern]

    /// - Parameter patterns: with `isPrefix`, one need only fit the beginning of a record.
    public init(_ patterns: [(pattern: LinePattern, isPrefix: Bool, owner: Int, number: Int)]) {
        var entries = patterns.map { Entry($0.pattern, isPrefix: $0.isPrefix, owner: $0.owner, number: $0.number) }
        for index in entries.indices {
            for earlier in 0..<index {
                let count = entries[index].code.sharedCount(with: entries[earlier].code)
                guard count > entries[index].sharedCount else { continue }
                entries[index].sharedCount = count
                entries[index].relative = earlier
            }
        }
        self.entries = entries
        self.patterns = patterns.map(\.pattern)
    }
}

extension LinePattern.Code {
    /// How many instructions at the start are the same, none of them optional.
    fileprivate func sharedCount(with other: LinePattern.Code) -> Int {
        var count = 0
        while count < min(program.count, other.program.count, Trail.lengthMax),
            isEqual(program[count], other, other.program[count])
        {
            count += 1
        }
        return count
    }

    private func isEqual(
        _ left: LinePattern.Instruction, _ other: LinePattern.Code, _ right: LinePattern.Instruction
    ) -> Bool {
        guard left.operation == right.operation, left.kind == right.kind, left.slot == right.slot,
            left.isBeforeSpaces == right.isBeforeSpaces, left.literalCount == right.literalCount
        else { return false }
        switch left.operation {
        case .tryOptional, .endOptional, .end: return false
        case .literal, .spaces, .capture: break
        }
        if left.kind == .time, left.operation == .capture, !formats.map(\.id).elementsEqual(other.formats.map(\.id)) {
            return false
        }
        if left.kind == .oneOf, !words.elementsEqual(other.words) { return false }
        return literals[Int(left.literal)..<Int(left.literal + left.literalCount)]
            .elementsEqual(other.literals[Int(right.literal)..<Int(right.literal + right.literalCount)])
    }
}

/// How far an entry of a list has come on a record: where each of its first instructions ended.
private struct Trail {
    static let lengthMax = 32

    /// The record that this is about.
    var recordNumber = 0
    var count = 0
    var time: Int64?
}

/// Matches patterns, and keeps what the last match captured.
public struct PatternMatcher: ~Copyable {
    /// The time captured, in nanoseconds since the epoch.
    public private(set) var time: Int64?
    /// Start and end of each slot's text, the start -1 where an optional part was not there.
    let slots: UnsafeMutablePointer<(start: Int, end: Int)>
    private(set) var slotCount = 0
    /// What reading a time at the start of the record has given, by the id of the format: many patterns begin with one.
    private let firstTimes: UnsafeMutablePointer<FirstTime>
    private var recordNumber = 0
    /// For each entry of the list that is being tried, its trail and the ends of its instructions.
    private var trails: UnsafeMutablePointer<Trail>
    private var trailEnds: UnsafeMutablePointer<Int>
    private var trailCapacity = 64

    private struct FirstTime {
        var recordNumber = 0
        var time: Int64 = 0
        /// 0 where there is no time in this format.
        var end = 0
    }

    private static let memoMax = 256

    public init() {
        slots = .allocate(capacity: LinePattern.slotsMax)
        firstTimes = .allocate(capacity: Self.memoMax)
        firstTimes.initialize(repeating: FirstTime(), count: Self.memoMax)
        trails = .allocate(capacity: trailCapacity)
        trails.initialize(repeating: Trail(), count: trailCapacity)
        trailEnds = .allocate(capacity: trailCapacity * Trail.lengthMax)
    }

    deinit {
        slots.deallocate()
        firstTimes.deallocate()
        trails.deallocate()
        trailEnds.deallocate()
    }

    private mutating func reserveTrails(_ count: Int) {
        guard count > trailCapacity else { return }
        trails.deallocate()
        trailEnds.deallocate()
        trailCapacity = count * 2
        trails = .allocate(capacity: trailCapacity)
        trails.initialize(repeating: Trail(), count: trailCapacity)
        trailEnds = .allocate(capacity: trailCapacity * Trail.lengthMax)
    }

    /// Where the text of a slot lies in the record; nil where an optional part was not there.
    public func capture(_ slot: Int) -> Range<Int>? {
        precondition(slot >= 0 && slot < slotCount)
        return slots[slot].start < 0 ? nil : slots[slot].start..<slots[slot].end
    }

    /// Whether `pattern` fits all of `record`, or, if `isPrefix`, its beginning.
    public mutating func match(
        _ pattern: LinePattern, _ record: Span<UInt8>, receivedAt: Int64, isPrefix: Bool = false
    ) -> Bool {
        record.withUnsafeBufferPointer { buffer in
            guard let base = buffer.baseAddress else { return false }
            recordNumber &+= 1
            let scan = Scan(base: base, count: buffer.count, literals: pattern.code.literals)
            return run(pattern.code, scan, receivedAt, isPrefix, trail: nil)
        }
    }

    /// The first entry of `list` from `start` on whose pattern fits; its captures are kept.
    public mutating func firstMatch(
        in list: PatternList, from start: Int, _ record: Span<UInt8>, receivedAt: Int64
    ) -> Int? {
        record.withUnsafeBufferPointer { buffer in
            guard let base = buffer.baseAddress, buffer.count > 0 else { return nil }
            recordNumber &+= 1
            reserveTrails(list.entries.count)
            return list.entries.withUnsafeBufferPointer { entries in
                for index in start..<entries.count {
                    let entry = entries[index]
                    guard entry.code.canBegin(with: base[0]), follow(entry, index) else { continue }
                    let scan = Scan(base: base, count: buffer.count, literals: entry.code.literals)
                    if run(entry.code, scan, receivedAt, entry.isPrefix, trail: index) { return index }
                }
                return nil
            }
        }
    }

    /// Starts the trail of an entry with what its relative has come to; false where that has failed before they part.
    @inline(__always)
    private mutating func follow(_ entry: PatternList.Entry, _ index: Int) -> Bool {
        trails[index] = Trail(recordNumber: recordNumber)
        let relative = trails[entry.relative]
        guard entry.sharedCount > 0, relative.recordNumber == recordNumber else { return true }
        let count = min(relative.count, entry.sharedCount)
        trails[index].count = count
        trails[index].time = relative.time
        (trailEnds + index * Trail.lengthMax).update(from: trailEnds + entry.relative * Trail.lengthMax, count: count)
        return count == entry.sharedCount
    }

    /// Runs a program on a record.
    ///
    /// - Parameter trail: the number of the trail to go on with and to keep; nil for none.
    private mutating func run(
        _ code: LinePattern.Code, _ scan: Scan, _ receivedAt: Int64, _ isPrefix: Bool, trail: Int?
    ) -> Bool {
        slotCount = code.slotCount
        for slot in 0..<slotCount { slots[slot].start = -1 }
        time = nil
        let program = code.program
        var followed = 0
        var firstPosition = 0
        // How many instructions more are to be kept; none from the first optional part on.
        var isKept = trail != nil
        if let trail, trails[trail].count > 0 {
            followed = trails[trail].count
            time = trails[trail].time
            let ends = trailEnds + trail * Trail.lengthMax
            for index in 0..<followed {
                let instruction = program[index]
                if instruction.operation == .capture, instruction.slot >= 0 {
                    keep(instruction, firstPosition, ends[index])
                }
                firstPosition = ends[index]
            }
        }
        var position = firstPosition
        var counter = followed
        var retryPosition = 0
        var retryCounter = -1
        while true {
            let instruction = program[counter]
            counter += 1
            var next: Int? = position
            switch instruction.operation {
            case .end:
                if isPrefix || position == scan.count { return true }
                next = nil
            case .literal: next = scan.isLiteral(instruction, at: position) ? position + Int(instruction.literalCount) : nil
            case .spaces: next = scan.spacesEnd(position)
            case .tryOptional:
                // Optional parts do not nest, so one place to go back to is enough.
                isKept = false
                retryPosition = position
                retryCounter = Int(instruction.a)
            case .endOptional: retryCounter = -1
            case .capture:
                switch instruction.kind {
                case .time:
                    next = nil
                    for format in code.formats {
                        guard let (read, end) = readTime(format, scan, position, receivedAt) else { continue }
                        if instruction.slot >= 0 { time = read }
                        next = end
                        break
                    }
                case .oneOf:
                    next = scan.wordEnd(position)
                    if let end = next, !scan.isWord(position..<end, code.words) { next = nil }
                default:
                    next = scan.captureEnd(instruction, position)
                }
                if let end = next, instruction.slot >= 0 { keep(instruction, position, end) }
            }
            if let next {
                position = next
                if isKept, let trail, counter <= Trail.lengthMax {
                    trailEnds[trail * Trail.lengthMax + counter - 1] = next
                    trails[trail].count = counter
                    trails[trail].time = time
                }
            } else if retryCounter >= 0 {
                forgetCaptures(program, retryCounter)
                position = retryPosition
                counter = retryCounter
                retryCounter = -1
            } else {
                return false
            }
        }
    }

    @inline(__always)
    private func keep(_ instruction: LinePattern.Instruction, _ start: Int, _ end: Int) {
        slots[Int(instruction.slot)] = instruction.kind == .quoted ? (start + 1, end - 1) : (start, end)
    }

    @inline(__always)
    private mutating func readTime(
        _ format: LinePattern.FormatCode, _ scan: Scan, _ position: Int, _ receivedAt: Int64
    ) -> (time: Int64, end: Int)? {
        let isFirst = position == 0 && format.id < Self.memoMax
        if isFirst, firstTimes[format.id].recordNumber == recordNumber {
            let known = firstTimes[format.id]
            return known.end == 0 ? nil : (known.time, known.end)
        }
        let read = Kernels.readTime(
            format.steps, zoneSeconds: format.zoneSeconds, scan.base + position, scan.base + scan.count,
            receivedAt: receivedAt)
        let end = read.map { $0.end - scan.base }
        if isFirst {
            firstTimes[format.id] = FirstTime(recordNumber: recordNumber, time: read?.time ?? 0, end: end ?? 0)
        }
        guard let read, let end else { return nil }
        return (read.time, end)
    }

    /// Takes back what the optional part that ends before `end` has captured.
    private mutating func forgetCaptures(_ program: UnsafeMutableBufferPointer<LinePattern.Instruction>, _ end: Int) {
        var index = end - 1
        while program[index].operation != .tryOptional {
            if program[index].slot >= 0 {
                slots[Int(program[index].slot)].start = -1
                if program[index].kind == .time { time = nil }
            }
            index -= 1
        }
    }
}

/// Scanners over one record; no position is ever past `count`.
private struct Scan {
    let base: UnsafePointer<UInt8>
    let count: Int
    let literals: UnsafeMutableBufferPointer<UInt8>

    @inline(__always)
    func isLiteral(_ instruction: LinePattern.Instruction, at position: Int) -> Bool {
        let literalCount = Int(instruction.literalCount)
        guard count - position >= literalCount else { return false }
        let literal = Int(instruction.literal)
        var index = 0
        while index < literalCount {
            if base[position + index] != literals[literal + index] { return false }
            index += 1
        }
        return true
    }

    @inline(__always)
    private func find(_ byte: UInt8, from start: Int) -> Int? {
        guard start < count, let found = lockstitch_find(base + start, byte, count - start) else { return nil }
        return found - base
    }

    func spacesEnd(_ start: Int) -> Int? {
        var position = start
        while position < count, base[position] == 0x20 || base[position] == 0x09 { position += 1 }
        return position > start ? position : nil
    }

    /// The end of a run of letters, or past one other byte.
    func wordEnd(_ start: Int) -> Int? {
        guard start < count else { return nil }
        var position = start
        while position < count, isLetter(base[position]) { position += 1 }
        return position > start ? position : position + 1
    }

    func isWord(_ range: Range<Int>, _ words: UnsafeMutableBufferPointer<LinePattern.Word>) -> Bool {
        guard range.count <= 16 else { return false }
        var word = LinePattern.Word()
        for index in range {
            let byte = base[index]
            word.add(isLetter(byte) ? byte | 0x20 : byte, at: index - range.lowerBound)
        }
        for known in words where known == word { return true }
        return false
    }

    @inline(__always)
    func captureEnd(_ instruction: LinePattern.Instruction, _ start: Int) -> Int? {
        switch instruction.kind {
        case .text: return textEnd(instruction, start)
        case .word: return wordTextEnd(instruction, start)
        case .integer: return integerEnd(start)
        case .number: return numberEnd(start)
        case .hexadecimal: return runEnd(start) { isHexadecimal($0) }
        case .address: return addressEnd(start)
        case .quoted: return quotedEnd(start)
        case .structuredData: return structuredDataEnd(start)
        case .time, .oneOf: return nil
        }
    }

    @inline(__always)
    private func textEnd(_ instruction: LinePattern.Instruction, _ start: Int) -> Int? {
        if instruction.isBeforeSpaces {
            var position = start
            while position < count, base[position] != 0x20, base[position] != 0x09 { position += 1 }
            return position < count ? position : nil
        }
        guard instruction.literalCount > 0 else { return count }
        let first = literals[Int(instruction.literal)]
        var position = start
        while let found = find(first, from: position) {
            position = found
            if instruction.literalCount == 1 || isLiteral(instruction, at: position) { return position }
            position += 1
        }
        return nil
    }

    @inline(__always)
    private func wordTextEnd(_ instruction: LinePattern.Instruction, _ start: Int) -> Int? {
        var position = start
        let first = instruction.literalCount > 0 ? literals[Int(instruction.literal)] : 0x20
        while position < count, base[position] > 0x20 {
            if base[position] == first, position > start, isLiteral(instruction, at: position) { return position }
            position += 1
        }
        guard position > start else { return nil }
        return instruction.literalCount == 0 || isLiteral(instruction, at: position) ? position : nil
    }

    @inline(__always)
    private func runEnd(_ start: Int, _ fits: (UInt8) -> Bool) -> Int? {
        var position = start
        while position < count, fits(base[position]) { position += 1 }
        return position > start ? position : nil
    }

    private func addressEnd(_ start: Int) -> Int? { address4End(start) ?? address6End(start) }

    /// Four numbers of up to three digits; a port may follow.
    private func address4End(_ start: Int) -> Int? {
        var position = start
        for part in 0..<4 {
            if part > 0 {
                guard position < count, base[position] == UInt8(ascii: ".") else { return nil }
                position += 1
            }
            guard let end = runEnd(position, { isDigit($0) }), end - position <= 3 else { return nil }
            position = end
        }
        return position
    }

    /// Hexadecimal groups with two colons at least (RFC 4291, section 2.2), the end of them as IPv4 or not.
    private func address6End(_ start: Int) -> Int? {
        var position = start
        var colons = 0
        while position < count {
            if base[position] == UInt8(ascii: ":") {
                colons += 1
                position += 1
            } else if colons >= 2, let end = address4End(position) {
                return end
            } else if let end = runEnd(position, { isHexadecimal($0) }), end - position <= 4 {
                position = end
            } else {
                break
            }
        }
        return colons >= 2 && colons <= 7 ? position : nil
    }

    private func integerEnd(_ start: Int) -> Int? {
        let isNegative = start < count && base[start] == UInt8(ascii: "-")
        return runEnd(isNegative ? start + 1 : start) { isDigit($0) }
    }

    private func numberEnd(_ start: Int) -> Int? {
        guard let whole = integerEnd(start) else { return nil }
        guard whole < count, base[whole] == UInt8(ascii: ".") else { return whole }
        return runEnd(whole + 1) { isDigit($0) } ?? whole
    }

    private func quotedEnd(_ start: Int) -> Int? {
        guard start < count, base[start] == UInt8(ascii: "\"") else { return nil }
        var position = start + 1
        while let quote = find(UInt8(ascii: "\""), from: position) {
            var backslash = quote
            while backslash > position, base[backslash - 1] == UInt8(ascii: "\\") { backslash -= 1 }
            if (quote - backslash) % 2 == 0 { return quote + 1 }
            position = quote + 1
        }
        return nil
    }

    private func structuredDataEnd(_ start: Int) -> Int? {
        guard start < count else { return nil }
        if base[start] == UInt8(ascii: "-") { return start + 1 }
        var position = start
        while position < count, base[position] == UInt8(ascii: "[") {
            var isQuoted = false
            position += 1
            while position < count, isQuoted || base[position] != UInt8(ascii: "]") {
                if base[position] == UInt8(ascii: "\"") { isQuoted.toggle() }
                position += isQuoted && base[position] == UInt8(ascii: "\\") ? 2 : 1
            }
            guard position < count else { return nil }
            position += 1
        }
        return position > start ? position : nil
    }
}
