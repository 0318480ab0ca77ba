import Hummingbird
import NIOCore
import Records

extension ResponseBody {
    /// Records as NDJSON, written piece by piece as the client reads: beside the records themselves there is only one
    /// piece of text in memory.
    init(ndjson records: [Record]) {
        self.init(lines: records) { record, bytes in
            JSONText.append(record, to: &bytes)
            bytes.append(UInt8(ascii: "\n"))
        }
    }

    /// The same with each record as `append` writes it.
    init(lines records: [Record], _ append: @escaping @Sendable (Record, inout [UInt8]) -> Void) {
        self.init { writer in
            var rest = records[...]
            while !rest.isEmpty {
                var bytes: [UInt8] = []
                while bytes.count < 256 << 10, let record = rest.popFirst() { append(record, &bytes) }
                if !bytes.isEmpty { try await writer.write(ByteBuffer(bytes: bytes)) }
            }
            try await writer.finish(nil)
        }
    }
}
