/// Where a file's bytes come from.
public protocol ByteSource: Sendable {
    /// Of the whole file; it does not change.
    var byteCount: Int { get throws }
    /// All bytes of `range`, which lies within the file.
    func read(_ range: Range<Int>) throws -> [UInt8]
}

/// A file in memory.
public struct MemorySource: ByteSource {
    private let bytes: [UInt8]

    public init(_ bytes: [UInt8]) { self.bytes = bytes }

    public var byteCount: Int { bytes.count }

    public func read(_ range: Range<Int>) -> [UInt8] { Array(bytes[range]) }
}

extension ByteSource {
    /// Reads with the errors of this library.
    ///
    /// - Throws: `ParquetError.unreadable` when the source throws or gives another number of bytes.
    func bytes(_ range: Range<Int>) throws(ParquetError) -> [UInt8] {
        let bytes: [UInt8]
        do { bytes = try read(range) } catch { throw .unreadable("\(error)") }
        guard bytes.count == range.count else {
            throw .unreadable("bytes \(range) were asked for and \(bytes.count) came; is the file being changed?")
        }
        return bytes
    }

    /// - Throws: `ParquetError.unreadable`.
    func checkedByteCount() throws(ParquetError) -> Int {
        do { return try byteCount } catch { throw .unreadable("\(error)") }
    }
}
