import Kernels

/// Values of a column while they are gathered. Of the arrays only those of the column's type are used.
///
/// Methods append the `wanted` ones of the `count` values of a page and return false when the bytes are malformed.
struct ColumnValuesBuffer {
    let type: PhysicalType
    private let limits: ReaderLimits
    private var booleans: [Bool] = []
    private var int32s: [Int32] = []
    private var int64s: [Int64] = []
    private var floats: [Float] = []
    private var doubles: [Double] = []
    private var bytes: [UInt8] = []
    private var ends: [UInt32] = []
    /// Of byte arrays, as long as all are entries of the dictionary.
    private var codes: [UInt32] = []
    /// Whether a byte array came that is no entry.
    private var hasByteArrays = false

    init(_ type: PhysicalType, limits: ReaderLimits) {
        self.type = type
        self.limits = limits
    }

    /// Checks that `count` more values stay within the limits. Of byte arrays only the places count here; the bytes are
    /// no more than those of the page, or bounded where they are multiplied.
    func reserve(_ count: Int, _ chunk: ChunkContext) throws(ParquetError) {
        let (held, width) = switch type {
        case .boolean: (booleans.count, 1)
        case .int32: (int32s.count * 4, 4)
        case .int64, .int96: (int64s.count * 8, 8)
        case .float: (floats.count * 4, 4)
        case .double: (doubles.count * 8, 8)
        case .byteArray: (bytes.count + (ends.count + codes.count) * 4, 4)
        case .fixedLenByteArray(let width): (bytes.count, width)
        }
        guard held <= limits.columnBytesMax, count <= (limits.columnBytesMax - held) / width else {
            throw tooLarge(chunk)
        }
    }

    consuming func finish(_ dictionary: ColumnValues?) -> ColumnValues {
        switch type {
        case .boolean: return .boolean(booleans)
        case .int32: return .int32(int32s)
        case .int64, .int96: return .int64(int64s)
        case .float: return .float(floats)
        case .double: return .double(doubles)
        case .fixedLenByteArray(let width): return .fixed(width: width, bytes: bytes)
        case .byteArray:
            if !hasByteArrays, !codes.isEmpty, case .byteArray(let entryBytes, let entryEnds) = dictionary {
                return .dictionary(codes: codes, bytes: entryBytes, ends: entryEnds)
            }
            return .byteArray(bytes: bytes, ends: ends)
        }
    }

    // MARK: Dictionary

    /// Appends entries of `dictionary`, which is of the same type.
    ///
    /// - Parameter codes: those of values 0 to at least `wanted.upperBound`, each one of the dictionary.
    mutating func append(
        codes: [UInt32], _ wanted: Range<Int>, _ dictionary: ColumnValues, _ chunk: ChunkContext
    ) throws(ParquetError) {
        let codes = codes.span.extracting(wanted)
        switch dictionary {
        case .int32(let entries): gather(codes, entries.span, into: &int32s)
        case .int64(let entries): gather(codes, entries.span, into: &int64s)
        case .float(let entries): gather(codes, entries.span, into: &floats)
        case .double(let entries): gather(codes, entries.span, into: &doubles)
        case .fixed(let width, let entries):
            appendEntries(codes, fixed: entries.span, width: width, to: &bytes)
        case .byteArray(let entryBytes, let entryEnds):
            if hasByteArrays {
                try appendByteArrays(codes, entryBytes, entryEnds, chunk)
            } else {
                appendCodes(codes, to: &self.codes)
            }
        case .boolean, .dictionary: preconditionFailure("no dictionary has such entries")
        }
    }

    /// Replaces codes by the byte arrays that they stand for, since one comes that has none.
    mutating func expandCodes(_ dictionary: ColumnValues?, _ chunk: ChunkContext) throws(ParquetError) {
        guard type == .byteArray, !hasByteArrays else { return }
        hasByteArrays = true
        guard !codes.isEmpty, case .byteArray(let entryBytes, let entryEnds) = dictionary else { return }
        let earlier = codes
        codes = []
        try appendByteArrays(earlier.span, entryBytes, entryEnds, chunk)
    }

    private mutating func appendByteArrays(
        _ codes: Span<UInt32>, _ entryBytes: [UInt8], _ entryEnds: [UInt32], _ chunk: ChunkContext
    ) throws(ParquetError) {
        let fits = appendEntries(
            codes, entryBytes: entryBytes.span, entryEnds: entryEnds.span,
            byteLimit: max(0, limits.columnBytesMax - bytes.count), bytes: &bytes, ends: &ends)
        guard fits else { throw tooLarge(chunk) }
    }

    private func tooLarge(_ chunk: ChunkContext) -> ParquetError {
        .unsupported(
            "values of column \(chunk.leaf.name) come to more than \(limits.columnBytesMax) bytes; read fewer rows or "
                + "raise columnBytesMax")
    }

    // MARK: Plain

    /// - Throws: `ParquetError.unsupported` for an INT96 time beyond 64 bits.
    mutating func appendPlain(
        _ part: PageContent.Part, count: Int, wanted: Range<Int>
    ) throws(ParquetError) -> Bool {
        let source = part.bytes.span
        switch type {
        case .boolean: return appendPlainBooleans(part, wanted: wanted)
        case .int32: return decodePlain(source, part.range, count: count, wanted: wanted, into: &int32s)
        case .int64: return decodePlain(source, part.range, count: count, wanted: wanted, into: &int64s)
        case .int96: return try appendInt96(part, wanted: wanted)
        case .float: return decodePlain(source, part.range, count: count, wanted: wanted, into: &floats)
        case .double: return decodePlain(source, part.range, count: count, wanted: wanted, into: &doubles)
        case .byteArray:
            return decodePlainByteArrays(source, part.range, wanted: wanted, bytes: &bytes, ends: &ends)
        case .fixedLenByteArray(let width):
            guard count <= part.range.count / width else { return false }
            let start = part.range.lowerBound
            bytes += part.bytes[start + wanted.lowerBound * width..<start + wanted.upperBound * width]
            return true
        }
    }

