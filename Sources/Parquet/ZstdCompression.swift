import CZstd

/// Compresses with one context, whose tables are used again for every call.
@safe struct ZstdCompressor: ~Copyable {
    // Safe: made in `init`, freed in `deinit` and nowhere else; the type cannot be copied.
    private let context: OpaquePointer
    private let level: Int32
    private var isTuned = false

    /// From how many bytes on level 1 looks at more of the input, see `tune`.
    private static let tunedBytesMin = 256 << 10

    /// - Parameter level: 1 to 22, fast to small; zstd brings others into its range.
    /// - Throws: `ParquetError.unwritable` when there is no memory.
    init(level: Int32) throws(ParquetError) {
        guard let context = unsafe ZSTD_createCCtx() else {
            throw .unwritable("zstd finds no memory for a compression context; close files that are being written")
        }
        let result = unsafe ZSTD_CCtx_setParameter(context, ZSTD_c_compressionLevel, level)
        guard ZSTD_isError(result) == 0 else {
            unsafe ZSTD_freeCCtx(context)
            throw .unwritable("zstd does not take level \(level): \(zstdMessage(result))")
        }
        unsafe self.context = context
        self.level = level
    }

    deinit { unsafe ZSTD_freeCCtx(context) }

    /// Appends `input` to `output` as one zstd frame, with its size and without a checksum.
    mutating func compress(_ input: Span<UInt8>, into output: inout [UInt8]) throws(ParquetError) {
        try tune(input.count)
        let bound = ZSTD_compressBound(input.count)
        var result = 0
        // At least twice as large, so that many small appends do not move the array each time.
        if output.capacity - output.count < bound {
            output.reserveCapacity(max(output.count + bound, output.capacity * 2))
        }
        output.append(addingCapacity: bound) { target in
            unsafe input.withUnsafeBufferPointer { source in
                unsafe target.withUnsafeMutableBufferPointer { buffer, written in
                    // Safe: zstd writes at most `buffer.count` bytes and says how many.
                    result = unsafe ZSTD_compress2(
                        context, buffer.baseAddress, buffer.count, source.baseAddress, source.count)
                    if ZSTD_isError(result) == 0 { written = result }
                }
            }
        }
        if ZSTD_isError(result) != 0 {
            throw .unwritable("zstd cannot compress a page of \(input.count) bytes: \(zstdMessage(result))")
        }
    }

    /// Level 1 looks back half a megabyte and remembers 16 Ki places. Pages of text have more in common than that: eight
    /// times the places and all of the page as window make log messages a tenth smaller in the same time.
    private mutating func tune(_ byteCount: Int) throws(ParquetError) {
        let pays = level == 1 && byteCount > Self.tunedBytesMin
        guard pays || isTuned else { return }
        // 0 is what the level says.
        try set(ZSTD_c_windowLog, pays ? Int32(min(24, Int.bitWidth - (byteCount - 1).leadingZeroBitCount)) : 0)
        try set(ZSTD_c_hashLog, pays ? 17 : 0)
        isTuned = pays
    }

    private func set(_ parameter: ZSTD_cParameter, _ value: Int32) throws(ParquetError) {
        let result = unsafe ZSTD_CCtx_setParameter(context, parameter, value)
        guard ZSTD_isError(result) == 0 else {
            throw .unwritable("zstd does not take its parameter \(parameter.rawValue): \(zstdMessage(result))")
        }
    }
}

/// The content of the zstd frames that `input` is made of.
///
/// - Parameter byteCount: how many bytes they must come to; the caller has bounded it.
/// - Throws: `ParquetError.malformed` when `input` is no zstd or comes to more or fewer bytes.
func zstdDecompress(_ input: Span<UInt8>, byteCount: Int) throws(ParquetError) -> [UInt8] {
    precondition(byteCount >= 0)
    // No block gives more than 128 KiB, and none takes less than 4 bytes.
    guard byteCount >> 17 <= input.count / 4 else {
        throw .malformed("a page of \(input.count) bytes cannot decompress to \(byteCount); fetch the file again")
    }
    var output: [UInt8] = []
    guard input.count > 0 else {
        if byteCount == 0 { return output }
        throw .malformed("a page is empty that should hold \(byteCount) bytes; fetch the file again")
    }
    var result = 0
    // One byte more than asked, so that there is an address even for none.
    output.append(addingCapacity: byteCount + 1) { target in
        unsafe input.withUnsafeBufferPointer { source in
            unsafe target.withUnsafeMutableBufferPointer { buffer, written in
                // Safe: zstd writes at most `byteCount` bytes, fewer than the buffer holds, and says how many.
                result = unsafe ZSTD_decompress(buffer.baseAddress, byteCount, source.baseAddress, source.count)
                if ZSTD_isError(result) == 0 { written = result }
            }
        }
    }
    if ZSTD_isError(result) != 0 {
        throw .malformed("zstd cannot decompress a page: \(zstdMessage(result)); fetch the file again")
    }
    guard result == byteCount else {
        throw .malformed("a page decompresses to \(result) bytes instead of \(byteCount); fetch the file again")
    }
    return output
}

private func zstdMessage(_ result: Int) -> String {
    // Safe: a constant string of the library.
    unsafe String(cString: ZSTD_getErrorName(result))
}
