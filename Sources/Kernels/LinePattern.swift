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

    enum Operation: UInt8, BitwiseCopyable {
        case literal, spaces, end
        /// `a`: the instruction to go on with where what follows does not fit.
        case tryOptional
        case endOptional
        case capture
    }

    struct Instruction: BitwiseCopyable {
        let operation: Operation
        var kind = Kind.text
        var slot: Int32 = -1
        var a: Int32 = 0
        /// Offset and count of the literal; for a capture, of the one behind it.
        var literal: Int32 = 0
        var literalCount: Int32 = 0
        /// What lies behind a text or word capture.
        var isBeforeSpaces = false
        /// How many slots the captures before it have.
        var slotsBefore = 0
    }

    /// A format of times, as it lies in memory.
    struct FormatCode: BitwiseCopyable {
        let steps: UnsafeBufferPointer<TimeFormat.Step>
        let zoneSeconds: Int64
        let id: Int
    }

    /// Up to 16 bytes of a word in lower case, the rest zero.
    struct Word: Comparable, BitwiseCopyable {
        var low: UInt64 = 0
        var high: UInt64 = 0

        @inline(__always)
        static func < (left: Self, right: Self) -> Bool {
            left.low != right.low ? left.low < right.low : left.high < right.high
        }
    }

    /// All of a pattern in plain memory, so that trying many of them costs no reference counting.
    struct Code {
        let program: UnsafeMutableBufferPointer<Instruction>
        let literals: UnsafeMutableBufferPointer<UInt8>
        let formats: UnsafeMutableBufferPointer<FormatCode>
        /// Rising.
        let words: UnsafeMutableBufferPointer<Word>
        let firstBytes: (UInt64, UInt64, UInt64, UInt64)
        let slotCount: Int

        /// The literal of an instruction, or the one behind its capture.
        @inline(__always)
        func literal(of instruction: UnsafePointer<Instruction>) -> UnsafeBufferPointer<UInt8> {
            literal(of: instruction.pointee)
        }

        @inline(__always)
        func literal(of instruction: Instruction) -> UnsafeBufferPointer<UInt8> {
            UnsafeBufferPointer(
                start: literals.baseAddress.map { $0 + Int(instruction.literal) }, count: Int(instruction.literalCount))
        }

        @inline(__always)
        func canBegin(with byte: UInt8) -> Bool { isBitSet(byte, in: firstBytes) }
    }

    // Safe: written by `init` alone and freed by `deinit`; what it points to never changes.
    nonisolated(unsafe) let code: UnsafeMutablePointer<Code>

    public var slotCount: Int { code.pointee.slotCount }
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
        var slotsBefore = 0
        for index in compiler.program.indices {
            compiler.program[index].slotsBefore = slotsBefore
            guard compiler.program[index].slot >= 0 else { continue }
            precondition(compiler.program[index].slot == slotsBefore, "slots are numbered in the order of their captures")
            slotsBefore += 1
        }
        var firstBytes: [UInt64] = [0, 0, 0, 0]
        for byte in 0...255 where Self.canStart(pieces, with: UInt8(byte)) { firstBytes[byte / 64] |= 1 << UInt64(byte % 64) }
        code = .allocate(capacity: 1)
        code.initialize(to: Code(
            program: Self.placed(compiler.program), literals: Self.placed(compiler.literals),
            formats: Self.placed(
                formats.map {
                    FormatCode(steps: UnsafeBufferPointer(Self.placed($0.steps)), zoneSeconds: $0.zoneSeconds, id: $0.id)
                }),
            words: Self.placed(
                words.filter { $0.count <= 16 }.map { Self.word($0) }.sorted()),
            firstBytes: (firstBytes[0], firstBytes[1], firstBytes[2], firstBytes[3]), slotCount: slotCount))
    }

    deinit {
        for format in code.pointee.formats { format.steps.deallocate() }
        code.pointee.program.deallocate()
        code.pointee.literals.deallocate()
        code.pointee.formats.deallocate()
        code.pointee.words.deallocate()
        code.deallocate()
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
    public func canBegin(with byte: UInt8) -> Bool { code.pointee.canBegin(with: byte) }

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
    mutating func add(_ byte: UInt8, at index: Int) {
        if index < 8 { low |= UInt64(byte) << UInt64(index * 8) } else { high |= UInt64(byte) << UInt64((index - 8) * 8) }
    }
}

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
