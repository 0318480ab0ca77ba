/// One field of a batch, column-wise: the text of every value, end to end.
///
/// A row without the field has no value here, so `rows` says which row each value belongs to.
/// ```
/// rows   0   1   3              (row 2 has no such field)
/// ends   4   4   9              (row 1 has the empty string)
/// bytes  c a r t f r o n t
/// ```
public struct TextColumn: Sendable, Equatable {
    public let name: String
    /// Every kind that occurs among the values.
    public let kinds: ValueKinds
    /// UTF-8 of all values, unescaped, in row order.
    public let bytes: [UInt8]
    /// One past the last byte of each value. Rises; its last element is `bytes.count`.
    public let ends: [UInt32]
    /// The row of each value, strictly rising; nil when every row of the batch has one.
    public let rows: [UInt32]?

    public init(name: String, kinds: ValueKinds, bytes: [UInt8], ends: [UInt32], rows: [UInt32]?) {
        precondition(ends.isEmpty || Int(ends[ends.count - 1]) == bytes.count)
        precondition(rows == nil || rows?.count == ends.count)
        self.name = name
        self.kinds = kinds
        self.bytes = bytes
        self.ends = ends
        self.rows = rows
    }

    /// How many rows have a value.
    public var count: Int { ends.count }

    /// Where value `index` (not row) lies in `bytes`.
    @inlinable
    public func range(_ index: Int) -> Range<Int> {
        (index == 0 ? 0 : Int(ends[index - 1]))..<Int(ends[index])
    }

    /// The text of value `index` (not row).
    public func text(_ index: Int) -> String {
        String(decoding: bytes[range(index)], as: UTF8.self)
    }

    /// The index of the value that `row` has, or nil.
    public func index(ofRow row: Int) -> Int? {
        guard let rows else { return row < ends.count ? row : nil }
        var low = 0
        var high = rows.count
        while low < high {
            let middle = (low + high) / 2
            if rows[middle] < UInt32(row) { low = middle + 1 } else { high = middle }
        }
        return low < rows.count && rows[low] == UInt32(row) ? low : nil
    }

    /// The values of the rows for which `keep` is true, with rows numbered anew.
    public func filtered(keep: [Bool]) -> TextColumn {
        var newRow: [UInt32] = []
        newRow.reserveCapacity(keep.count)
        var kept: UInt32 = 0
        for flag in keep {
            newRow.append(kept)
            if flag { kept += 1 }
        }
        var bytes: [UInt8] = []
        var ends: [UInt32] = []
        var rows: [UInt32] = []
        for index in 0..<count {
            let row = self.rows.map { Int($0[index]) } ?? index
            guard keep[row] else { continue }
            bytes.append(contentsOf: self.bytes[range(index)])
            ends.append(UInt32(bytes.count))
            rows.append(newRow[row])
        }
        let dense = ends.count == Int(kept)
        return TextColumn(name: name, kinds: kinds, bytes: bytes, ends: ends, rows: dense ? nil : rows)
    }
}
