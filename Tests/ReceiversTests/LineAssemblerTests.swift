import NIOCore
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
        var random = SeededGenerator(state: seed)
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
        ("", nil), ("G", nil), ("GO\n", true), ("GO", nil), ("GO\nrest", true), ("GX", false), ("GO \n", false),
    ] as [(String, Bool?)]) func findsAPrefix(_ text: String, _ wanted: Bool?) {
        var assembler = LineAssembler(lineBytesMax: 100)
        assembler.append(ByteBuffer(string: text).readableBytesView)
        let found = assembler.dropPrefix(Array("GO\n".utf8))
        #expect(found == wanted)
        #expect(assembler.count == (wanted == true ? text.utf8.count - 3 : text.utf8.count))
    }

    @Test(arguments: [("", 0), ("\n", 1), ("a", 1), ("a\n", 1), ("a\nb", 2), ("a\n\nb\n", 3)])
    func countsLines(_ text: String, _ lines: Int) {
        let frame = Frame(bytes: Array(text.utf8), needsAck: false, receivedAt: 0, transport: .tcp)
        #expect(frame.lineCount == lines)
    }
}
