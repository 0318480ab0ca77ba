// Rows that a bitmap selects: finding them by their numbers, gathering and counting what they have.

/// The rows among `candidates` whose value lies in a range.
///
/// - Precondition: `values` has one for each row.
public func rows(_ candidates: Bitmap, with values: [Int64], in range: ClosedRange<Int64>) -> Bitmap {
    precondition(values.count == candidates.count)
    let (low, high) = (range.lowerBound, range.upperBound)
    return select(candidates, values) { $0 >= low && $0 <= high }
}

/// The rows among `candidates` whose code is marked.
///
/// - Precondition: `codes` has one for each row, and those of `candidates` are below `isMarked.count`.
public func rows(_ candidates: Bitmap, with codes: [UInt32], in isMarked: [Bool]) -> Bitmap {
    precondition(codes.count == candidates.count)
    guard !isMarked.isEmpty else { return Bitmap(repeating: false, count: candidates.count) }
    return isMarked.withUnsafeBufferPointer { marks in
        // What stands where a row has no value may be any number.
        let last = UInt32(marks.count - 1)
        return select(candidates, codes) { marks[Int(min($0, last))] }
    }
}

@inline(__always)
private func select<Value>(_ candidates: Bitmap, _ values: [Value], _ isIncluded: (Value) -> Bool) -> Bitmap {
    var words = candidates.words
    let count = candidates.count
    values.withUnsafeBufferPointer { values in
        words.withUnsafeMutableBufferPointer { words in
            for index in 0..<words.count {
                let candidate = words[index]
                if candidate == 0 { continue }
                let start = index << 6
                var found: UInt64 = 0
                if candidate.nonzeroBitCount < 16 {
                    var left = candidate
                    while left != 0 {
                        let bit = left.trailingZeroBitCount
                        found |= (isIncluded(values[start + bit]) ? 1 : 0) << UInt64(bit)
                        left &= left &- 1
                    }
                } else {
                    for bit in 0..<min(64, count - start) {
                        found |= (isIncluded(values[start + bit]) ? 1 : 0) << UInt64(bit)
                    }
                }
                words[index] = found & candidate
            }
        }
    }
    return Bitmap(words: words, count: count)
}

/// Calls `body` with each row that `rows` has, rising.
@inline(__always)
func forEachRow(_ rows: Bitmap, _ body: (Int) -> Void) {
    let words = rows.words
    words.withUnsafeBufferPointer { words in
        for index in 0..<words.count {
            var left = words[index]
            if left == ~0 {
                for row in index << 6..<(index + 1) << 6 { body(row) }
                continue
            }
            while left != 0 {
                body(index << 6 + left.trailingZeroBitCount)
                left &= left &- 1
            }
        }
    }
}

/// Appends the values of the selected rows.
public func appendValues(_ values: [Int64], _ rows: Bitmap, to target: inout [Double]) {
    precondition(values.count == rows.count)
    let count = rows.popcount
    target += [Double](unsafeUninitializedCapacity: count) { new, written in
        values.withUnsafeBufferPointer { values in
            forEachRow(rows) {
                new[written] = Double(values[$0])
                written += 1
            }
        }
    }
}

/// Adds 1 to the count of the group of each selected row.
///
/// - Precondition: `groups` has one for each row, below `counts.count` for those selected.
public func countRows(_ rows: Bitmap, _ groups: [UInt32], _ counts: inout [Int]) {
    precondition(groups.count == rows.count)
    groups.withUnsafeBufferPointer { groups in
        counts.withUnsafeMutableBufferPointer { counts in forEachRow(rows) { counts[Int(groups[$0])] &+= 1 } }
    }
}

/// Sets the code of each selected row to what `table` has for its code.
///
/// - Precondition: `codes` and `target` have one for each row; those of selected rows are below `table.count`.
public func mapCodes(_ codes: [UInt32], _ rows: Bitmap, by table: [UInt32], into target: inout [UInt32]) {
    precondition(codes.count == rows.count && target.count == rows.count)
    codes.withUnsafeBufferPointer { codes in
        table.withUnsafeBufferPointer { table in
            target.withUnsafeMutableBufferPointer { target in
                forEachRow(rows) { target[$0] = table[Int(codes[$0])] }
            }
        }
    }
}

/// The same, in place.
public func mapCodes(of codes: inout [UInt32], _ rows: Bitmap, by table: [UInt32]) {
    precondition(codes.count == rows.count)
    table.withUnsafeBufferPointer { table in
        codes.withUnsafeMutableBufferPointer { codes in
            forEachRow(rows) { codes[$0] = table[Int(codes[$0])] }
        }
    }
}

/// Which codes the selected rows have.
///
/// - Precondition: `codes` has one for each row, below `count` for those selected.
public func usedCodes(_ codes: [UInt32], _ rows: Bitmap, count: Int) -> [Bool] {
    precondition(codes.count == rows.count)
    var used = [Bool](repeating: false, count: count)
    codes.withUnsafeBufferPointer { codes in
        used.withUnsafeMutableBufferPointer { used in forEachRow(rows) { used[Int(codes[$0])] = true } }
    }
    return used
}

/// Puts the value that would be at `place` in rising order there, and returns it (Hoare 1961, "Algorithm 65: Find").
///
/// - Precondition: `place` is an index of `values`; none is NaN.
public func select(_ place: Int, of values: inout [Double]) -> Double {
    precondition(values.indices.contains(place))
    return values.withUnsafeMutableBufferPointer { values in
        var (low, high) = (0, values.count - 1)
        while low < high {
            let middle = low + (high - low) / 2
            if values[middle] < values[low] { values.swapAt(middle, low) }
            if values[high] < values[low] { values.swapAt(high, low) }
            if values[high] < values[middle] { values.swapAt(high, middle) }
            let pivot = values[middle]
            var (left, right) = (low, high)
            while left <= right {
                while values[left] < pivot { left += 1 }
                while pivot < values[right] { right -= 1 }
                if left <= right {
                    values.swapAt(left, right)
                    left += 1
                    right -= 1
                }
            }
            if place <= right {
                high = right
            } else if place >= left {
                low = left
            } else {
                break
            }
        }
        return values[place]
    }
}

/// A sum of integers, exact, and how many they are.
public struct IntegerSum: Sendable {
    public var sum: Int128 = 0
    public var count = 0

    public init() {}
}

/// Adds the value of each selected row to the sum of its group.
///
/// - Parameter groups: nil for group 0.
/// - Precondition: `values` and `groups` have one for each row, groups below `sums.count` for those selected.
public func addRows(_ values: [Int64], _ rows: Bitmap, _ groups: [UInt32]?, to sums: inout [IntegerSum]) {
    precondition(values.count == rows.count && groups?.count ?? rows.count == rows.count && !sums.isEmpty)
    values.withUnsafeBufferPointer { values in
        sums.withUnsafeMutableBufferPointer { sums in
            guard let groups else {
                forEachRow(rows) {
                    sums[0].sum &+= Int128(values[$0])
                    sums[0].count &+= 1
                }
                return
            }
            groups.withUnsafeBufferPointer { groups in
                forEachRow(rows) {
                    let group = Int(groups[$0])
                    sums[group].sum &+= Int128(values[$0])
                    sums[group].count &+= 1
                }
            }
        }
    }
}
