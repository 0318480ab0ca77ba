import Glibc
import Synchronization

/// Calls of one file must not overlap; storage sees to that.
final class POSIXWritableFile: WritableFile {
    private let descriptor: OpenDescriptor
    private let path: String
    private let written = Atomic(0)

    init(_ descriptor: Int32, path: String) {
        self.descriptor = OpenDescriptor(descriptor)
        self.path = path
    }

    var byteCount: Int { written.load(ordering: .relaxed) }

    func append(_ bytes: [UInt8]) throws(SystemIOError) {
        var offset = 0
        while offset < bytes.count {
            // Safe: `offset < bytes.count`, and write reads no more than what is left.
            let count = unsafe bytes.withUnsafeBytes { buffer in
                unsafe write(descriptor.number, buffer.baseAddress.map { unsafe $0 + offset }, bytes.count - offset)
            }
            if count < 0 {
                if errno == EINTR { continue }
                throw SystemIOError("write", path, code: errno)
            }
            offset += count
            written.add(count, ordering: .relaxed)
        }
    }

    func truncate(to count: Int) throws(SystemIOError) {
        if ftruncate(descriptor.number, count) != 0 { throw SystemIOError("truncate", path, code: errno) }
        written.store(count, ordering: .relaxed)
    }

    func sync() throws(SystemIOError) {
        if fdatasync(descriptor.number) != 0 { throw SystemIOError("sync", path, code: errno) }
    }

    func close() throws(SystemIOError) {
        if descriptor.close() != 0 { throw SystemIOError("close", path, code: errno) }
    }
}

struct POSIXReadableFile: ReadableFile {
    private let descriptor: OpenDescriptor
    private let path: String

    init(_ descriptor: Int32, path: String) {
        self.descriptor = OpenDescriptor(descriptor)
        self.path = path
    }

    var byteCount: Int {
        get throws(SystemIOError) {
            var status = stat()
            if unsafe fstat(descriptor.number, &status) != 0 { throw SystemIOError("examine", path, code: errno) }
            return Int(status.st_size)
        }
    }

    func read(at offset: Int, count: Int) throws(SystemIOError) -> [UInt8] {
        precondition(offset >= 0)
        precondition(count >= 0)
        var failure: Int32 = 0
        // Safe: pread writes at most `count - done` bytes at `done`, within the capacity of `count`.
        let bytes = unsafe [UInt8](unsafeUninitializedCapacity: count) { buffer, done in
            while done < count {
                let read = unsafe pread(
                    descriptor.number, buffer.baseAddress.map { unsafe $0 + done }, count - done, offset + done)
                if read < 0, errno == EINTR { continue }
                if read < 0 { failure = errno }
                guard read > 0 else { break }
                done += read
            }
        }
        if failure != 0 { throw SystemIOError("read", path, code: failure) }
        return bytes
    }
}

struct POSIXFileLock: FileLock {
    private let descriptor: OpenDescriptor

    init(_ descriptor: Int32) { self.descriptor = OpenDescriptor(descriptor) }

    func release() {
        // A process that is being started may have the descriptor for a moment: closing it here would not unlock.
        _ = flock(descriptor.number, LOCK_UN)
        _ = descriptor.close()
    }
}

/// A file descriptor that is closed once, at the latest when its owner goes.
private final class OpenDescriptor: Sendable {
    let number: Int32
    private let isOpen = Atomic(true)

    init(_ number: Int32) { self.number = number }

    deinit { _ = close() }

    func close() -> Int32 {
        isOpen.exchange(false, ordering: .acquiringAndReleasing) ? Glibc.close(number) : 0
    }
}
