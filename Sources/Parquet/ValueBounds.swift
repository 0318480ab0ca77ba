import Kernels

/// The least and the greatest of some values, in the order of their column.
enum ValueBounds: Equatable {
    /// There is no value.
    case empty
    /// There are values, but no bounds that a reader could use: one is not a number, or the bound has no end.
    case unknown
    /// Signed integers, unsigned 32-bit ones and booleans.
    case integers(min: Int64, max: Int64)
    case unsigned(min: UInt64, max: UInt64)
    case floats(min: Float, max: Float)
    case doubles(min: Double, max: Double)
    case bytes(min: [UInt8], max: [UInt8])
}

extension ValueBounds {
    /// The bounds of values `range`.
    ///
    /// - Parameter isUnsigned: whether integers are without a sign.
    init(_ values: ColumnValues, _ range: Range<Int>, isUnsigned: Bool) {
        guard !range.isEmpty else {
            self = .empty
            return
        }
        switch values {
        case .boolean(let values): self = Self.booleans(values, range)
        case .int32(let values):
            let values = values.span.extracting(range)
            self = isUnsigned
                ? unsignedExtremes(values).map { .integers(min: Int64($0.min), max: Int64($0.max)) } ?? .unknown
                : extremes(values).map { .integers(min: Int64($0.min), max: Int64($0.max)) } ?? .unknown
        case .int64(let values):
            let values = values.span.extracting(range)
            self = isUnsigned
                ? unsignedExtremes(values).map { .unsigned(min: $0.min, max: $0.max) } ?? .unknown
                : extremes(values).map { .integers(min: $0.min, max: $0.max) } ?? .unknown
        case .float(let values):
            self = extremes(values.span.extracting(range)).map { .floats(min: $0.min, max: $0.max) } ?? .unknown
        case .double(let values):
            self = extremes(values.span.extracting(range)).map { .doubles(min: $0.min, max: $0.max) } ?? .unknown
        case .byteArray(let bytes, let ends):
            self = extremes(bytes: bytes.span, ends: ends.span, range).map {
                .bytes(min: Self.value($0.min, bytes, ends), max: Self.value($0.max, bytes, ends))
            } ?? .unknown
        case .fixed(let width, let bytes):
            self = extremes(fixed: bytes.span, width: width, range).map {
                .bytes(
                    min: Array(bytes[$0.min * width..<($0.min + 1) * width]),
                    max: Array(bytes[$0.max * width..<($0.max + 1) * width]))
            } ?? .unknown
        case .dictionary: preconditionFailure("the chunk writer expands dictionaries")
        }
    }

    private static func booleans(_ values: [Bool], _ range: Range<Int>) -> ValueBounds {
        let hasTrue = values[range].contains(true)
        let hasFalse = values[range].contains(false)
        return .integers(min: hasFalse ? 0 : 1, max: hasTrue ? 1 : 0)
    }

    private static func value(_ index: Int, _ bytes: [UInt8], _ ends: [UInt32]) -> [UInt8] {
        Array(bytes[(index == 0 ? 0 : Int(ends[index - 1]))..<Int(ends[index])])
    }

    /// Takes in the bounds of more values of the column.
    mutating func merge(_ other: ValueBounds) {
        switch (self, other) {
        case (_, .empty): break
        case (.empty, _): self = other
        case (.integers(let a, let b), .integers(let c, let d)): self = .integers(min: min(a, c), max: max(b, d))
        case (.unsigned(let a, let b), .unsigned(let c, let d)): self = .unsigned(min: min(a, c), max: max(b, d))
        case (.floats(let a, let b), .floats(let c, let d)): self = .floats(min: min(a, c), max: max(b, d))
        case (.doubles(let a, let b), .doubles(let c, let d)): self = .doubles(min: min(a, c), max: max(b, d))
        case (.bytes(let a, let b), .bytes(let c, let d)):
            self = .bytes(min: c.lexicographicallyPrecedes(a) ? c : a, max: b.lexicographicallyPrecedes(d) ? d : b)
        default: self = .unknown
        }
    }
}

