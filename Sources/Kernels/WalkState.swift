/// What the walk works on: columns, tries and the row being built. Owned by `BatchBuilder`.
struct WalkState {
    var columns: UnsafeMutablePointer<ColumnBuffer>
    var columnCount = 0
    var columnCapacity = 64
    var times: UnsafeMutablePointer<Int64>
    var timeCapacity = 1_024
    var rowCount = 0
    var jsonRoot = ShapeEdge.make([], .end, column: 0, other: 0)
    var logfmtRoot = ShapeEdge.make([], .end, column: 0, other: 0)
    var timeReader = TimeReader()
    var receivedAt: Int64 = 0
    var timeTextColumn = 0
    /// Bytes of the longest line that is walked, its newline among them.
    var lineBytesMax = Int.max
    var unreadableTimes = 0
    var replacedValues = 0

    /// Time of the row being built, if its line has said one.
    var rowTime: Int64 = 0
    var hasRowTime = false
    /// Whether some byte of the line is above 0x7f, so that the line needs a UTF-8 check.
    var highBits: UInt32 = 0

    init() {
        columns = .allocate(capacity: columnCapacity)
        times = .allocate(capacity: timeCapacity)
    }

    mutating func addColumn() -> Int {
        if columnCount == columnCapacity {
            columns = moved(columns, count: columnCount, capacity: columnCapacity * 2)
            columnCapacity *= 2
        }
        (columns + columnCount).initialize(to: ColumnBuffer())
        columnCount += 1
        return columnCount - 1
    }

    @inline(__always)
    mutating func endRow(time: Int64) {
        times[rowCount] = time
        rowCount &+= 1
        if rowCount == timeCapacity { growTimes() }
    }

    @inline(never)
    private mutating func growTimes() {
        times = moved(times, count: rowCount, capacity: timeCapacity * 2)
        timeCapacity *= 2
    }

    /// Takes back what the row being built has appended.
    mutating func removeRow() {
        for index in 0..<columnCount { columns[index].removeLast(ofRow: UInt32(rowCount)) }
    }

    mutating func removeShapes() {
        for index in 0..<columnCount { columns[index].deallocate() }
        columnCount = 0
        Self.deallocateTrie(jsonRoot)
        Self.deallocateTrie(logfmtRoot)
        jsonRoot = ShapeEdge.make([], .end, column: 0, other: 0)
        logfmtRoot = ShapeEdge.make([], .end, column: 0, other: 0)
    }

    func deallocate() {
        for index in 0..<columnCount { columns[index].deallocate() }
        columns.deallocate()
        times.deallocate()
        Self.deallocateTrie(jsonRoot)
        Self.deallocateTrie(logfmtRoot)
    }

    private static func deallocateTrie(_ root: UnsafeMutablePointer<ShapeEdge>) {
        var pending = [root]
        while let edge = pending.popLast() {
            var child = edge.pointee.firstChild
            while let next = child {
                pending.append(next)
                child = next.pointee.nextSibling
            }
            edge.pointee.literal.deallocate()
            edge.deallocate()
        }
    }
}
