import Kernels

// A segment is a file `<number, 20 digits>.wal`:
//
//     segment = "LSTWAL" version:u16 record*
//     record  = marker:u32 length:u32 crc:u32 payload[length]     little-endian
//
// `crc` is the CRC-32C of `length` and the payload. The marker lets a reader find the next record after damage.

enum SegmentFormat {
    static let version: UInt16 = 1
    static let headerBytes = 8
    static let recordHeaderBytes = 12
    static let marker: [UInt8] = [0xc5, 0x4c, 0x53, 0x52]
    /// A record beyond this was not written by us.
    static let payloadBytesMax = 256 << 20

    static var header: [UInt8] {
        var bytes = Array("LSTWAL".utf8)
        appendInteger(version, to: &bytes)
        return bytes
    }

    static func fileName(_ number: UInt64) -> String {
        let digits = String(number)
        return String(repeating: "0", count: 20 - digits.count) + digits + ".wal"
    }

    /// The number in a segment's file name; nil for other files.
    static func number(_ fileName: String) -> UInt64? {
        guard fileName.hasSuffix(".wal"), fileName.utf8.count == 24 else { return nil }
        return UInt64(fileName.dropLast(4))
    }

    /// A whole record around what `payload` appends.
    static func record(_ payload: (inout [UInt8]) -> Void) -> [UInt8] {
        var bytes = marker + [UInt8](repeating: 0, count: 8)
        payload(&bytes)
        var head: [UInt8] = []
        appendInteger(UInt32(bytes.count - recordHeaderBytes), to: &head)
        appendInteger(crc(length: head, payload: bytes.span.extracting(recordHeaderBytes..<bytes.count)), to: &head)
        bytes.replaceSubrange(4..<12, with: head)
        return bytes
    }

    static func crc(length: [UInt8], payload: Span<UInt8>) -> UInt32 {
        crc32c(payload, seed: crc32c(length.span))
    }
}
