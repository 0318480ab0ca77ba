import Kernels

/// Lines on their way; each ends with a newline.
struct LineBatch: Sendable, Equatable {
    let bytes: [UInt8]
    let lineCount: Int

    init(_ bytes: [UInt8]) {
        var newlines = 0
        for byte in bytes { newlines &+= byte == UInt8(ascii: "\n") ? 1 : 0 }
        self.init(bytes, lineCount: newlines)
    }

    private init(_ bytes: [UInt8], lineCount: Int) {
        precondition(bytes.last == UInt8(ascii: "\n") || bytes.isEmpty, "a batch ends with a whole line")
        self.bytes = bytes
        self.lineCount = lineCount
    }

    /// The same lines without the first `count` ones.
    func dropping(lines count: Int) -> LineBatch {
        guard count > 0 else { return self }
        let start = Self.offset(after: count, in: bytes.span, from: 0)
        return LineBatch(Array(bytes[start...]), lineCount: lineCount - count)
    }

    /// The same lines in pieces of at most `count`.
    func split(lines count: Int) -> [LineBatch] {
        guard lineCount > count else { return [self] }
        var pieces: [LineBatch] = []
        var start = 0
        while start < bytes.count {
            let end = Self.offset(after: count, in: bytes.span, from: start)
            pieces.append(LineBatch(Array(bytes[start..<end])))
            start = end
        }
        return pieces
    }

    /// Where the line after `count` lines from `start` on begins.
    private static func offset(after count: Int, in bytes: Span<UInt8>, from start: Int) -> Int {
        var offset = start
        for _ in 0..<count where offset < bytes.count { offset = min(bytes.count, lineEnd(bytes, from: offset) + 1) }
        return offset
    }
}
