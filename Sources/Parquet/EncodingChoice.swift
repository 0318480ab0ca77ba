import Kernels

/// How the values of a column chunk are encoded.
enum ValueEncoding {
    case plain, deltaBinaryPacked, deltaLengthByteArray, deltaByteArray, byteStreamSplit
    /// The entries in PLAIN encoding; pages hold codes of so many bits.
    case dictionary(entries: [UInt8], count: Int, codeWidth: Int)

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
}

/// Chooses the encoding of a column chunk, and builds its dictionary if it gets one.
///
/// Those that the type allows are tried on a page at the start and one in the middle, compressed, since compression changes
/// who is smaller: repeated ids are cheap without a dictionary, codes of whole bytes often are smaller than packed ones.
struct EncodingChooser: ~Copyable {
    /// The code of each value of the chunk last looked at, if its encoding is a dictionary.
    private(set) var codes: [UInt32] = []
    private var compressor: ZstdCompressor
    private let sampleValues: Int
    private var rebasedEnds: [UInt32] = []
    private var body: [UInt8] = []
    private var compressed: [UInt8] = []

    /// Bytes of text of a sample; a message more or less does not change who is smaller.
    private static let sampleBytesMax = 256 << 10
    /// How much smaller, in percent, an encoding must be than one that is preferred: one that is faster to read, or whose
    /// size varies less from page to page than that of plain integers, which compression finds alike or not.
    private static let gainMin = 10
    /// The same in bytes of a column chunk.
    private static let gainBytesMin = 64

    init(pageRows: Int) throws(ParquetError) {
        // Whatever the level of the file: it hardly changes the order.
        compressor = try ZstdCompressor(level: 1)
        sampleValues = min(pageRows, 8_192)
    }

    /// The encoding for values `range`.
    mutating func choose(_ values: ColumnValues, _ range: Range<Int>) throws(ParquetError) -> ValueEncoding {
        guard !range.isEmpty else { return .plain }
        let dictionary = dictionary(values, range)
        switch values {
        case .boolean: return .plain
        case .int32, .int64: return try smallest([.deltaBinaryPacked, .plain], dictionary, values, range)
        case .float, .double: return try smallest([.plain, .byteStreamSplit], dictionary, values, range)
        case .fixed: return try smallest([.plain], dictionary, values, range)
        case .byteArray:
            let text = values.byteCount(range)
            // Filters look at entries once instead of at all values, so a dictionary that is small is best.
            if let dictionary, dictionary.byteCount < text / 4 {
                return try smallest([], dictionary, values, range)
            }
            return try smallest([.deltaLengthByteArray, .plain, .deltaByteArray], dictionary, values, range)
        case .dictionary: preconditionFailure("the chunk writer expands dictionaries")
        }
    }

    // MARK: Sizes

    /// - Parameter plans: those to try beside the dictionary, preferred ones first.
    private mutating func smallest(
        _ plans: [ValueEncoding], _ dictionary: BuiltDictionary?, _ values: ColumnValues, _ range: Range<Int>
    ) throws(ParquetError) -> ValueEncoding {
        let samples = samples(values, range)
        let sampled = samples.reduce(0) { $0 + $1.count }
        var best: (encoding: ValueEncoding, bytes: Int)?
        for plan in (dictionary?.encodings ?? []) + plans {
            var bytes = 0
            for sample in samples { bytes += try compressedBytes(values, sample, plan, first: range.lowerBound) }
            bytes = bytes * range.count / sampled
            if case .dictionary(let entries, _, _) = plan { bytes += try compressedBytes(entries) }
            guard let known = best else {
                best = (plan, bytes)
                continue
            }
            if bytes < known.bytes - gain(plan, over: known) { best = (plan, bytes) }
        }
        return best?.encoding ?? .plain
    }

    /// How many bytes smaller a later plan must be: codes of whole bytes cost a reader nothing.
    private func gain(_ plan: ValueEncoding, over known: (encoding: ValueEncoding, bytes: Int)) -> Int {
        if case (.dictionary, .dictionary) = (plan, known.encoding) { return 0 }
        return max(Self.gainBytesMin, known.bytes * Self.gainMin / 100)
    }

    private func samples(_ values: ColumnValues, _ range: Range<Int>) -> [Range<Int>] {
        let first = sample(values, range.lowerBound, range.upperBound)
        let middle = range.lowerBound + range.count / 2
        guard first.upperBound < middle else { return [first] }
        return [first, sample(values, middle, range.upperBound)]
    }

