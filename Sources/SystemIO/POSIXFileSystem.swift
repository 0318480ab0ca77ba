import Glibc

/// The file system of the machine.
public struct POSIXFileSystem: FileSystem {
    public init() {}

    public func createDirectory(_ path: String) throws(SystemIOError) {
        var prefix = path.hasPrefix("/") ? "/" : ""
        for part in path.split(separator: "/") {
            prefix += part
            if unsafe mkdir(prefix, 0o755) != 0, errno != EEXIST { throw SystemIOError("create folder", prefix, code: errno) }
            prefix += "/"
        }
    }

    public func list(_ path: String) throws(SystemIOError) -> [String] {
        guard let directory = unsafe opendir(path) else { throw SystemIOError("list", path, code: errno) }
        defer { unsafe closedir(directory) }
        var names: [String] = []
        // Safe: an entry is used before the next call of readdir; its name ends with a zero byte.
        while let entry = unsafe readdir(directory) {
            let name = unsafe withUnsafePointer(to: &entry.pointee.d_name) { pointer in
                unsafe pointer.withMemoryRebound(to: CChar.self, capacity: 256) { unsafe String(cString: $0) }
            }
            if name != ".", name != ".." { names.append(name) }
        }
        return names.sorted()
    }

    public func create(_ path: String) throws(SystemIOError) -> any WritableFile {
        let descriptor = try descriptor("create", path, O_WRONLY | O_CREAT | O_TRUNC | O_APPEND)
        return POSIXWritableFile(descriptor, path: path)
    }

    public func open(_ path: String) throws(SystemIOError) -> any ReadableFile {
        POSIXReadableFile(try descriptor("open", path, O_RDONLY), path: path)
    }

    public func rename(_ path: String, to newPath: String) throws(SystemIOError) {
        if unsafe Glibc.rename(path, newPath) != 0 { throw SystemIOError("rename", path, code: errno) }
    }

    public func link(_ path: String, to newPath: String) throws(SystemIOError) {
        guard unsafe Glibc.link(path, newPath) != 0, errno != EEXIST else { return }
        // Another disk, or one that knows no links.
        guard [EXDEV, EPERM, EMLINK, ENOSYS, EOPNOTSUPP].contains(errno) else {
            throw SystemIOError("link", path, code: errno)
        }
        try copy(path, from: 0, to: newPath)
    }

    public func remove(_ path: String) throws(SystemIOError) {
        if unsafe unlink(path) != 0 { throw SystemIOError("remove", path, code: errno) }
    }

    public func exists(_ path: String) -> Bool { unsafe access(path, F_OK) == 0 }

    public func truncate(_ path: String, to count: Int) throws(SystemIOError) {
        if unsafe Glibc.truncate(path, count) != 0 { throw SystemIOError("truncate", path, code: errno) }
    }

    public func syncDirectory(_ path: String) throws(SystemIOError) {
        let descriptor = try descriptor("open", path, O_RDONLY | O_DIRECTORY)
        defer { close(descriptor) }
        if fsync(descriptor) != 0 { throw SystemIOError("sync", path, code: errno) }
    }

    public func lock(_ path: String) throws(SystemIOError) -> any FileLock {
        let descriptor = try descriptor("open", path, O_RDWR | O_CREAT)
        if flock(descriptor, LOCK_EX | LOCK_NB) != 0 {
            let code = errno
            close(descriptor)
            throw SystemIOError("lock", path, code: code)
        }
        return POSIXFileLock(descriptor)
    }

    private func descriptor(_ operation: String, _ path: String, _ flags: Int32) throws(SystemIOError) -> Int32 {
        let descriptor = unsafe Glibc.open(path, flags | O_CLOEXEC, 0o644)
        guard descriptor >= 0 else { throw SystemIOError(operation, path, code: errno) }
        return descriptor
    }
}
