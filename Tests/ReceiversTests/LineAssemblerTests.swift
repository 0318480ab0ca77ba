import NIOCore
import TestSupport
@testable import Receivers
import Testing

@Suite struct LineAssemblerTests {
    /// What the assembler must give, line by line, written without any of its bookkeeping.
    private func expected(_ stream: [UInt8], lineBytesMax: Int) -> (bytes: [UInt8], cut: Int) {
        var bytes: [UInt8] = []
        var cut = 0
        let lines = stream.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
        for (index, line) in lines.enumerated() {
            if line.count > lineBytesMax { cut += 1 }
            bytes += line.prefix(lineBytesMax + 1)
            // A cut line is ended at once, whether or not its own newline came.
            if index < lines.count - 1 || line.count > lineBytesMax { bytes.append(UInt8(ascii: "\n")) }
        }
        return (bytes, cut)
    }

    @Test(arguments: 1...300) func givesTheSameLinesWhateverTheChunks(seed: UInt64) {
        var random = SeededRandom(seed: seed)
        let lineBytesMax = Int.random(in: 1...12, using: &random)
        let stream = (0..<Int.random(in: 0...200, using: &random)).map { _ in
            Int.random(in: 0..<8, using: &random) == 0 ? UInt8(ascii: "\n") : UInt8.random(in: 97...122, using: &random)
        }
        var assembler = LineAssembler(lineBytesMax: lineBytesMax)
        var output: [UInt8] = []
        var rest = stream[...]
        while !rest.isEmpty {
            let count = Int.random(in: 1...40, using: &random)
            assembler.append(ByteBuffer(bytes: rest.prefix(count)).readableBytesView)
            rest = rest.dropFirst(count)
            #expect(assembler.count <= output.count + stream.count)
            guard Bool.random(using: &random), let lines = assembler.takeLines() else { continue }
            #expect(lines.last == UInt8(ascii: "\n"), "seed \(seed)")
            output += lines
        }
        output += assembler.takeRest() ?? []
        let wanted = expected(stream, lineBytesMax: lineBytesMax)
        #expect(output == wanted.bytes, "seed \(seed)")
        #expect(assembler.cutLines == wanted.cut, "seed \(seed)")
    }

    @Test func holdsOnlyTheHeadOfALineThatDoesNotEnd() {
        var assembler = LineAssembler(lineBytesMax: 10)
        for _ in 0..<1_000 { assembler.append(ByteBuffer(string: "abcdefgh").readableBytesView) }
        #expect(assembler.count == 12)
    }

    @Test(arguments: [
        ("", .undecided), ("G", .undecided), ("GO a", .undecided), ("GO \n", .dropped(rest: [])),
        ("GO a b\nrest", .dropped(rest: Array("a b".utf8))), ("GX", .other), ("GO\n", .other),
        ("GO 345678901234567890", .other),
    ] as [(String, LineAssembler.FirstLine)])
    func dropsAFirstLineWithAPrefix(_ text: String, _ wanted: LineAssembler.FirstLine) {
        var assembler = LineAssembler(lineBytesMax: 100)
        assembler.append(ByteBuffer(string: text).readableBytesView)
        #expect(assembler.dropFirstLine(startingWith: Array("GO ".utf8), bytesMax: 20) == wanted)
        let rest = text.split(separator: "\n", maxSplits: 1, omittingEmptySubsequences: false).last ?? ""
        if case .dropped = wanted {
            #expect(assembler.takeRest().map { String(decoding: $0, as: UTF8.self) } ?? "" == rest)
        } else {
            #expect(assembler.count == text.utf8.count)
        }
    }

    @Test(arguments: [
        ("ack", true, nil, nil), ("", false, nil, nil), ("ack parser=nginx-access", true, "nginx-access", nil),
        ("parser=klog source=/var/log/my app.log", false, "klog", "/var/log/my app.log"),
        ("ack later=1 source=a\r", true, nil, "a"),
    ] as [(String, Bool, String?, String?)])
    func readsAGreeting(_ words: String, _ wantsAcks: Bool, _ parser: String?, _ source: String?) {
        let greeting = Greeting(words: Array(words.utf8))
        #expect(greeting.wantsAcks == wantsAcks)
        #expect(greeting.parser == parser)
        #expect(greeting.source == source)
    }

    @Test(arguments: [("", 0), ("\n", 1), ("a", 1), ("a\n", 1), ("a\nb", 2), ("a\n\nb\n", 3)])
    func countsLines(_ text: String, _ lines: Int) {
        let frame = Frame(bytes: Array(text.utf8), needsAck: false, receivedAt: 0, transport: .tcp)
        #expect(frame.lineCount == lines)
    }
}
