import Kernels

/// How the values of a column chunk are encoded.
enum ValueEncoding {
    case plain, deltaBinaryPacked, deltaLengthByteArray, deltaByteArray, byteStreamSplit
    /// The entries in PLAIN encoding; pages hold codes.
    case dictionary(entries: [UInt8], count: Int)

    var encoding: Encoding {
        switch self {
        case .plain: .plain
        case .deltaBinaryPacked: .deltaBinaryPacked
        case .deltaLengthByteArray: .deltaLengthByteArray
        case .deltaByteArray: .deltaByteArray
        case .byteStreamSplit: .byteStreamSplit
        case .dictionary: .dictionary
        }
    }

    /// Bits of a code. Never 0, which some readers do not take.
    var codeWidth: Int {
        guard case .dictionary(_, let count) = self else { return 0 }
        return max(1, Int.bitWidth - max(0, count - 1).leadingZeroBitCount)
    }
}

/// Chooses the encoding of a column chunk by estimated sizes, and builds its dictionary if it gets one.
///
/// Encodings that only pay after compression are judged by compressing samples.
struct EncodingChooser {
    /// The code of each value of the chunk last looked at, if its encoding is a dictionary.
    private(set) var codes: [UInt32] = []
    private var rebasedEnds: [UInt32] = []
    private var sample: [UInt8] = []

    /// Values of each of the two samples by which a delta encoding is judged.
    private static let sampleValues = 4_096
    /// Likewise, for what is judged by compressing it.
    private static let compressedSampleValues = 1_024

    /// The encoding for values `range`.
    mutating func choose(
        _ values: ColumnValues, _ range: Range<Int>, _ compressor: inout ZstdCompressor
    ) throws(ParquetError) -> ValueEncoding {
        guard !range.isEmpty else { return .plain }
        switch values {
        case .boolean: return .plain
        case .int32(let values):
            return chooseForIntegers(values.span.extracting(range)) { appendDeltaBinaryPacked($0, to: &$1) }
        case .int64(let values):
            return chooseForIntegers(values.span.extracting(range)) { appendDeltaBinaryPacked($0, to: &$1) }
        case .float(let floats):
            if let dictionary = dictionary(floats.span.extracting(range), below: range.count * 4) { return dictionary }
            return try better(.byteStreamSplit, than: .plain, values, range, &compressor)
        case .double(let doubles):
            if let dictionary = dictionary(doubles.span.extracting(range), below: range.count * 8) { return dictionary }
            return try better(.byteStreamSplit, than: .plain, values, range, &compressor)
        case .fixed(let width, let bytes):
            let bytes = bytes.span.extracting(range.lowerBound * width..<range.upperBound * width)
            let entries = buildDictionary(fixed: bytes, width: width, limits: DictionaryLimits(), codes: &codes)
            return entries.flatMap { paying($0, count: $0.count / width, below: bytes.count) } ?? .plain
        case .byteArray(let bytes, let ends):
            if let dictionary = dictionary(bytes.span, ends.span, range) { return dictionary }
            guard sharesPrefixes(bytes.span, ends.span, range) else { return .deltaLengthByteArray }
            return try better(.deltaByteArray, than: .deltaLengthByteArray, values, range, &compressor)
        case .dictionary: preconditionFailure("the chunk writer expands dictionaries")
        }
    }

    private mutating func chooseForIntegers<Value: BitwiseCopyable>(
        _ values: Span<Value>, _ appendDelta: (Span<Value>, inout [UInt8]) -> Void
    ) -> ValueEncoding {
        let plainBytes = values.count * MemoryLayout<Value>.stride
        let deltaBytes = estimatedBytes(values, appendDelta)
        if let dictionary = dictionary(values, below: min(plainBytes, deltaBytes)) { return dictionary }
        return deltaBytes < plainBytes ? .deltaBinaryPacked : .plain
    }

    /// The bytes of all values by those of their start and their middle.
    private mutating func estimatedBytes<Value: BitwiseCopyable>(
        _ values: Span<Value>, _ append: (Span<Value>, inout [UInt8]) -> Void
    ) -> Int {
        sample.removeAll(keepingCapacity: true)
        let count = min(Self.sampleValues, values.count)
        append(values.extracting(first: count), &sample)
        guard values.count >= count * 4 else { return sample.count * values.count / count }
        let middle = values.count / 2
        append(values.extracting(middle..<middle + count), &sample)
        return sample.count * values.count / (2 * count)
    }