    private mutating func appendPlainBooleans(_ part: PageContent.Part, wanted: Range<Int>) -> Bool {
        guard (wanted.upperBound + 7) / 8 <= part.range.count else { return false }
        var bits = BitBuffer()
        guard bits.appendPacked(part.bytes.span, from: part.range.lowerBound, count: wanted.upperBound) else {
            return false
        }
        appendFlags(bits.words.span, wanted, to: &booleans)
        return true
    }

    /// Nanoseconds of the day and the Julian day, as old Spark and Impala write times.
    private mutating func appendInt96(
        _ part: PageContent.Part, wanted: Range<Int>
    ) throws(ParquetError) -> Bool {
        guard wanted.upperBound <= part.range.count / 12 else { return false }
        for index in wanted {
            let start = part.range.lowerBound + index * 12
            let nanoseconds = part.bytes[start..<start + 8].littleEndian
            let day = UInt32(part.bytes[start + 8..<start + 12].littleEndian)
            let ofDay = Int64(bitPattern: nanoseconds)
            // 2440588 is the Julian day of 1 January 1970.
            let days = (Int64(Int32(bitPattern: day)) - 2_440_588)
                .multipliedReportingOverflow(by: 86_400_000_000_000)
            let sum = days.partialValue.addingReportingOverflow(ofDay)
            guard !days.overflow, !sum.overflow else {
                throw .unsupported("an INT96 time lies before 1678 or after 2261; write it as a 64-bit timestamp")
            }
            int64s.append(sum.partialValue)
        }
        return true
    }

    // MARK: Other encodings

    mutating func appendRunLengthBooleans(_ source: [UInt8], _ range: Range<Int>, wanted: Range<Int>) -> Bool {
        var bits = BitBuffer()
        guard bits.decodeRunLengthHybrid(source.span, range, count: wanted.upperBound) else { return false }
        appendFlags(bits.words.span, wanted, to: &booleans)
        return true
    }

    mutating func appendDeltaBinaryPacked(_ part: PageContent.Part, count: Int, wanted: Range<Int>) -> Bool {
        let source = part.bytes.span
        if type == .int32 {
            let first = int32s.count
            guard decodeDeltaBinaryPacked(source, part.range, count: count, into: &int32s) != nil else { return false }
            return keep(wanted, of: &int32s, from: first, count: count)
        }
        let first = int64s.count
        guard decodeDeltaBinaryPacked(source, part.range, count: count, into: &int64s) != nil else { return false }
        return keep(wanted, of: &int64s, from: first, count: count)
    }

    /// Takes away those of the `count` last elements that are not wanted.
    private func keep<Value>(_ wanted: Range<Int>, of values: inout [Value], from first: Int, count: Int) -> Bool {
        guard values.count == first + count else { return false }
        values.removeLast(count - wanted.upperBound)
        values.removeSubrange(first..<first + wanted.lowerBound)
        return true
    }

    mutating func appendDeltaLengthByteArrays(_ part: PageContent.Part, count: Int, wanted: Range<Int>) -> Bool {
        decodeDeltaLengthByteArrays(
            part.bytes.span, part.range, count: count, wanted: wanted, bytes: &bytes, ends: &ends)
    }

    mutating func appendDeltaByteArrays(_ part: PageContent.Part, count: Int, wanted: Range<Int>) -> Bool {
        let limit = max(0, limits.columnBytesMax - bytes.count)
        guard case .fixedLenByteArray(let width) = type else {
            return decodeDeltaByteArrays(
                part.bytes.span, part.range, count: count, wanted: wanted, byteLimit: limit, bytes: &bytes, ends: &ends)
        }
        var found: [UInt8] = []
        var foundEnds: [UInt32] = []
        let isDecoded = decodeDeltaByteArrays(
            part.bytes.span, part.range, count: count, wanted: wanted, byteLimit: limit, bytes: &found,
            ends: &foundEnds)
        guard isDecoded, foundEnds.enumerated().allSatisfy({ Int($1) == ($0 + 1) * width }) else { return false }
        bytes += found
        return true
    }

    mutating func appendByteStreamSplit(_ part: PageContent.Part, count: Int, wanted: Range<Int>) -> Bool {
        let source = part.bytes.span
        switch type {
        case .int32: return decodeByteStreamSplit(source, part.range, count: count, wanted: wanted, into: &int32s)
        case .int64: return decodeByteStreamSplit(source, part.range, count: count, wanted: wanted, into: &int64s)
        case .float: return decodeByteStreamSplit(source, part.range, count: count, wanted: wanted, into: &floats)
        case .double: return decodeByteStreamSplit(source, part.range, count: count, wanted: wanted, into: &doubles)
        case .fixedLenByteArray(let width):
            return decodeByteStreamSplit(
                source, part.range, width: width, count: count, wanted: wanted, into: &bytes)
        case .boolean, .int96, .byteArray: return false
        }
    }
}
