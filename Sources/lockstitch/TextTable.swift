import Records

/// Lines of cells that stand below each other.
struct TextTable {
    private var rows: [[String]]
    private let numeric: Set<Int>

    /// - Parameters:
    ///   - first: the first line, often the names of the columns.
    ///   - numeric: columns that stand at the right.
    init(_ first: [String], numeric: Set<Int> = []) {
        rows = [first]
        self.numeric = numeric
    }

    mutating func add(_ row: [String]) { rows.append(row) }

    /// Every line with an end, without spaces before it.
    var text: String {
        let cells = rows.map { $0.map { CellText($0) } }
        let widths = (cells.first ?? []).indices.map { column in cells.map { $0[column].width }.max() ?? 0 }
        return cells.map { row in
            let line = row.enumerated().map { column, cell in
                let padding = String(repeating: " ", count: widths[column] - cell.width)
                return numeric.contains(column) ? padding + cell.text : cell.text + padding
            }.joined(separator: "  ")
            return String(line.reversed().drop { $0 == " " }.reversed()) + "\n"
        }.joined()
    }
}
