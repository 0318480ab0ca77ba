/// Text that is safe to print, and how many terminal cells it takes.
public struct CellText: Sendable {
    public let text: String
    /// In terminal cells.
    public let width: Int

    /// - Parameter raw: control characters in it are escaped; of a very long text only the beginning is kept.
    public init(_ raw: String) {
        var (text, width) = ("", 0)
        for scalar in raw.unicodeScalars {
            guard width < 10_000 else { break }
            let piece = CellText.escaped(scalar)
            text.unicodeScalars.append(contentsOf: piece.unicodeScalars)
            width += piece.unicodeScalars.reduce(0) { $0 + CellText.width($1) }
        }
        self.init(text: text, width: width)
    }

    private init(text: String, width: Int) {
        self.text = text
        self.width = width
    }

    /// The beginning that fits into `limit` (at least 1) cells, with `…` in the last one if something is left out.
    public func cut(to limit: Int) -> CellText {
        guard width > limit else { return self }
        var (kept, used) = (String.UnicodeScalarView(), 0)
        for scalar in text.unicodeScalars {
            let next = used + CellText.width(scalar)
            guard next <= limit - 1 else { break }
            kept.append(scalar)
            used = next
        }
        return CellText(text: String(kept) + "…", width: used + 1)
    }

    private static func escaped(_ scalar: Unicode.Scalar) -> String {
        switch scalar {
        case "\n": return "\\n"
        case "\r": return "\\r"
        case "\t": return "\\t"
        default: break
        }
        switch scalar.properties.generalCategory {
        case .control, .lineSeparator, .paragraphSeparator: return hexadecimal(scalar)
        // Marks that turn the direction of the text around, and with it the rest of the line.
        case .format where scalar.value != 0x200D && scalar.value != 0xAD: return hexadecimal(scalar)
        default: return String(scalar)
        }
    }

    private static func hexadecimal(_ scalar: Unicode.Scalar) -> String { "\\u{\(String(scalar.value, radix: 16))}" }

    /// East Asian wide characters and emoji take two cells, combining marks none (Unicode Standard Annex 11, roughly).
    private static func width(_ scalar: Unicode.Scalar) -> Int {
        if scalar.value < 0x300 { return 1 }
        switch scalar.properties.generalCategory {
        case .nonspacingMark, .enclosingMark, .format: return 0
        default: break
        }
        let isWide = wideRanges.contains { $0.contains(scalar.value) }
        return isWide || scalar.properties.isEmojiPresentation ? 2 : 1
    }

    private static let wideRanges: [ClosedRange<UInt32>] = [
        0x1100...0x115F, 0x2E80...0x303E, 0x3041...0xA4CF, 0xA960...0xA97C, 0xAC00...0xD7A3, 0xF900...0xFAFF,
        0xFE30...0xFE6F, 0xFF00...0xFF60, 0xFFE0...0xFFE6, 0x1F300...0x1F64F, 0x1F680...0x1F6FF, 0x1F900...0x1F9FF,
        0x20000...0x3FFFD,
    ]
}
