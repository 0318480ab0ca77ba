import Kernels

/// How the values of a column chunk are encoded.
enum ValueEncoding {
    case plain, deltaBinaryPacked, deltaLengthByteArray
    /// The entries in PLAIN encoding; pages hold codes.
    case dictionary(entries: [UInt8], count: Int)

    var encoding: Encoding {
        switch self {
        case .plain: .plain
        case .deltaBinaryPacked: .deltaBinaryPacked
        case .deltaLengthByteArray: .deltaLengthByteArray
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
struct EncodingChooser {
    /// The code of each value of the chunk last looked at, if its encoding is a dictionary.
    private(set) var codes: [UInt32] = []
    private var rebasedEnds: [UInt32] = []
    private var sample: [UInt8] = []

    /// Values of each of the two samples by which a delta encoding is judged.
    private static let sampleValues = 4_096

    /// The encoding for values `range`.
    mutating func choose(_ values: ColumnValues, _ range: Range<Int>) -> ValueEncoding {
        guard !range.isEmpty else { return .plain }
        switch values {
        case .boolean: return .plain
        case .int32(let values):
            return chooseForIntegers(values.span.extracting(range)) { appendDeltaBinaryPacked($0, to: &$1) }
        case .int64(let values):
            return chooseForIntegers(values.span.extracting(range)) { appendDeltaBinaryPacked($0, to: &$1) }
        case .float(let values): return dictionary(values.span.extracting(range), below: range.count * 4) ?? .plain
        case .double(let values): return dictionary(values.span.extracting(range), below: range.count * 8) ?? .plain
        case .fixed(let width, let bytes):
            let bytes = bytes.span.extracting(range.lowerBound * width..<range.upperBound * width)
            let entries = buildDictionary(fixed: bytes, width: width, limits: DictionaryLimits(), codes: &codes)
            return entries.flatMap { paying($0, count: $0.count / width, below: bytes.count) } ?? .plain
        case .byteArray(let bytes, let ends): return chooseForByteArrays(bytes.span, ends.span, range)
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

    private mutating func chooseForByteArrays(
        _ bytes: Span<UInt8>, _ ends: Span<UInt32>, _ range: Range<Int>
    ) -> ValueEncoding {
        let start = range.lowerBound == 0 ? 0 : Int(ends[range.lowerBound - 1])
        let end = Int(ends[range.upperBound - 1])
        rebaseEnds(ends, range, into: &rebasedEnds)
        let rebased = rebasedEnds
        let built = buildDictionary(
            bytes: bytes.extracting(start..<end), ends: rebased.span, limits: DictionaryLimits(), codes: &codes)
        guard let dictionary = built else { return .deltaLengthByteArray }
        var entries: [UInt8] = []
        let count = dictionary.ends.count
        appendPlain(bytes: dictionary.bytes.span, ends: dictionary.ends.span, 0..<count, to: &entries)
        // A length takes about a byte in the delta encoding.
        return paying(entries, count: count, below: end - start + range.count) ?? .deltaLengthByteArray
    }

    /// The dictionary, if it and the codes take fewer bytes than `bytesMax`, by a quarter since pages are compressed
    /// after: what is repeated costs little without a dictionary too.
    private func paying(_ entries: [UInt8], count: Int, below bytesMax: Int) -> ValueEncoding? {
        let dictionary = ValueEncoding.dictionary(entries: entries, count: count)
        let bytes = entries.count + codes.count * dictionary.codeWidth / 8
        return bytes < bytesMax - bytesMax / 4 ? dictionary : nil
    }
}
