import Kernels
import Parquet
import Synchronization
import SystemIO

// Pages have CRCs of their own; page headers, indexes and the footer have none in Parquet. So the footer of a chunk names
// two more, CRC-32C as 8 hexadecimal digits in the key-value metadata:
//
//     lockstitch.footer_crc32c   of the footer, its length and the magic bytes, both checksums taken as zeros
//     lockstitch.crc32c          of the whole file, itself taken as zeros
//
// The first is checked whenever a chunk is opened, the second by `lockstitch doctor`. Other readers skip both.

enum ChunkChecksum {
    static let none = "00000000"

    /// To be written into the footer, and then replaced.
    static let placeholders = [(key: ChunkNames.footerChecksum, value: none), (key: ChunkNames.checksum, value: none)]

    /// Where the digits of a checksum are in the end of a file; nil when it has none.
    ///
    /// A value of the metadata stands behind its key as type and number of the field, length, and bytes (Thrift compact
    /// protocol).
    static func digits(of key: String, in end: [UInt8]) -> Range<Int>? {
        let pattern = Array(key.utf8) + [0x18, UInt8(none.utf8.count)]
        var start = end.count - pattern.count - none.utf8.count
        while start >= 0 {
            if end[start] == pattern[0], end[start..<start + pattern.count].elementsEqual(pattern) {
                return start + pattern.count..<start + pattern.count + none.utf8.count
            }
            start -= 1
        }
        return nil
    }

    static func text(_ crc: UInt32) -> [UInt8] {
        let digits = String(crc, radix: 16)
        return Array((String(repeating: "0", count: 8 - digits.count) + digits).utf8)
    }

    /// The bytes of a file from its footer on.
    static func footer(_ file: any ReadableFile) throws -> [UInt8] {
        let byteCount = try file.byteCount
        let tail = try file.read(at: max(0, byteCount - 8), count: 8)
        let length = Int(tail.prefix(4).littleEndian)
        guard tail.count == 8, length + 8 <= byteCount else { throw StorageError("it does not end as a Parquet file") }
        return try file.read(at: byteCount - 8 - length, count: length + 8)
    }

    /// The checksum of a footer.
    static func ofFooter(_ footer: [UInt8]) -> UInt32 {
        var footer = footer
        for key in [ChunkNames.footerChecksum, ChunkNames.checksum] {
            if let digits = digits(of: key, in: footer) { footer.replaceSubrange(digits, with: none.utf8) }
        }
        return crc32c(footer.span)
    }

    /// - Throws: `StorageError` unless the footer is as it was written. One without a checksum passes: a file of another
    ///   writer.
    static func checkFooter(_ file: any ReadableFile) throws {
        let footer = try footer(file)
        guard let digits = digits(of: ChunkNames.footerChecksum, in: footer) else {
            // One checksum without the other: the key of this one is damaged.
            guard Self.digits(of: ChunkNames.checksum, in: footer) == nil else {
                throw StorageError("its footer is not as it was written")
            }
            return
        }
        guard footer[digits].elementsEqual(text(ofFooter(footer))) else {
            throw StorageError("its footer is not as it was written")
        }
    }

    /// Whether a whole file is as it was written; nil for one without a checksum.
    static func check(_ file: any ReadableFile) throws -> Bool? {
        let footer = try footer(file)
        guard let digits = digits(of: ChunkNames.checksum, in: footer) else { return nil }
        let body = try file.byteCount - footer.count
        var crc: UInt32 = 0
        var offset = 0
        while offset < body {
            let bytes = try file.read(at: offset, count: min(1 << 20, body - offset))
            guard !bytes.isEmpty else { return false }
            crc = crc32c(bytes.span, seed: crc)
            offset += bytes.count
        }
        var end = footer
        end.replaceSubrange(digits, with: none.utf8)
        return footer[digits].elementsEqual(text(crc32c(end.span, seed: crc)))
    }
}

/// A file of a chunk on its way to the disk, which puts the checksums into its footer.
final class ChecksummedFile: WritableFile {
    private struct State {
        var crc: UInt32 = 0
        /// What is not written yet, from the first byte behind the pages on.
        var end: [UInt8]?
    }

    private let file: any WritableFile
    private let state = Mutex(State())

    init(_ file: any WritableFile) { self.file = file }

    var byteCount: Int { file.byteCount + state.withLock { $0.end?.count ?? 0 } }

    /// What comes from now on has the footer in it, and stays in memory until `sync`.
    func beginEnd() { state.withLock { $0.end = [] } }

    func append(_ bytes: [UInt8]) throws(SystemIOError) {
        let isHeld = state.withLock { state in
            if state.end == nil { state.crc = crc32c(bytes.span, seed: state.crc) } else { state.end? += bytes }
            return state.end != nil
        }
        if !isHeld { try file.append(bytes) }
    }

    func truncate(to count: Int) throws(SystemIOError) { preconditionFailure("a chunk is written from front to back") }

    func sync() throws(SystemIOError) {
        let (crc, held) = state.withLock { state in (state.crc, state.end.take()) }
        if var end = held {
            let length = Int(end.suffix(8).prefix(4).littleEndian)
            let start = end.count - 8 - length
            set(ChunkNames.footerChecksum, in: &end, to: ChunkChecksum.ofFooter(Array(end[start...])))
            set(ChunkNames.checksum, in: &end, to: crc32c(end.span, seed: crc))
            try file.append(end)
        }
        try file.sync()
    }

    private func set(_ key: String, in end: inout [UInt8], to crc: UInt32) {
        if let digits = ChunkChecksum.digits(of: key, in: end) { end.replaceSubrange(digits, with: ChunkChecksum.text(crc)) }
    }

    func close() throws(SystemIOError) { try file.close() }
}
