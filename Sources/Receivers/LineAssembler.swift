public import NIOCore
import Records

/// Puts the bytes of one stream together to whole lines.
///
/// Bytes are copied once, into the array that becomes the frame; only the unterminated end of it is copied again.
/// A line of more than `lineBytesMax` bytes keeps its head, one byte longer than allowed: that is how the parser
/// knows that it was cut. At most that head and what one `append` brought are held between two calls.
public struct LineAssembler: Sendable {
    private let lineBytesMax: Int
    private var pending: [UInt8] = []
    /// Where the first line starts whose length is not checked yet.
    private var lineStart = 0
    /// No newline stands between `lineStart` and here.
    private var searched = 0
    /// Whether the end of a line that was cut is being skipped.
    private var isSkipping = false
    /// Lines cut so far.
    private(set) var cutLines = 0

    public init(lineBytesMax: Int) { self.lineBytesMax = lineBytesMax }

    /// Bytes held.
    public var count: Int { pending.count }

    /// Adds the next bytes of the stream.
    public mutating func append(_ bytes: ByteBufferView) {
        guard isSkipping else { return add(bytes) }
        guard let newline = bytes.firstIndex(of: UInt8(ascii: "\n")) else { return }
        isSkipping = false
        add(bytes[(newline + 1)...])
    }

    private mutating func add(_ bytes: ByteBufferView) {
        pending.append(contentsOf: bytes)
        while pending.count - lineStart > lineBytesMax { checkLength() }
    }

    /// Moves `lineStart` past whole lines of allowed length, or cuts the line that starts there.
    private mutating func checkLength() {
        let limit = lineStart + lineBytesMax
        if let newline = lastNewline(from: lineStart, through: limit) {
            startLine(at: newline + 1)
        } else {
            cut(at: limit + 1)
        }
    }

    private mutating func cut(at end: Int) {
        cutLines += 1
        guard let newline = pending[end...].firstIndex(of: UInt8(ascii: "\n")) else {
            pending.removeSubrange(end...)
            pending.append(UInt8(ascii: "\n"))
            isSkipping = true
            startLine(at: pending.count)
            return
        }
        pending.removeSubrange(end..<newline)
        startLine(at: end + 1)
    }

    private mutating func startLine(at index: Int) {
        lineStart = index
        searched = index
    }

    /// The whole lines held, or nil if there is none.
    public mutating func takeLines() -> [UInt8]? {
        let newline = lastNewline(from: searched, through: pending.count - 1)
        guard let end = newline.map({ $0 + 1 }) ?? (lineStart > 0 ? lineStart : nil) else {
            searched = pending.count
            return nil
        }
        let tail = Array(pending[end...])
        pending.removeSubrange(end...)
        let lines = pending
        pending = tail
        lineStart = 0
        searched = tail.count
        return lines
    }

    /// All that is held, the unterminated last line too; nil if there is nothing.
    public mutating func takeRest() -> [UInt8]? {
        guard !pending.isEmpty else { return nil }
        let rest = pending
        pending = []
        startLine(at: 0)
        return rest
    }

    /// The first line of the stream, if it begins with `prefix`.
    enum FirstLine: Equatable {
        /// Too little has come to say.
        case undecided
        case other
        /// It is dropped; its bytes after the prefix, without the newline.
        case dropped(rest: [UInt8])
    }

    /// Drops the first line if it begins with `prefix` and is no longer than `bytesMax`.
    mutating func dropFirstLine(startingWith prefix: [UInt8], bytesMax: Int) -> FirstLine {
        guard pending.starts(with: prefix.prefix(pending.count)) else { return .other }
        guard let newline = pending.prefix(bytesMax).firstIndex(of: UInt8(ascii: "\n")) else {
            return pending.count < bytesMax ? .undecided : .other
        }
        guard newline >= prefix.count else { return .other }
        let rest = Array(pending[prefix.count..<newline])
        pending.removeFirst(newline + 1)
        startLine(at: 0)
        return .dropped(rest: rest)
    }

    private func lastNewline(from start: Int, through end: Int) -> Int? {
        let bytes = pending.span
        var index = end
        while index >= start {
            if bytes[index] == UInt8(ascii: "\n") { return index }
            index -= 1
        }
        return nil
    }
}
