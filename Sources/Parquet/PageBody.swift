import Kernels

// What a data page of version 1 holds before compression: definition levels if the column is optional, then values.

/// Appends the definition levels of `rows`, 1 where a row has a value, behind their 4-byte length.
func appendDefinitionLevels(_ validity: Bitmap?, _ rows: Range<Int>, valueCount: Int, to body: inout [UInt8]) {
    let start = body.count
    body.append(contentsOf: [0, 0, 0, 0])
    if valueCount == rows.count || valueCount == 0 {
        appendVarint(UInt64(rows.count) << 1, to: &body)
        body.append(valueCount == 0 ? 0 : 1)
    } else if let validity {
        // One run of packed groups: compression finds the long runs.
        appendVarint(UInt64((rows.count + 7) / 8) << 1 | 1, to: &body)
        appendBits(validity.words.span, rows, to: &body)
    }
    let length = UInt32(body.count - start - 4)
    for byte in 0..<4 { body[start + byte] = UInt8(truncatingIfNeeded: length >> UInt32(byte * 8)) }
}

/// Appends values `range`.
///
/// - Parameters:
///   - codes: of all values of the chunk, if the encoding is a dictionary.
///   - codeRange: those of the values in `range`.
func appendValues(
    _ values: ColumnValues, _ range: Range<Int>, _ encoding: ValueEncoding, _ codes: [UInt32],
    _ codeRange: Range<Int>, to body: inout [UInt8]
) {
    switch (encoding, values) {
    case (.dictionary(_, _, let codeWidth), _):
        body.append(UInt8(codeWidth))
        appendRunLengthHybrid(codes.span.extracting(codeRange), width: codeWidth, to: &body)
    case (.deltaBinaryPacked, .int32(let values)):
        appendDeltaBinaryPacked(values.span.extracting(range), to: &body)
    case (.deltaBinaryPacked, .int64(let values)):
        appendDeltaBinaryPacked(values.span.extracting(range), to: &body)
    case (.deltaLengthByteArray, .byteArray(let bytes, let ends)):
        appendDeltaLengthByteArrays(bytes: bytes.span, ends: ends.span, range, to: &body)
    case (.deltaByteArray, .byteArray(let bytes, let ends)):
        appendDeltaByteArrays(bytes: bytes.span, ends: ends.span, range, to: &body)
    case (.byteStreamSplit, .float(let values)): appendByteStreamSplit(values.span.extracting(range), to: &body)
    case (.byteStreamSplit, .double(let values)): appendByteStreamSplit(values.span.extracting(range), to: &body)
    case (.plain, _): appendPlainValues(values, range, to: &body)
    default: preconditionFailure("no such encoding for the type")
    }
}

private func appendPlainValues(_ values: ColumnValues, _ range: Range<Int>, to body: inout [UInt8]) {
    switch values {
    case .boolean(let values):
        let words = packedFlags(values.span, range)
        appendBits(words.span, 0..<range.count, to: &body)
    case .int32(let values): appendPlain(values.span.extracting(range), to: &body)
    case .int64(let values): appendPlain(values.span.extracting(range), to: &body)
    case .float(let values): appendPlain(values.span.extracting(range), to: &body)
    case .double(let values): appendPlain(values.span.extracting(range), to: &body)
    case .byteArray(let bytes, let ends): appendPlain(bytes: bytes.span, ends: ends.span, range, to: &body)
    case .fixed(let width, let bytes):
        appendPlain(bytes.span.extracting(range.lowerBound * width..<range.upperBound * width), to: &body)
    case .dictionary: preconditionFailure("the chunk writer expands dictionaries")
    }
}
