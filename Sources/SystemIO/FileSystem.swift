/// Files and folders, as far as storage needs them: the seam behind which tests put a simulated disk.
///
/// Paths are absolute, or relative to the working directory. Calls block and may come from any thread.
public protocol FileSystem: Sendable {
    /// Makes a folder and those above it; one that is there already is no error.
    func createDirectory(_ path: String) throws(SystemIOError)

    /// The names in a folder, sorted.
    func list(_ path: String) throws(SystemIOError) -> [String]

    /// An empty file open for appending; one that is there already loses its contents.
    func create(_ path: String) throws(SystemIOError) -> any WritableFile

    /// A file open for reading.
    func open(_ path: String) throws(SystemIOError) -> any ReadableFile

    /// Gives a file another name, in the place of a file that has it.
    func rename(_ path: String, to newPath: String) throws(SystemIOError)

    /// Gives a file a second name, which keeps it when the first is removed. A file that has that name already stays.
    func link(_ path: String, to newPath: String) throws(SystemIOError)

    func remove(_ path: String) throws(SystemIOError)

    func exists(_ path: String) -> Bool

    /// Cuts a file to its first `count` bytes.
    func truncate(_ path: String, to count: Int) throws(SystemIOError)

    /// Returns when the names in a folder are on disk: files made, renamed and removed before the call stay so.
    func syncDirectory(_ path: String) throws(SystemIOError)

    /// Takes a lock that other processes and other calls see, until it is released or this process ends.
    ///
    /// - Throws: when another holds it.
    func lock(_ path: String) throws(SystemIOError) -> any FileLock
}

extension FileSystem {
    /// Removes a file such that it does not come back when the power goes.
    public func removeForGood(_ path: String) throws(SystemIOError) {
        try remove(path)
        try syncDirectory(folder(of: path))
    }

    /// Moves a file such that it does not come back when the power goes.
    public func renameForGood(_ path: String, to newPath: String) throws(SystemIOError) {
        try rename(path, to: newPath)
        // The new name first: in between it has both.
        try syncDirectory(folder(of: newPath))
        if folder(of: path) != folder(of: newPath) { try syncDirectory(folder(of: path)) }
    }

    private func folder(of path: String) -> String {
        path.lastIndex(of: "/").map { String(path[..<$0]) } ?? "."
    }

    /// A second file with the same bytes, for file systems without links.
    public func link(_ path: String, to newPath: String) throws(SystemIOError) {
        guard !exists(newPath) else { return }
        try copy(path, from: 0, to: newPath)
    }

    /// Writes the bytes of a file from `offset` on to another, so that it is there whole or not at all.
    public func copy(_ path: String, from offset: Int, to newPath: String) throws(SystemIOError) {
        let unfinished = newPath + ".tmp"
        let source = try open(path)
        do throws(SystemIOError) {
            let target = try create(unfinished)
            var position = offset
            while true {
                let bytes = try source.read(at: position, count: 1 << 20)
                guard !bytes.isEmpty else { break }
                try target.append(bytes)
                position += bytes.count
            }
            try target.sync()
            try target.close()
            try rename(unfinished, to: newPath)
        } catch {
            try? remove(unfinished)
            throw error
        }
    }
}

/// A file that grows at its end.
public protocol WritableFile: AnyObject, Sendable {
    /// Bytes written so far.
    var byteCount: Int { get }

    /// - Throws: when not all could be written; some of them may have been.
    func append(_ bytes: [UInt8]) throws(SystemIOError)

    /// Cuts the file to its first `count` bytes; the next `append` goes on there.
    func truncate(to count: Int) throws(SystemIOError)

    /// Returns when all that was written is on disk.
    func sync() throws(SystemIOError)

    func close() throws(SystemIOError)
}

/// A file to read from at any place.
public protocol ReadableFile: Sendable {
    var byteCount: Int { get throws(SystemIOError) }

    /// `count` bytes from `offset` on; fewer only at the end of the file.
    func read(at offset: Int, count: Int) throws(SystemIOError) -> [UInt8]
}

/// A lock that is held.
public protocol FileLock: Sendable {
    func release()
}
