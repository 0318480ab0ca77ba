@testable import Shipping
import Testing

@Suite struct PieceTests {
    @Test(arguments: [1.0, 30, 20_000, 5e6]) func pacesToTheRate(rate: Double) {
        var pacer = Pacer(rate: rate)
        var now: Int64 = 1_000_000_000
        var sent = 0
        let pieces = 200
        for _ in 0..<pieces {
            now += pacer.delay(lines: pacer.linesAtOnce, now: now)
            sent += pacer.linesAtOnce
        }
        // The first piece goes at once; the others when they are due.
        let seconds = Double(now - 1_000_000_000) / 1e9
        #expect(abs(Double(sent - pacer.linesAtOnce) / seconds / rate - 1) < 0.001)
    }

    @Test func catchesUpAtMostATenthOfASecond() {
        var pacer = Pacer(rate: 1_000)
        // Ten idle seconds after the first lines, those of a tenth of a second may go at once, and one that is due.
        let now: Int64 = 10_000_000_000
        let delays = [(50, 0), (100, now), (1, now), (1, now)].map { pacer.delay(lines: $0.0, now: $0.1) }
        #expect(delays == [0, 0, 0, 1_000_000])
    }

    @Test(arguments: [([], [] as [String]), (["abc"], ["abc\n"]), (["a\nb", "c\n"], ["a\n", "bc\n"])])
    func splitsBlocksIntoWholeLines(_ blocks: [String], _ wanted: [String]) {
        var splitter = LineSplitter()
        var output = blocks.compactMap { splitter.add(Array($0.utf8)) }
        if let rest = splitter.finish() { output.append(rest) }
        #expect(output.map { String(decoding: $0.bytes, as: UTF8.self) } == wanted)
    }

    @Test func cutsALongLineAndGoesOnAfterIt() {
        var splitter = LineSplitter(lineBytesMax: 5)
        let batches = ["a\nbcd", "efgh", "ijk", "l\nm\n"].compactMap { splitter.add(Array($0.utf8)) }
        #expect(batches.map { String(decoding: $0.bytes, as: UTF8.self) } == ["a\n", "bcdefg\n", "m\n"])
        #expect(splitter.cutLines == 1)
    }

    @Test func splitsAndDropsByLines() {
        let batch = LineBatch(Array("a\nb\n\nc\nd\n".utf8))
        #expect(batch.lineCount == 5)
        #expect(batch.split(lines: 2).map { String(decoding: $0.bytes, as: UTF8.self) } == ["a\nb\n", "\nc\n", "d\n"])
        #expect(batch.dropping(lines: 3) == LineBatch(Array("c\nd\n".utf8)))
        #expect(batch.dropping(lines: 0) == batch)
    }

    @Test func sendsAgainFromTheLastAcknowledgedLine() {
        var window = AckWindow()
        window.append(LineBatch(Array("a\nb\n".utf8)))
        window.append(LineBatch(Array("c\nd\n".utf8)))
        while window.nextToWrite() != nil {}
        let settled = [3, 1, 5].map { window.settle(lines: $0) }
        #expect(settled == [true, true, false])
        #expect(window.settledLines == 3)
        window.restart()
        #expect(window.bytes == 2)
        let rewritten = [window.nextToWrite(), window.nextToWrite()]
        #expect(rewritten == [LineBatch(Array("d\n".utf8)), nil])
        let settledAgain = [2, 1].map { window.settle(lines: $0) }
        #expect(settledAgain == [false, true])
        #expect(window.isEmpty && window.bytes == 0 && window.settledLines == 4)
    }

    @Test func packsLinesIntoDatagrams() {
        func line(_ count: Int) -> String { String(repeating: "x", count: count) }
        let lines = [line(699), line(700), line(1), "", line(1_400), line(5_000), line(65_507), line(65_508), "end", ""]
        let packed = DatagramPacker.pack(Array((lines.joined(separator: "\n") + "\n").utf8))
        #expect(packed.datagrams.map(\.count) == [1_400, 2, 1_400, 5_000, 65_507, 4])
        #expect(packed.skippedLines == 1)
        #expect(packed.skippedBytes == 65_509)
    }
}
