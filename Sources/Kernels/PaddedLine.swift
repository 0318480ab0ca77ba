/// A copy of one line on which the value scanners of the walk may run: what the tokenizer reads, so that what it
/// accepts is just what the walk accepts.
public struct PaddedLine: ~Copyable {
    private let base: UnsafeMutablePointer<UInt8>
    public let count: Int

    /// Copies `line`, which has no newline.
    public init(_ line: Span<UInt8>) {
        count = line.count
        base = .allocate(capacity: count + 1 + ColumnBuffer.padding)
        line.withUnsafeBufferPointer { buffer in
            if let source = buffer.baseAddress { base.update(from: source, count: buffer.count) }
        }
        base[count] = UInt8(ascii: "\n")
        (base + count + 1).update(repeating: 0, count: ColumnBuffer.padding)
    }

    deinit { base.deallocate() }

    /// The byte at `index`; a newline at the end of the line.
    public subscript(_ index: Int) -> UInt8 {
        precondition(index <= count)
        return base[index]
    }

    public func bytes(_ range: Range<Int>) -> [UInt8] {
        precondition(range.upperBound <= count)
        return Array(UnsafeBufferPointer(start: base + range.lowerBound, count: range.count))
    }

    /// Past the JSON value at `index`, or nil where none is well-formed. Objects count only when they are empty.
    public func valueEnd(_ index: Int) -> Int? {
        offset(base[index] == UInt8(ascii: "\"") ? stringEnd(base + index + 1) : unquotedEnd(base + index)?.end)
    }

    /// Past the closing quote of the string whose opening quote is at `index`, or nil.
    public func quotedEnd(_ index: Int) -> Int? {
        base[index] == UInt8(ascii: "\"") ? offset(stringEnd(base + index + 1)) : nil
    }

    /// Past the escape of a JSON string at `index`, or nil where it is not well-formed.
    public func escapeEnd(_ index: Int) -> Int? {
        var decoded: UInt32 = 0
        return withUnsafeMutableBytes(of: &decoded) { bytes in
            offset(takeEscape(base + index, bytes.baseAddress!.assumingMemoryBound(to: UInt8.self))?.after)
        }
    }

    /// The text of the well-formed string whose quotes enclose `range`.
    public func decoded(_ range: Range<Int>) -> String {
        var text: [UInt8] = []
        var index = range.lowerBound
        var written: UInt32 = 0
        while index < range.upperBound {
            if base[index] == UInt8(ascii: "\\") {
                let step = withUnsafeMutableBytes(of: &written) { bytes -> Int in
                    let to = bytes.baseAddress!.assumingMemoryBound(to: UInt8.self)
                    guard let (after, count) = takeEscape(base + index, to) else { return 1 }
                    text.append(contentsOf: UnsafeBufferPointer(start: to, count: count))
                    return after - UnsafePointer(base + index)
                }
                index += step
            } else {
                text.append(base[index])
                index += 1
            }
        }
        return String(decoding: text, as: UTF8.self)
    }

    private func offset(_ pointer: UnsafePointer<UInt8>?) -> Int? {
        pointer.map { $0 - UnsafePointer(base) }
    }
}
