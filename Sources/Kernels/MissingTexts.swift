/// Texts that mean that there is no value, such as `-`.
public struct MissingTexts: Sendable {
    private let hasEmpty: Bool
    /// The texts of one byte, a bit each.
    private let single: (UInt64, UInt64, UInt64, UInt64)
    private let longer: [[UInt8]]
    private let bytesMax: Int

    public init(_ texts: [String]) {
        let texts = texts.map { Array($0.utf8) }
        var single: [UInt64] = [0, 0, 0, 0]
        for text in texts where text.count == 1 { single[Int(text[0]) / 64] |= 1 << UInt64(text[0] % 64) }
        hasEmpty = texts.contains([])
        self.single = (single[0], single[1], single[2], single[3])
        longer = texts.filter { $0.count > 1 }
        bytesMax = texts.map(\.count).max() ?? -1
    }

    @inline(__always)
    func contains(_ text: UnsafeBufferPointer<UInt8>) -> Bool {
        guard text.count <= bytesMax else { return false }
        switch text.count {
        case 0: return hasEmpty
        case 1: return isBitSet(text[0], in: single)
        default: return longer.contains { $0.elementsEqual(text) }
        }
    }
}

/// Whether the bit of `byte` is set among 256.
@inline(__always)
func isBitSet(_ byte: UInt8, in words: (UInt64, UInt64, UInt64, UInt64)) -> Bool {
    let word = byte < 128 ? (byte < 64 ? words.0 : words.1) : (byte < 192 ? words.2 : words.3)
    return word >> UInt64(byte & 63) & 1 == 1
}

extension RowDraft {
    /// Takes away the strings that mean that there is no value.
    public mutating func removeMissing(_ missing: MissingTexts) {
        var index = 0
        while index < count {
            let field = self[index]
            let text = UnsafeBufferPointer(start: UnsafePointer(text) + field.range.lowerBound, count: field.range.count)
            if field.kind == ValueKind.string, missing.contains(text) { remove(field.column) } else { index += 1 }
        }
    }
}
