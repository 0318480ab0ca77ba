import CZlib

/// The content of the gzip members (RFC 1952) or the zlib stream (RFC 1950) that `input` is.
///
/// - Parameter byteCount: what it must come to; memory for so many bytes is taken only when so short an input can.
/// - Throws: `ParquetError.malformed` when `input` is neither or comes to more or fewer bytes.
func gzipDecompress(_ input: Span<UInt8>, byteCount: Int) throws(ParquetError) -> [UInt8] {
    // Deflate gives at most 1032 bytes for one (zlib, "Technical Details").
    guard byteCount / 1_032 <= input.count, input.count <= Int(UInt32.max), byteCount < Int(UInt32.max) else {
        throw .malformed("a page of \(input.count) bytes cannot decompress to \(byteCount); fetch the file again")
    }
    let inflater = try Inflater()
    var output: [UInt8] = []
    var isWhole = false
    // One byte more than asked, so that too many are seen.
    output.append(addingCapacity: byteCount + 1) { target in
        unsafe input.withUnsafeBufferPointer { source in
            unsafe target.withUnsafeMutableBufferPointer { buffer, written in
                // Safe: at most `byteCount + 1` bytes, which the buffer has room for, and only those that zlib wrote count.
                let room = unsafe UnsafeMutableBufferPointer(rebasing: buffer[..<(byteCount + 1)])
                let count = unsafe inflater.inflate(source, into: room)
                isWhole = count == byteCount
                written = min(count ?? 0, byteCount)
            }
        }
    }
    guard isWhole else {
        throw .malformed("gzip cannot decompress a page to \(byteCount) bytes; fetch the file again")
    }
    return output
}

/// One context of zlib.
@safe private struct Inflater: ~Copyable {
    // Safe: made in `init`, freed in `deinit` and nowhere else. zlib keeps its address, which therefore must not change.
    private let stream: UnsafeMutablePointer<z_stream>

    init() throws(ParquetError) {
        unsafe stream = .allocate(capacity: 1)
        unsafe stream.initialize(to: z_stream())
        // 15: the largest window; 32 more: tell gzip and zlib apart.
        let status = unsafe inflateInit2_(stream, 15 + 32, zlibVersion(), Int32(MemoryLayout<z_stream>.size))
        guard status == Z_OK else {
            unsafe stream.deallocate()
            throw .unreadable("zlib finds no memory for a decompression context; close files that are being read")
        }
    }

    deinit {
        unsafe inflateEnd(stream)
        unsafe stream.deallocate()
    }

    /// - Returns: the bytes that all members come to; nil when they are malformed, end too soon or exceed `output`.
    func inflate(_ input: UnsafeBufferPointer<UInt8>, into output: UnsafeMutableBufferPointer<UInt8>) -> Int? {
        // Safe: zlib reads and writes within the counts given here.
        unsafe stream.pointee.next_in = UnsafeMutablePointer(mutating: input.baseAddress)
        unsafe stream.pointee.avail_in = UInt32(input.count)
        unsafe stream.pointee.next_out = output.baseAddress
        unsafe stream.pointee.avail_out = UInt32(output.count)
        while true {
            let status = unsafe CZlib.inflate(stream, Z_FINISH)
            guard status == Z_STREAM_END else { return nil }
            let left = unsafe stream.pointee.avail_in
            if left == 0 { return unsafe output.count - Int(stream.pointee.avail_out) }
            // Another member follows (RFC 1952, section 2.2).
            guard unsafe inflateReset(stream) == Z_OK else { return nil }
        }
    }
}
