#if S3
import Records
public import S3
public import SystemIO

/// Backups in a bucket of S3 or a server like it.
public struct S3Target: BackupTarget {
    private let client: S3Client
    private let prefix: String
    private let clock: any WallClock

    /// - Parameters:
    ///   - prefix: of all keys; ends with `/`, or is empty.
    ///   - partBytes: files larger than that go in parts of so many bytes, 5 MiB at least, which are in memory.
    public init(
        _ configuration: S3Configuration, prefix: String, clock: any WallClock = SystemWallClock(), partBytes: Int = 16 << 20
    ) {
        client = S3Client(configuration) { clock.now() / 1_000_000_000 }
        self.prefix = prefix
        self.clock = clock
        self.partBytes = partBytes
    }

    private let partBytes: Int

    /// How long an upload in parts may take before it counts as abandoned: a week, in nanoseconds.
    private static let uploadAge: Int64 = 7 * 86_400_000_000_000

    public var description: String { "s3://\(client.configuration.bucket)/\(prefix)" }

    /// A server answers many as quickly as one; each has a part in memory.
    public var concurrency: Int { 4 }

    /// To be called once, at the end.
    public func shutdown() async throws { try await client.shutdown() }

    public func list(_ folder: BackupFolder) async throws -> [BackupFile] {
        try await client.list(prefix: "\(prefix)\(folder.rawValue)/").map { object in
            BackupFile(name: String(object.key.dropFirst(prefix.count)), bytes: object.bytes)
        }
    }

    public func create(_ name: String) async throws -> any BackupFileWriter {
        Writer(client: client, key: prefix + name, partBytes: partBytes)
    }

    public func read(_ name: String, at offset: Int, count: Int) async throws -> [UInt8] {
        do {
            return try await client.get(prefix + name, at: offset, count: count)
        } catch let error as S3Error where error.code == "NoSuchKey" {
            throw BackupFileMissing(name)
        }
    }

    public func remove(_ names: [String]) async throws {
        try await forEach(names, concurrency: concurrency) { name in try await client.delete(prefix + name) }
    }

    public func removeUnfinished() async throws {
        let oldest = Timestamp.text(clock.now() - Self.uploadAge).prefix(19)
        for upload in try await client.uploads(prefix: prefix) where upload.initiated.prefix(19) < oldest {
            try await client.abort(upload.key, upload: upload.id)
        }
    }

    public func lock() -> (any FileLock)? { nil }

    private actor Writer: BackupFileWriter {
        private let client: S3Client
        private let key: String
        private let partBytes: Int
        private var buffer: [UInt8] = []
        private var upload: String?
        private var parts: [S3Client.Part] = []

        init(client: S3Client, key: String, partBytes: Int) {
            self.client = client
            self.key = key
            self.partBytes = partBytes
        }

        func append(_ bytes: [UInt8]) async throws {
            var rest = bytes[...]
            while !rest.isEmpty {
                // A part goes when there is more, so that a file of one part needs no upload in parts.
                if buffer.count == partBytes { try await sendPart() }
                let taken = rest.prefix(partBytes - buffer.count)
                buffer += taken
                rest = rest.dropFirst(taken.count)
            }
        }

        private func sendPart() async throws {
            let id: String
            if let upload {
                id = upload
            } else {
                id = try await client.beginUpload(key)
                upload = id
            }
            parts.append(try await client.put(key, upload: id, part: parts.count + 1, buffer))
            buffer.removeAll(keepingCapacity: true)
            Failpoint.pass("backup.part")
        }

        func finish() async throws {
            guard let upload else {
                try await client.put(key, buffer)
                return Failpoint.pass("backup.uploaded")
            }
            if !buffer.isEmpty { try await sendPart() }
            try await client.complete(key, upload: upload, parts)
            Failpoint.pass("backup.uploaded")
        }

        func abandon() async {
            guard let upload else { return }
            // If it fails the parts stay until they are pruned.
            try? await client.abort(key, upload: upload)
        }
    }
}
#endif
