import Testing

@testable import Parquet

struct ValueBoundsTests {
    private func writtenBounds(min: [UInt8], max: [UInt8], isText: Bool) -> WrittenBounds {
        ValueBounds.bytes(min: min, max: max).written(type: .byteArray, isText: isText)
    }

    private func text(_ count: Int, _ end: String) -> [UInt8] {
        Array((String(repeating: "a", count: count) + end).utf8)
    }

    @Test func boundsOf64BytesStayWhole() {
        let value = text(64, "")
        #expect(writtenBounds(min: value, max: value, isText: true) == WrittenBounds(min: value, max: value))
    }

    /// Text is cut between characters, and its last character grows to the next that there is.
    @Test(arguments: [
        ("b", 64, "", "b"), ("é", 63, "", nil), ("\u{d7ff}", 61, "\u{d7ff}", "\u{e000}"),
        ("\u{7f}", 63, "\u{7f}", "\u{80}"), ("\u{10ffff}", 60, "\u{10ffff}", nil),
    ])
    func textIsCutBetweenCharacters(_ end: String, _ before: Int, _ kept: String, _ grown: String?) {
        let value = text(before, end + "zzz")
        let bounds = writtenBounds(min: value, max: value, isText: true)
        let isCutBefore = grown == nil || kept.isEmpty
        #expect(bounds.min == text(before, kept))
        #expect(bounds.max == (isCutBefore ? text(before - 1, "b") : text(before, grown ?? "")))
        #expect(!bounds.isMinExact && !bounds.isMaxExact)
        #expect(bounds.max.map { value.lexicographicallyPrecedes($0) } == true)
    }

    @Test func bytesGrowAtTheLastThatCan() {
        let value = [1, 2] + [UInt8](repeating: 0xff, count: 70)
        let bounds = writtenBounds(min: value, max: value, isText: false)
        #expect(bounds.min == Array(value[..<64]))
        #expect(bounds.max == [1, 3])
        let greatest = [UInt8](repeating: 0xff, count: 65)
        #expect(writtenBounds(min: greatest, max: greatest, isText: false).max == nil)
    }

    /// Bytes in a text column that are no UTF-8 still get bounds that hold.
    @Test func textThatIsNoneIsBoundedAsBytes() {
        let value = [UInt8](repeating: 0x9f, count: 80)
        let bounds = writtenBounds(min: value, max: value, isText: true)
        #expect(bounds.min == Array(value[..<64]))
        #expect(bounds.max == Array(value[..<63]) + [0xa0])
    }

    @Test func aNaNLeavesNoBounds() {
        #expect(ValueBounds(.double([1, .nan, 2]), 0..<3, isUnsigned: false) == .unknown)
        #expect(ValueBounds(.double([1, .nan, 2]), 2..<3, isUnsigned: false) == .doubles(min: 2, max: 2))
        let schema = ColumnSchema(name: "d", type: .double, isOptional: true)
        var builder = PageIndexBuilder(schema: schema)
        builder.add(.doubles(min: 2, max: 2), nullCount: 0)
        builder.add(.unknown, nullCount: 3)
        #expect(builder.columnIndex == nil)
        #expect(builder.statistics == Statistics(nullCount: 3))
    }

    @Test(arguments: [
        ([1, 2, 2], 1), ([3, 3, 1], 2), ([1, 3, 2], 0), ([4], 1), ([-1, 300], 1),
    ] as [([Int64], Int32)])
    func orderOfPagesIsFound(_ values: [Int64], _ order: Int32) throws {
        var builder = PageIndexBuilder(schema: ColumnSchema(name: "n", type: .int64, isOptional: true))
        for value in values {
            builder.add(.integers(min: value, max: value), nullCount: 0)
            builder.add(.empty, nullCount: 5)
        }
        let index = try #require(builder.columnIndex)
        #expect(index.boundaryOrder == order)
        #expect(index.isNullPage == values.flatMap { _ in [false, true] })
        #expect(index.mins[1].isEmpty)
    }
}
