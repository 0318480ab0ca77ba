import Hummingbird
import NIOCore
import Records

extension ResponseBody {
    /// Records as NDJSON, written piece by piece as the client reads: beside the records themselves there is only one
    /// piece of text in memory.
    init(ndjson records: [Record]) {
        self.init { writer in
            var rest = records[...]
            while !rest.isEmpty { try await writer.write(ByteBuffer(bytes: Self.takePiece(of: &rest))) }
            try await writer.finish(nil)
        }
    }

    private static func takePiece(of records: inout ArraySlice<Record>) -> [UInt8] {
        var bytes: [UInt8] = []
        while bytes.count < 256 << 10, let record = records.popFirst() {
            JSONText.append(record, to: &bytes)
            bytes.append(UInt8(ascii: "\n"))
        }
        return bytes
    }
}