    private mutating func dictionary<Value: BitwiseCopyable>(
        _ values: Span<Value>, below bytesMax: Int
    ) -> ValueEncoding? {
        guard let entries = buildDictionary(values, limits: DictionaryLimits(), codes: &codes) else { return nil }
        return paying(entries, count: entries.count / MemoryLayout<Value>.stride, below: bytesMax)
    }

    private mutating func dictionary(
        _ bytes: Span<UInt8>, _ ends: Span<UInt32>, _ range: Range<Int>
    ) -> ValueEncoding? {
        let start = range.lowerBound == 0 ? 0 : Int(ends[range.lowerBound - 1])
        let end = Int(ends[range.upperBound - 1])
        rebaseEnds(ends, range, into: &rebasedEnds)
        let rebased = rebasedEnds
        let built = buildDictionary(
            bytes: bytes.extracting(start..<end), ends: rebased.span, limits: DictionaryLimits(), codes: &codes)
        guard let dictionary = built else { return nil }
        var entries: [UInt8] = []
        let count = dictionary.ends.count
        appendPlain(bytes: dictionary.bytes.span, ends: dictionary.ends.span, 0..<count, to: &entries)
        // A length takes about a byte in the delta encoding.
        return paying(entries, count: count, below: end - start + range.count)
    }

    // MARK: By compression

    /// Whether values have so much in common with those before them that a front coding may pay.
    private func sharesPrefixes(_ bytes: Span<UInt8>, _ ends: Span<UInt32>, _ range: Range<Int>) -> Bool {
        var shared = 0
        var total = 0
        for part in Self.samples(range, count: Self.compressedSampleValues) {
            shared += sharedPrefixBytes(bytes: bytes, ends: ends, part)
            total += Int(ends[part.upperBound - 1]) - (part.lowerBound == 0 ? 0 : Int(ends[part.lowerBound - 1]))
        }
        return shared > total / 4
    }

    /// `candidate`, if samples in it come to at least a tenth less than in `usual`.
    private mutating func better(
        _ candidate: ValueEncoding, than usual: ValueEncoding, _ values: ColumnValues, _ range: Range<Int>,
        _ compressor: inout ZstdCompressor
    ) throws(ParquetError) -> ValueEncoding {
        let expected = try compressedBytes(usual, values, range, &compressor)
        let found = try compressedBytes(candidate, values, range, &compressor)
        return found < expected - expected / 10 ? candidate : usual
    }

    private mutating func compressedBytes(
        _ encoding: ValueEncoding, _ values: ColumnValues, _ range: Range<Int>, _ compressor: inout ZstdCompressor
    ) throws(ParquetError) -> Int {
        var encoded: [UInt8] = []
        var compressed: [UInt8] = []
        for part in Self.samples(range, count: Self.compressedSampleValues) {
            encoded.removeAll(keepingCapacity: true)
            appendValues(values, part, encoding, [], 0..<0, to: &encoded)
            try compressor.compress(encoded.span, into: &compressed)
        }
        return compressed.count
    }

    /// The start and the middle of `range`, or all of it when it is short.
    private static func samples(_ range: Range<Int>, count: Int) -> [Range<Int>] {
        guard range.count >= count * 4 else { return [range.prefix(count * 2)] }
        let middle = range.lowerBound + range.count / 2
        return [range.prefix(count), middle..<middle + count]
    }

    /// The dictionary, if it and the codes take fewer bytes than `bytesMax`, by a quarter since pages are compressed
    /// after: what is repeated costs little without a dictionary too.
    private func paying(_ entries: [UInt8], count: Int, below bytesMax: Int) -> ValueEncoding? {
        let dictionary = ValueEncoding.dictionary(entries: entries, count: count)
        let bytes = entries.count + codes.count * dictionary.codeWidth / 8
        return bytes < bytesMax - bytesMax / 4 ? dictionary : nil
    }
}