    private func sample(_ values: ColumnValues, _ start: Int, _ end: Int) -> Range<Int> {
        var range = start..<min(end, start + sampleValues)
        while range.count > 1, values.byteCount(range) > Self.sampleBytesMax {
            range = start..<start + (range.count + 1) / 2
        }
        return range
    }

    private mutating func compressedBytes(
        _ values: ColumnValues, _ sample: Range<Int>, _ encoding: ValueEncoding, first: Int
    ) throws(ParquetError) -> Int {
        body.removeAll(keepingCapacity: true)
        appendValues(values, sample, encoding, codes, sample.lowerBound - first..<sample.upperBound - first, to: &body)
        return try compressedBytes(body)
    }

    private mutating func compressedBytes(_ bytes: [UInt8]) throws(ParquetError) -> Int {
        compressed.removeAll(keepingCapacity: true)
        try compressor.compress(bytes.span, into: &compressed)
        return compressed.count
    }

    // MARK: Dictionaries

    private struct BuiltDictionary {
        let entries: [UInt8]
        let count: Int
        let codeCount: Int

        /// Bits of a code. Never 0, which some readers do not take.
        private var width: Int { max(1, Int.bitWidth - max(0, count - 1).leadingZeroBitCount) }

        /// Before compression.
        var byteCount: Int { entries.count + codeCount * width / 8 }

        /// With codes as narrow as can be, and of whole bytes, in which compression finds what repeats.
        var encodings: [ValueEncoding] {
            let whole = (width + 7) / 8 * 8
            return (whole == width ? [width] : [width, whole]).map {
                .dictionary(entries: entries, count: count, codeWidth: $0)
            }
        }
    }

    private mutating func dictionary(_ values: ColumnValues, _ range: Range<Int>) -> BuiltDictionary? {
        switch values {
        case .boolean, .dictionary: nil
        case .int32(let values): dictionary(values.span.extracting(range))
        case .int64(let values): dictionary(values.span.extracting(range))
        case .float(let values): dictionary(values.span.extracting(range))
        case .double(let values): dictionary(values.span.extracting(range))
        case .fixed(let width, let bytes): dictionary(
            fixed: bytes.span.extracting(range.lowerBound * width..<range.upperBound * width), width: width)
        case .byteArray(let bytes, let ends): dictionary(bytes.span, ends.span, range)
        }
    }

    private mutating func dictionary<Value: BitwiseCopyable>(_ values: Span<Value>) -> BuiltDictionary? {
        let entries = buildDictionary(values, limits: DictionaryLimits(), codes: &codes)
        return entries.map {
            BuiltDictionary(entries: $0, count: $0.count / MemoryLayout<Value>.stride, codeCount: codes.count)
        }
    }

    private mutating func dictionary(fixed bytes: Span<UInt8>, width: Int) -> BuiltDictionary? {
        let entries = buildDictionary(fixed: bytes, width: width, limits: DictionaryLimits(), codes: &codes)
        return entries.map { BuiltDictionary(entries: $0, count: $0.count / width, codeCount: codes.count) }
    }

    private mutating func dictionary(
        _ bytes: Span<UInt8>, _ ends: Span<UInt32>, _ range: Range<Int>
    ) -> BuiltDictionary? {
        let start = range.lowerBound == 0 ? 0 : Int(ends[range.lowerBound - 1])
        let end = Int(ends[range.upperBound - 1])
        rebaseEnds(ends, range, into: &rebasedEnds)
        let rebased = rebasedEnds
        let built = buildDictionary(
            bytes: bytes.extracting(start..<end), ends: rebased.span, limits: DictionaryLimits(), codes: &codes)
        return built.map { built in
            var entries: [UInt8] = []
            let count = built.ends.count
            appendPlain(bytes: built.bytes.span, ends: built.ends.span, 0..<count, to: &entries)
            return BuiltDictionary(entries: entries, count: count, codeCount: codes.count)
        }
    }
}

extension ColumnValues {
    /// Bytes of values `range`, about.
    func byteCount(_ range: Range<Int>) -> Int {
        switch self {
        case .byteArray(_, let ends):
            guard !range.isEmpty else { return 0 }
            return Int(ends[range.upperBound - 1]) - (range.lowerBound == 0 ? 0 : Int(ends[range.lowerBound - 1]))
        case .fixed(let width, _): return range.count * width
        default: return range.count * 8
        }
    }
}
