// Integers and arrays of them as little-endian bytes: the one place here that touches memory.

/// Appends an integer.
func appendInteger<Value: FixedWidthInteger & BitwiseCopyable>(_ value: Value, to bytes: inout [UInt8]) {
    appendArray([value.littleEndian], to: &bytes)
}

/// Appends all elements.
func appendArray<Value: FixedWidthInteger & BitwiseCopyable>(_ values: [Value], to bytes: inout [UInt8]) {
    // Safe: any bytes of an array of integers may be read as bytes. Swift's platforms are little-endian.
    unsafe values.withUnsafeBytes { unsafe bytes.append(contentsOf: $0) }
}

/// Reads through bytes that may be anything.
struct ByteReader {
    private let all: ArraySlice<UInt8>
    private var position: Int

    init(_ bytes: ArraySlice<UInt8>) {
        all = bytes
        position = bytes.startIndex
    }

    var isAtEnd: Bool { position == all.endIndex }

    mutating func bytes(_ count: Int) -> [UInt8]? {
        guard count >= 0, count <= all.endIndex - position else { return nil }
        defer { position += count }
        return Array(all[position..<position + count])
    }

    mutating func integer<Value: FixedWidthInteger & BitwiseCopyable>(_ type: Value.Type) -> Value? {
        array(type, count: 1)?.first
    }

    mutating func array<Value: FixedWidthInteger & BitwiseCopyable>(_ type: Value.Type, count: Int) -> [Value]? {
        let size = MemoryLayout<Value>.stride
        guard count >= 0, count <= (all.endIndex - position) / size else { return nil }
        let source = all[position..<position + count * size]
        position += count * size
        // Safe: the source has `count * size` bytes, the target room for `count` values, and any bits are an integer.
        return unsafe [Value](unsafeUninitializedCapacity: count) { target, written in
            unsafe UnsafeMutableRawBufferPointer(target).copyBytes(from: source)
            written = count
        }
    }
}
