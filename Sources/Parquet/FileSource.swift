import Glibc

/// A file on disk. Many tasks may read at once.
public final class FileSource: ByteSource {
    public let byteCount: Int
    private let descriptor: Int32

    /// Opens a file.
    ///
    /// - Throws: `ParquetError.unreadable` when it cannot be opened or is a folder or another thing that is no file.
    public init(path: String) throws(ParquetError) {
        let descriptor = unsafe open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
        guard descriptor >= 0 else { throw Self.failure() }
        var status = stat()
        // Safe: fstat fills the structure, whose size both sides know.
        guard unsafe fstat(descriptor, &status) == 0 else {
            let failure = Self.failure()
            close(descriptor)
            throw failure
        }
        guard status.st_mode & S_IFMT == S_IFREG else {
            close(descriptor)
            throw .unreadable("it is no regular file")
        }
        self.descriptor = descriptor
        byteCount = Int(status.st_size)
    }

    deinit { close(descriptor) }

    /// - Throws: `ParquetError.unreadable`, also when the file has become shorter.
    public func read(_ range: Range<Int>) throws -> [UInt8] {
        var bytes: [UInt8] = []
        var failure: ParquetError?
        bytes.append(addingCapacity: range.count) { target in
            // Safe: pread writes at most as many bytes as the rest of the buffer has, and those count.
            unsafe target.withUnsafeMutableBufferPointer { buffer, written in
                let whole = unsafe UnsafeMutableRawBufferPointer(buffer)
                while written < range.count {
                    let rest = unsafe UnsafeMutableRawBufferPointer(rebasing: whole[written..<range.count])
                    let count = unsafe pread(descriptor, rest.baseAddress, rest.count, off_t(range.lowerBound + written))
                    if count > 0 {
                        written += count
                    } else if count == 0 {
                        failure = .unreadable("it has become shorter while it is read")
                        return
                    } else if errno != EINTR {
                        failure = Self.failure()
                        return
                    }
                }
            }
        }
        if let failure { throw failure }
        return bytes
    }

    private static func failure() -> ParquetError {
        // Safe: strerror gives a string that ends with a zero byte, valid until the next call on this thread.
        .unreadable(unsafe String(cString: strerror(errno)).lowercased())
    }
}
