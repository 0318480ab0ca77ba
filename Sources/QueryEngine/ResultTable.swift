public import Records

/// Rows as a table for a terminal.
///
/// ```
/// service  errors
/// cart         12
/// checkout      3
/// ```
public enum ResultTable {
    /// Rows shown; a line at the end says so if there are more.
    public static let rowsMax = 10_000

    private static let gap = 2
    private static let cellWidthMin = 4

    /// A header and one line for each row, at most `width` terminal cells wide where that leaves each column 4 of them.
    ///
    /// Numbers stand at the right. Cells that do not fit end in `…`; control characters are written as `\n`, `\u{1b}`.
    /// - Parameters:
    ///   - records: their columns are all fields that any of them has, in order of first appearance.
    ///   - estimate: what they were estimated from. A result and its standard error then stand in one cell, `1234 ± 56`.
    ///   - width: at least 1.
    public static func render(_ records: [Record], _ estimate: SampleEstimate? = nil, width: Int) -> String {
        let records = estimate.map { estimate in records.map(estimate.merged) } ?? records
        guard records.count <= rowsMax else {
            return table(Array(records.prefix(rowsMax)), width: width)
                + "only the first \(rowsMax) of \(records.count) rows; ask for JSON to have all\n"
        }
        return records.isEmpty ? "no rows\n" : table(records, width: width)
    }

    private static func table(_ records: [Record], width: Int) -> String {
        let columns = columns(of: records)
        let widths = fit(columns.map(\.width), into: width)
        var lines = [line(columns.map(\.header), columns, widths)]
        for index in records.indices { lines.append(line(columns.map { $0.cells[index] }, columns, widths)) }
        return lines.joined(separator: "\n") + "\n"
    }

    private struct Column {
        var header: CellText
        var cells: [CellText]
        var isNumeric: Bool

        var width: Int { cells.reduce(header.width) { max($0, $1.width) } }
    }

    private static func columns(of records: [Record]) -> [Column] {
        var places: [String: Int] = [:]
        var columns: [Column] = []
        for (row, record) in records.enumerated() {
            for field in record.fields {
                let place = places[field.name] ?? columns.count
                if place == columns.count {
                    places[field.name] = place
                    let empty = Array(repeating: CellText(""), count: records.count)
                    columns.append(Column(header: CellText(field.name), cells: empty, isNumeric: true))
                }
                columns[place].cells[row] = CellText(field.value.text)
                if field.value.kind != .number, !field.value.text.isEmpty { columns[place].isNumeric = false }
            }
        }
        return columns
    }

    /// Takes from the widest columns until all fit.
    private static func fit(_ widths: [Int], into total: Int) -> [Int] {
        let available = total - gap * (widths.count - 1)
        var cap = widths.max() ?? 0
        while cap > cellWidthMin, widths.reduce(0, { $0 + min($1, cap) }) > available { cap -= 1 }
        // What is left over after the last step goes to the first of the cut columns.
        var spare = max(0, available - widths.reduce(0) { $0 + min($1, cap) })
        return widths.map { width in
            let extra = min(spare, max(0, width - cap), 1)
            spare -= extra
            return min(width, cap) + extra
        }
    }

    private static func line(_ cells: [CellText], _ columns: [Column], _ widths: [Int]) -> String {
        var line = ""
        for (index, cell) in cells.enumerated() {
            let shown = cell.cut(to: widths[index])
            let padding = String(repeating: " ", count: max(0, widths[index] - shown.width))
            if index > 0 { line += String(repeating: " ", count: gap) }
            line += columns[index].isNumeric ? padding + shown.text : shown.text + padding
        }
        return String(line.reversed().drop { $0 == " " }.reversed())
    }
}

/// Text that is safe to print, and how many terminal cells it takes.
struct CellText {
    let text: String
    let width: Int

    /// - Parameter raw: control characters in it are escaped; of a very long text only the beginning is kept.
    init(_ raw: String) {
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

    /// The beginning that fits into `limit` cells, with `…` in the last one if something is left out.
    func cut(to limit: Int) -> CellText {
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
