import Records
import SystemIO

/// Reads the batches of one segment, whatever state it is in, one record in memory at a time.
struct SegmentReader {
    /// What was read, and what could not be.
    struct Outcome {
        var records = 0
        var rows = 0
        /// Bytes between records that are no record.
        var damagedBytes = 0
        /// Where what is whole ends: what follows is a torn tail.
        var wholeBytes = 0
        var tornBytes = 0
    }

    private let file: any ReadableFile
    private let byteCount: Int
    private let path: String

    private static let scanBytes = 1 << 20

    init(_ file: any ReadableFile, path: String) throws {
        self.file = file
        self.path = path
        byteCount = try file.byteCount
    }

    func read(_ body: (RecordBatch) throws -> Void) throws -> Outcome {
        var outcome = Outcome()
        guard try checkHeader() else {
            outcome.tornBytes = byteCount
            return outcome
        }
        outcome.wholeBytes = SegmentFormat.headerBytes
        var position = SegmentFormat.headerBytes
        while position < byteCount {
            guard let (start, record) = try nextRecord(from: position) else {
                outcome.tornBytes = byteCount - position
                break
            }
            outcome.damagedBytes += start - position
            try body(record.batch)
            outcome.records += 1
            outcome.rows += record.batch.rowCount
            position = start + record.byteCount
            outcome.wholeBytes = position
        }
        return outcome
    }

    /// False for a file that a crash left before its header was written.
    private func checkHeader() throws -> Bool {
        let header = try file.read(at: 0, count: SegmentFormat.headerBytes)
        guard header.count == SegmentFormat.headerBytes, header.contains(where: { $0 != 0 }) else { return false }
        guard header == SegmentFormat.header else {
            let isOurs = header.prefix(6) == SegmentFormat.header.prefix(6)
            throw WriteAheadLogError(
                isOurs
                    ? "cannot read '\(path)': another version of lockstitch wrote it; open the folder with that version"
                    : "cannot read '\(path)': it is no segment of a write-ahead log; move it elsewhere")
        }
        return true
    }

    private struct FoundRecord {
        let batch: RecordBatch
        let byteCount: Int
    }

    /// The first whole record at or after `position`.
    private func nextRecord(from position: Int) throws -> (start: Int, record: FoundRecord)? {
        if let record = try record(at: position) { return (position, record) }
        var from = position + 1
        while let start = try nextMarker(from: from) {
            if let record = try record(at: start) { return (start, record) }
            from = start + 1
        }
        return nil
    }

    private func record(at position: Int) throws -> FoundRecord? {
        let header = try file.read(at: position, count: SegmentFormat.recordHeaderBytes)
        guard header.count == SegmentFormat.recordHeaderBytes, header.prefix(4) == SegmentFormat.marker[...] else {
            return nil
        }
        var reader = ByteReader(header[4...])
        guard let length = reader.integer(UInt32.self).map(Int.init), let crc = reader.integer(UInt32.self),
            length <= SegmentFormat.payloadBytesMax,
            length <= byteCount - position - SegmentFormat.recordHeaderBytes
        else { return nil }
        let payload = try file.read(at: position + SegmentFormat.recordHeaderBytes, count: length)
        guard payload.count == length, SegmentFormat.crc(length: Array(header[4..<8]), payload: payload.span) == crc,
            let batch = RecordBatchCodec.decode(payload[...])
        else { return nil }
        return FoundRecord(batch: batch, byteCount: SegmentFormat.recordHeaderBytes + length)
    }

    private func nextMarker(from position: Int) throws -> Int? {
        var from = position
        while from + SegmentFormat.marker.count <= byteCount {
            let bytes = try file.read(at: from, count: Self.scanBytes)
            guard bytes.count >= SegmentFormat.marker.count else { return nil }
            for index in 0...bytes.count - 4
            where bytes[index] == SegmentFormat.marker[0] && bytes[index..<index + 4] == SegmentFormat.marker[...] {
                return from + index
            }
            from += bytes.count - 3
        }
        return nil
    }
}
