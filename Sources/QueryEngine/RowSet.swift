import Kernels

/// The rows of a bitmap, rising.
struct SetRows: Sequence, IteratorProtocol {
    private let words: [UInt64]
    private var index = 0
    private var left: UInt64

    init(_ bitmap: Bitmap) {
        words = bitmap.words
        left = words.first ?? 0
    }

    @inline(__always)
    mutating func next() -> Int? {
        while left == 0 {
            index += 1
            guard index < words.count else { return nil }
            left = words[index]
        }
        let row = index << 6 + left.trailingZeroBitCount
        left &= left &- 1
        return row
    }
}

/// A bitmap in the making.
struct RowMarks {
    private var words: [UInt64]
    private let count: Int

    init(count: Int) {
        words = Array(repeating: 0, count: (count + 63) / 64)
        self.count = count
    }

    /// - Parameter row: less than `count`.
    @inline(__always)
    mutating func insert(_ row: Int) { words[row >> 6] |= 1 << UInt64(row & 63) }

    /// - Parameter rows: of as many.
    mutating func formUnion(_ rows: Bitmap) {
        for index in words.indices { words[index] |= rows.words[index] }
    }

    var bitmap: Bitmap { Bitmap(words: words, count: count) }
}

extension Bitmap {
    var setRows: SetRows { SetRows(self) }

    static func none(_ count: Int) -> Bitmap { Bitmap(repeating: false, count: count) }

    func intersection(_ other: Bitmap?) -> Bitmap {
        guard let other else { return self }
        var result = self
        result.formIntersection(other)
        return result
    }

    func subtracting(_ other: Bitmap) -> Bitmap {
        var result = other
        result.invert()
        result.formIntersection(self)
        return result
    }

    /// Only the first `limit` rows after the first `skipped`.
    func slice(skipping skipped: Int, limit: Int) -> Bitmap {
        var marks = RowMarks(count: count)
        var place = 0
        for row in setRows {
            if place >= skipped + limit { break }
            if place >= skipped { marks.insert(row) }
            place += 1
        }
        return marks.bitmap
    }
}
