import ArgumentParser
import Glibc
import SystemIO

/// Standard output, of which every write can fail: the reader has gone, the disk is full.
enum StandardOutput {
    /// Writes all bytes.
    ///
    /// - Throws: `ExitCode.success` when the reader has gone, as in `lockstitch query … | head`: it has what it wanted.
    ///   For anything else a `CommandFailure`.
    static func write(_ bytes: some Collection<UInt8>) throws {
        var rest = Array(bytes)[...]
        while !rest.isEmpty {
            // Safe: `write` reads only within the buffer.
            let count = unsafe rest.withUnsafeBytes { unsafe Glibc.write(STDOUT_FILENO, $0.baseAddress, $0.count) }
            guard count < 0 else {
                rest = rest.dropFirst(count)
                continue
            }
            switch errno {
            case EINTR: continue
            case EAGAIN: waitUntilWritable()
            case EPIPE: throw ExitCode.success
            default: throw CommandFailure("cannot write the output: \(SystemIOError.words(for: errno))", code: 1)
            }
        }
    }

    /// For a descriptor that another process made non-blocking.
    private static func waitUntilWritable() {
        var descriptor = pollfd(fd: STDOUT_FILENO, events: Int16(POLLOUT), revents: 0)
        // Safe: one descriptor, as the count says.
        _ = unsafe poll(&descriptor, 1, -1)
    }
}
