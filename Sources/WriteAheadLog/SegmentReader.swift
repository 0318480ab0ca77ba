import Glibc
import Records
import SystemIO

/// Reads the batches of one segment, whatever state it is in, one record in memory at a time.
///
/// After bytes that are no record it goes on at the next record whose CRC fits. A marker that is not one's own costs a look
/// at the bytes that it claims, so there is a bound on such looks: a file made to have many of them is given up at some
/// point, and its rest counts as damaged.
struct SegmentReader {
    /// What was read, and what could not be.
    struct Outcome {
        var records = 0
        var rows = 0
        /// Bytes that are no record, though records or other bytes come after them, or they are too many for a torn one.
        var damage: [Range<Int>] = []
        /// The end of the file, if it looks like a record that was not written to its end.
        var torn: Range<Int>?
    }

    /// How a segment begins.
    private enum Header { case whole, missing, otherVersion, damaged }

    private let file: any ReadableFile
    private let byteCount: Int
    private let path: String
    /// Bytes that may still be looked at behind markers that turn out to be none.
    private var falseBytesLeft: Int

    private static let scanBytes = 1 << 20
    /// What is skipped where the disk cannot read.
    private static let sectorBytes = 4_096

    /// - Parameter falseBytesMax: bytes looked at behind markers that turn out to be none, before the rest is given up.
    init(_ file: any ReadableFile, path: String, falseBytesMax: Int = 1 << 30) throws {
        self.file = file
        self.path = path
        falseBytesLeft = falseBytesMax
        byteCount = try file.byteCount
    }

    /// - Parameter body: gets each batch, and where in the file its record ends.
    mutating func read(_ body: (_ batch: RecordBatch, _ end: Int) throws -> Void) throws -> Outcome {
        var outcome = Outcome()
        let header = try header()
        if header == .missing {
            outcome.torn = byteCount > 0 ? 0..<byteCount : nil
            return outcome
        }
        if header != .whole { outcome.damage.append(0..<SegmentFormat.headerBytes) }
        var position = SegmentFormat.headerBytes
        while position < byteCount {
            guard let (start, record) = try nextRecord(from: position) else {
                if try isTorn(from: position) {
                    outcome.torn = position..<byteCount
                } else {
                    outcome.damage.append(position..<byteCount)
                }
                break
            }
            if start > position { outcome.damage.append(position..<start) }
            position = start + record.byteCount
            try body(record.batch, position)
            outcome.records += 1
            outcome.rows += record.batch.rowCount
        }
        if header == .otherVersion, outcome.records == 0 {
            throw WriteAheadLogError(
                "cannot read '\(path)': another version of lockstitch wrote it; open the folder with that version")
        }
        return outcome
    }

    /// One with a damaged number of its version is told from one of another version by the records behind it.
    private func header() throws -> Header {
        guard let header = try bytes(at: 0, count: SegmentFormat.headerBytes) else { return .damaged }
        guard header.count == SegmentFormat.headerBytes else { return .missing }
        if header == SegmentFormat.header { return .whole }
        if try isZero(from: 0) { return .missing }
        return header.prefix(6) == SegmentFormat.header.prefix(6) ? .otherVersion : .damaged
    }

    // MARK: Records

    private struct FoundRecord {
        let batch: RecordBatch
        let byteCount: Int
    }

    /// The first whole record at or after `position`.
    private mutating func nextRecord(from position: Int) throws -> (start: Int, record: FoundRecord)? {
        if let record = try record(at: position) { return (position, record) }
        var from = position + 1
        while falseBytesLeft > 0, let start = try nextMarker(from: from) {
            if let record = try record(at: start) { return (start, record) }
            from = start + 1
        }
        return nil
    }

    private mutating func record(at position: Int) throws -> FoundRecord? {
        guard let head = try head(at: position), let length = head.length, let crc = head.crc,
            length <= byteCount - position - SegmentFormat.recordHeaderBytes
        else { return nil }
        if let payload = try bytes(at: position + SegmentFormat.recordHeaderBytes, count: length), payload.count == length,
            SegmentFormat.crc(length: head.lengthBytes, payload: payload.span) == crc,
            let batch = RecordBatchCodec.decode(payload[...])
        {
            return FoundRecord(batch: batch, byteCount: SegmentFormat.recordHeaderBytes + length)
        }
        falseBytesLeft -= length
        return nil
    }

    /// What stands before a payload, as far as the file has it.
    private struct Head {
        let lengthBytes: [UInt8]
        let length: Int?
        let crc: UInt32?
    }

    /// Nil where there is no marker, or a length that none of our records has.
    private func head(at position: Int) throws -> Head? {
        guard let bytes = try bytes(at: position, count: SegmentFormat.recordHeaderBytes) else { return nil }
        let marker = bytes.prefix(SegmentFormat.marker.count)
        guard !marker.isEmpty, marker == SegmentFormat.marker.prefix(marker.count) else { return nil }
        var reader = ByteReader(bytes[marker.endIndex...])
        let length = reader.integer(UInt32.self).map(Int.init)
        guard length ?? 0 <= SegmentFormat.payloadBytesMax else { return nil }
        return Head(lengthBytes: Array(bytes.dropFirst(4).prefix(4)), length: length, crc: reader.integer(UInt32.self))
    }

    /// Whether the file ends within a record that was being written: it has its beginning, but not its end; or nothing
    /// but zeros, which a file system leaves where it had only made room.
    private func isTorn(from position: Int) throws -> Bool {
        if let head = try head(at: position) {
            guard let length = head.length, head.crc != nil else { return true }
            return length > byteCount - position - SegmentFormat.recordHeaderBytes
        }
        return try isZero(from: position)
    }

    // MARK: Bytes

    private func nextMarker(from position: Int) throws -> Int? {
        var from = position
        while from + SegmentFormat.marker.count <= byteCount {
            guard let bytes = try bytes(at: from, count: Self.scanBytes) ?? bytes(at: from, count: Self.sectorBytes) else {
                from += Self.sectorBytes
                continue
            }
            guard bytes.count >= SegmentFormat.marker.count else { return nil }
            for index in 0...bytes.count - 4
            where bytes[index] == SegmentFormat.marker[0] && bytes[index..<index + 4] == SegmentFormat.marker[...] {
                return from + index
            }
            from += bytes.count - 3
        }
        return nil
    }

    private func isZero(from position: Int) throws -> Bool {
        var from = position
        while from < byteCount {
            guard let bytes = try bytes(at: from, count: Self.scanBytes), !bytes.isEmpty else { return false }
            guard bytes.allSatisfy({ $0 == 0 }) else { return false }
            from += bytes.count
        }
        return true
    }

    /// Nil where the disk has lost them.
    private func bytes(at offset: Int, count: Int) throws -> [UInt8]? {
        do {
            return try file.read(at: offset, count: count)
        } catch let error as SystemIOError where error.code == EIO {
            return nil
        }
    }
}