// MARK: - Written form

/// Bounds as they are written: values in PLAIN encoding without length, those of byte arrays shortened.
struct WrittenBounds: Equatable {
    var min: [UInt8]?
    var max: [UInt8]?
    var isMinExact = true
    var isMaxExact = true
}

extension ValueBounds {
    /// The most bytes of a byte array's bound.
    static let boundBytesMax = 64

    func written(type: PhysicalType, isText: Bool) -> WrittenBounds {
        switch self {
        case .empty, .unknown: WrittenBounds()
        case .integers(let min, let max):
            switch type {
            case .boolean: WrittenBounds(min: [UInt8(min)], max: [UInt8(max)])
            case .int32: WrittenBounds(
                min: plain(UInt32(truncatingIfNeeded: min)), max: plain(UInt32(truncatingIfNeeded: max)))
            default: WrittenBounds(min: plain(min), max: plain(max))
            }
        case .unsigned(let min, let max): WrittenBounds(min: plain(min), max: plain(max))
        case .floats(let min, let max): WrittenBounds(min: plain(min.bitPattern), max: plain(max.bitPattern))
        case .doubles(let min, let max): WrittenBounds(min: plain(min.bitPattern), max: plain(max.bitPattern))
        case .bytes(let min, let max): Self.shortened(min: min, max: max, type, isText: isText)
        }
    }

    private static func shortened(
        min: [UInt8], max: [UInt8], _ type: PhysicalType, isText: Bool
    ) -> WrittenBounds {
        guard type == .byteArray else { return WrittenBounds(min: min, max: max) }
        let isMinExact = min.count <= boundBytesMax
        let isMaxExact = max.count <= boundBytesMax
        return WrittenBounds(
            min: isMinExact ? min : shortenedPrefix(min, isText: isText),
            max: isMaxExact ? max : shortUpperBound(max, isText: isText),
            isMinExact: isMinExact, isMaxExact: isMaxExact)
    }

    /// At most `boundBytesMax` first bytes, of text whole characters only.
    private static func shortenedPrefix(_ value: [UInt8], isText: Bool) -> [UInt8] {
        var end = boundBytesMax
        // A character of UTF-8 has at most three continuation bytes.
        if isText { while end > boundBytesMax - 4, value[end] & 0xc0 == 0x80 { end -= 1 } }
        if isText, value[end] & 0xc0 == 0x80 { end = boundBytesMax }
        return Array(value[..<end])
    }

    /// The least value that starts with a prefix of `value` made greater; nil when there is none, as for all 0xff.
    private static func shortUpperBound(_ value: [UInt8], isText: Bool) -> [UInt8]? {
        let prefix = shortenedPrefix(value, isText: isText)
        if isText, let text = String(validating: prefix, as: UTF8.self) { return upperBound(ofText: text) }
        guard let last = prefix.lastIndex(where: { $0 < 0xff }) else { return nil }
        return prefix[..<last] + [prefix[last] + 1]
    }

    /// UTF-8 sorts as its characters' numbers do, so the last one that can grow does.
    private static func upperBound(ofText text: String) -> [UInt8]? {
        var scalars = Array(text.unicodeScalars)
        while let last = scalars.popLast() {
            // Between the two lie the surrogates, which are no characters.
            let next = last.value == 0xd7ff ? 0xe000 : last.value + 1
            guard let next = Unicode.Scalar(next) else { continue }
            scalars.append(next)
            return scalars.flatMap { Array(String($0).utf8) }
        }
        return nil
    }
}

private func plain<Value: FixedWidthInteger>(_ value: Value) -> [UInt8] {
    (0..<Value.bitWidth / 8).map { UInt8(truncatingIfNeeded: value >> Value($0 * 8)) }
}
