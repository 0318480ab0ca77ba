import Records

/// Cuts a stream of blocks into whole lines. Of a line longer than `lineBytesMax` it keeps the head, one byte longer
/// than allowed: that is how the collector's parser knows that it was cut.
struct LineSplitter {
    private let lineBytesMax: Int
    private var pending: [UInt8] = []
    private var isSkipping = false
    /// Lines cut so far.
    private(set) var cutLines = 0

    init(lineBytesMax: Int = Limits.lineBytesMax) { self.lineBytesMax = lineBytesMax }

    /// Adds a block and returns the whole lines there are now, if any.
    mutating func add(_ block: [UInt8]) -> LineBatch? {
        var block = block[...]
        if isSkipping {
            guard let newline = block.firstIndex(of: UInt8(ascii: "\n")) else { return nil }
            block = block[(newline + 1)...]
            isSkipping = false
        }
        guard let newline = block.lastIndex(of: UInt8(ascii: "\n")) else {
            pending += block
            return pending.count > lineBytesMax ? cut() : nil
        }
        var lines = pending
        lines += block[...newline]
        pending = Array(block[(newline + 1)...])
        return LineBatch(lines)
    }

    /// The unterminated last line, with a newline, if there is one.
    mutating func finish() -> LineBatch? {
        isSkipping = false
        guard !pending.isEmpty else { return nil }
        defer { pending = [] }
        return LineBatch(pending + [UInt8(ascii: "\n")])
    }

    private mutating func cut() -> LineBatch {
        cutLines += 1
        isSkipping = true
        defer { pending = [] }
        return LineBatch(pending[...lineBytesMax] + [UInt8(ascii: "\n")])
    }
}
