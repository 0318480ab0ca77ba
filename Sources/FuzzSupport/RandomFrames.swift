public import Parsing
public import TestSupport

/// A stream as it arrives: cut into frames of whole lines.
public enum RandomFrames {
    public static func cut(_ stream: [UInt8], _ random: inout SeededRandom) -> [[UInt8]] {
        var frames: [[UInt8]] = []
        var start = 0
        let percent = 1 + random.below(80)
        for index in stream.indices where stream[index] == 0x0a && random.chance(percent) {
            frames.append(LineBytes.exactly(Array(stream[start...index])))
            start = index + 1
        }
        return frames + [LineBytes.exactly(Array(stream[start...]))]
    }

    /// The rows of frames that follow one another. What is left open comes again with what follows it, as the collector
    /// does it.
    public static func rows(
        _ frames: [[UInt8]], by pinned: PinnedParser, _ parser: inout LineParser, receivedAt: Int64
    ) -> [ParsedRow] {
        var rows: [ParsedRow] = []
        var open: [UInt8] = []
        for (index, frame) in frames.enumerated() {
            let bytes = open.isEmpty ? frame : LineBytes.exactly(open + frame)
            var progress = LineParser.Progress()
            repeat {
                progress = parser.parse(
                    bytes, after: progress, receivedAt: receivedAt, source: LineSource(parser: pinned),
                    isFinal: index == frames.count - 1)
                rows += parser.takeBatch().parsedRows.map(\.texts)
            } while progress.isBatchFull
            open = progress.openBytes(of: bytes)
        }
        return rows
    }
}
