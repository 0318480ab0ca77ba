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

/// A source as the parts of a reader share it.
struct FileBytes: Sendable {
    let source: any ByteSource
    /// Of the whole file.
    let byteCount: Int
    let limits: ReaderLimits

    /// - Throws: `ParquetError.unreadable`.
    init(_ source: any ByteSource, limits: ReaderLimits) throws(ParquetError) {
        do { byteCount = try source.byteCount } catch { throw .unreadable("\(error)") }
        self.source = source
        self.limits = limits
    }

    /// - Throws: `ParquetError.unreadable` when the source throws or gives another number of bytes.
    func bytes(_ range: Range<Int>) throws(ParquetError) -> [UInt8] {
        let bytes: [UInt8]
        do {
            bytes = try source.read(range)
        } catch let error as ParquetError {
            throw error
        } catch {
            throw .unreadable("\(error)")
        }
        guard bytes.count == range.count else {
            throw .unreadable("bytes \(range) were asked for and \(bytes.count) came; is the file being changed?")
        }
        return bytes
    }

    /// `length` bytes from `offset` on; nil when they do not lie within the file.
    func range(_ offset: Int64, _ length: Int64) -> Range<Int>? {
        guard offset >= 0, length >= 0, offset <= byteCount, length <= Int64(byteCount) - offset else { return nil }
        return Int(offset)..<Int(offset + length)
    }
}
