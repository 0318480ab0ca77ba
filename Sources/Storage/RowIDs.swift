import Stitching

/// The correlation ids of a run of rows as hashes, for the id index.
struct RowIDs {
    private let rowCount: Int
    /// For each column, the hash of each row's id, 0 where it has none. A column of values with several ids is there more than once.
    private var columns: [[UInt64]] = []

    init(rowCount: Int) { self.rowCount = rowCount }

    /// Takes the ids of a column, if it is one with ids.
    mutating func add(_ column: SortedColumn, _ rules: StitchingRules) {
        guard let form = rules.form(of: column.name) else { return }
        for hashes in rules.hashes(bytes: column.bytes, ends: column.ends, form: form) {
            guard column.validity != nil else {
                columns.append(hashes)
                continue
            }
            var ofRow = [UInt64](repeating: 0, count: rowCount)
            column.forEachRow { row, index in ofRow[row] = hashes[index] }
            columns.append(ofRow)
        }
    }

    /// The hashes of all ids on `rows`, each once, rising.
    func distinctHashes(_ rows: Range<Int>) -> [UInt64] { Self.distinct(columns.lazy.map { $0[rows] }) }

    /// All hashes but 0, each once, rising. Those of one id mostly stand together.
    static func distinct(_ columns: some Sequence<some Sequence<UInt64>>) -> [UInt64] {
        var hashes: [UInt64] = []
        for column in columns {
            var last: UInt64 = 0
            for hash in column where hash != last {
                last = hash
                if hash != 0 { hashes.append(hash) }
            }
        }
        hashes.sort()
        var distinct: [UInt64] = []
        for hash in hashes where hash != distinct.last { distinct.append(hash) }
        return distinct
    }
}
