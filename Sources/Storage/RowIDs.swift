import Stitching

/// The correlation ids of a run of rows as hashes, for the id index.
struct RowIDs {
    private let rowCount: Int
    /// For each column, the hash of each row's id, 0 where it has none.
    private var columns: [[UInt64]] = []

    init(rowCount: Int) { self.rowCount = rowCount }

    mutating func add(_ column: SortedColumn) {
        let hashes = CorrelationIDs.hashes(bytes: column.bytes, ends: column.ends, field: column.name)
        guard column.validity != nil else { return columns.append(hashes) }
        var ofRow = [UInt64](repeating: 0, count: rowCount)
        column.forEachRow { row, index in ofRow[row] = hashes[index] }
        columns.append(ofRow)
    }

    /// The hashes of all ids on `rows`, each once, rising.
    func distinctHashes(_ rows: Range<Int>) -> [UInt64] {
        var hashes: [UInt64] = []
        for column in columns {
            var last: UInt64 = 0
            for hash in column[rows] where hash != last {
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
