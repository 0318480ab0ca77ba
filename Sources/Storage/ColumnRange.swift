import Parquet

/// Bounds of the numbers of a column, of which each value is one.
public enum ColumnRange: Sendable, Equatable {
    case integers(ClosedRange<Int64>)
    /// None of them is NaN.
    case doubles(ClosedRange<Double>)
}

extension ColumnRange {
    /// Nil where the statistics have no bounds.
    init?(_ statistics: ColumnStatistics, _ type: PhysicalType) {
        guard let min = ChunkLayout.int64(statistics.min), let max = ChunkLayout.int64(statistics.max) else { return nil }
        switch type {
        case .int64 where min <= max: self = .integers(min...max)
        case .double:
            let (low, high) = (Double(bitPattern: UInt64(bitPattern: min)), Double(bitPattern: UInt64(bitPattern: max)))
            guard low <= high else { return nil }
            self = .doubles(low...high)
        default: return nil
        }
    }

    /// What holds both; nil where they are of two types.
    func union(_ other: ColumnRange) -> ColumnRange? {
        switch (self, other) {
        case (.integers(let a), .integers(let b)):
            .integers(Swift.min(a.lowerBound, b.lowerBound)...Swift.max(a.upperBound, b.upperBound))
        case (.doubles(let a), .doubles(let b)):
            .doubles(Swift.min(a.lowerBound, b.lowerBound)...Swift.max(a.upperBound, b.upperBound))
        default: nil
        }
    }
}

/// The bounds of the pages of a column of a row group.
struct PageRanges: Sendable {
    private let pages: [(rows: Range<Int>, range: ColumnRange?, isNull: Bool)]

    init(_ pages: [PageStatistics], _ type: PhysicalType) {
        self.pages = pages.map { ($0.rows, ColumnRange($0.statistics, type), $0.isNull) }
    }

    /// Nil where they are not known, or no row has a value.
    func range(_ rows: Range<Int>) -> ColumnRange? {
        var found: ColumnRange?
        for page in pages where page.rows.overlaps(rows) && !page.isNull {
            guard let range = page.range else { return nil }
            if let known = found {
                guard let union = known.union(range) else { return nil }
                found = union
            } else {
                found = range
            }
        }
        return found
    }
}
