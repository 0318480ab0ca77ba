import Kernels
import Testing

@testable import Parquet

/// Files put together page by page: forms that pyarrow does not write, and lies that damage by chance seldom tells.
struct HandmadeFileTests {
    /// A file of one column chunk.
    private struct Handmade {
        var element = SchemaElement(type: 1, repetition: 1, name: "c")
        var rowCount: Int64
        var chunkValueCount: Int64?
        var pages: [(PageHeader.Kind, [UInt8])]
        /// How many of `pages` come before what the footer names as the first data page.
        var pagesBefore = 0
        var codec = Codec.uncompressed
        var byteCounts: Int32?
        var offsetIndex: OffsetIndex?

        var reader: FileReader {
            get throws {
                var file = Array("PAR1".utf8)
                var chunk = ColumnChunkMetadata(
                    type: element.type ?? 0, path: ["c"], codec: codec, valueCount: chunkValueCount ?? rowCount)
                for (index, (kind, body)) in pages.enumerated() {
                    if index == pagesBefore { chunk.dataPageOffset = Int64(file.count) }
                    let header = PageHeader(
                        kind: kind, byteCount: byteCounts ?? Int32(body.count), compressedByteCount: Int32(body.count))
                    file += header.encoded() + body
                }
                chunk.compressedByteCount = Int64(file.count) - chunk.dataPageOffset
                if let index = offsetIndex?.encoded() {
                    chunk.offsetIndexOffset = Int64(file.count)
                    chunk.offsetIndexLength = Int32(index.count)
                    file += index
                }
                let footer = FileMetadata(
                    schema: [SchemaElement(name: "root", childCount: 1), element], rowCount: rowCount,
                    rowGroups: [RowGroupMetadata(columns: [chunk], rowCount: rowCount)]
                ).encoded()
                file += footer + littleEndian(Int32(footer.count)) + Array("PAR1".utf8)
                return try FileReader(MemorySource(file))
            }
        }

        func read(_ rows: Range<Int>? = nil) throws -> [Cell] {
            let reader = try reader
            return cells(try reader.read(column: 0, rowGroup: 0, rows: rows), reader.schema[0])
        }
    }

    @Test func bitPackedLevelsAreRead() throws {
        // Rows 0, 2 and 8 have values; the highest bit comes first.
        let header = DataPageHeader(valueCount: 9, encoding: .plain, definitionLevels: .bitPacked)
        let body: [UInt8] = [0b1010_0000, 0b1000_0000] + littleEndian(7) + littleEndian(8) + littleEndian(9)
        let file = Handmade(rowCount: 9, pages: [(.data(header), body)])
        var expected = [Cell](repeating: .null, count: 9)
        expected[0] = .integer(7)
        expected[2] = .integer(8)
        expected[8] = .integer(9)
        #expect(try file.read() == expected)
        #expect(try file.read(1..<9) == Array(expected[1...]))
    }

    @Test func pagesOfOtherKindsAreSkipped() throws {
        let header = PageHeader.Kind.data(DataPageHeader(valueCount: 1))
        let level: [UInt8] = [2, 0, 0, 0, 2, 1]
        let file = Handmade(
            rowCount: 2,
            pages: [(.other(1), [9]), (header, level + littleEndian(5)), (.other(9), []), (header, level + littleEndian(6))])
        #expect(try file.read() == [.integer(5), .integer(6)])
        #expect(try file.read(1..<2) == [.integer(6)])
    }

    /// A dictionary that the footer does not name, between pages that have their values themselves.
    @Test(arguments: [false, true])
    func codesAndTextsMix(isPlainFirst: Bool) throws {
        let dictionary = littleEndian(2) + Array("ab".utf8) + littleEndian(0)
        let codes: (PageHeader.Kind, [UInt8]) = (
            .data(DataPageHeader(valueCount: 3, encoding: .dictionary)), [1, 3, 0b011]
        )
        let plain: (PageHeader.Kind, [UInt8]) = (
            .data(DataPageHeader(valueCount: 1)), littleEndian(3) + Array("xyz".utf8)
        )
        let file = Handmade(
            element: SchemaElement(type: 6, repetition: 0, name: "c"), rowCount: 4,
            pages: [(.dictionary(DictionaryPageHeader(valueCount: 2)), dictionary)]
                + (isPlainFirst ? [plain, codes] : [codes, plain]))
        let texts = isPlainFirst ? ["xyz", "", "", "ab"] : ["", "", "ab", "xyz"]
        #expect(try file.read() == texts.map { .bytes(Array($0.utf8)) })
        #expect(try file.read(1..<3) == texts[1..<3].map { .bytes(Array($0.utf8)) })
    }

    @Test func int96IsNanoseconds() throws {
        func file(_ day: Int32) -> Handmade {
            Handmade(
                element: SchemaElement(type: 3, repetition: 0, name: "c"), rowCount: 1,
                pages: [(.data(DataPageHeader(valueCount: 1)), littleEndian(5) + littleEndian(1) + littleEndian(day))])
        }
        // One day before 1970, and 2^32 + 5 nanoseconds of it.
        #expect(try file(2_440_587).read() == [.integer(4_294_967_301 - 86_400_000_000_000)])
        #expect(throws: ParquetError.self) { try file(.max).read() }
    }

    /// Each says something that cannot be; all throw, quickly and without the memory that they claim.
    @Test func liesAreRefused() throws {
        let million = Int32(1 << 20)
        let one = DataPageHeader(valueCount: 1)
        let value = littleEndian(1)
        let levels: [UInt8] = [2, 0, 0, 0, 2, 1]
        let allNull: [UInt8] = [6, 0, 0, 0, 0xfe, 0xff, 0xff, 0xff, 0x0f, 0]
        let required = SchemaElement(type: 1, repetition: 0, name: "c")
        let lies: [(String, Handmade)] = [
            ("too few rows", Handmade(rowCount: 2, pages: [(.data(one), levels + value)])),
            ("too many rows", Handmade(rowCount: 1, pages: [(.data(DataPageHeader(valueCount: 2)), levels + value)])),
            ("no values", Handmade(rowCount: 1, pages: [(.data(one), levels)])),
            ("no levels", Handmade(rowCount: 1, pages: [(.data(one), [])])),
            ("chunk of other rows", Handmade(rowCount: 1, chunkValueCount: 2, pages: [(.data(one), levels + value)])),
            ("negative count", Handmade(rowCount: 1, pages: [(.data(DataPageHeader(valueCount: -1)), levels + value)])),
            ("huge page", Handmade(
                rowCount: Int64(Int32.max), pages: [(.data(DataPageHeader(valueCount: .max)), allNull)])),
            ("size beyond 256 MiB", Handmade(
                rowCount: 1, pages: [(.data(one), levels + value)], codec: .zstd, byteCounts: 1 << 30)),
            ("other size", Handmade(rowCount: 1, pages: [(.data(one), levels + value)], byteCounts: 3)),
            ("negative size", Handmade(rowCount: 1, pages: [(.data(one), levels + value)], byteCounts: -3)),
            ("no zstd", Handmade(rowCount: 1, pages: [(.data(one), levels + value)], codec: .zstd)),
            ("codes without dictionary", Handmade(
                element: required, rowCount: 1,
                pages: [(.data(DataPageHeader(valueCount: 1, encoding: .dictionary)), [1, 2, 0])])),
            ("code beyond dictionary", Handmade(
                element: required, rowCount: 1,
                pages: [
                    (.dictionary(DictionaryPageHeader(valueCount: 1)), value),
                    (.data(DataPageHeader(valueCount: 1, encoding: .dictionary)), [1, 2, 1]),
                ])),
            ("dictionary without values", Handmade(
                element: required, rowCount: 1,
                pages: [(.dictionary(DictionaryPageHeader(valueCount: million)), value), (.data(one), value)])),
            ("dictionary twice", Handmade(
                element: required, rowCount: 1,
                pages: [
                    (.dictionary(DictionaryPageHeader(valueCount: 1)), value),
                    (.dictionary(DictionaryPageHeader(valueCount: 1)), value), (.data(one), value),
                ])),
            ("wide codes", Handmade(
                element: required, rowCount: 1,
                pages: [
                    (.dictionary(DictionaryPageHeader(valueCount: 1)), value),
                    (.data(DataPageHeader(valueCount: 1, encoding: .dictionary)), [33, 2, 0, 0, 0, 0, 0]),
                ])),
            ("deltas of texts", Handmade(
                element: required, rowCount: 1,
                pages: [(.data(DataPageHeader(valueCount: 1, encoding: .deltaByteArray)), value)])),
            ("nulls that are none", Handmade(
                rowCount: 1,
                pages: [
                    (.dataV2(DataPageHeaderV2(
                        valueCount: 1, nullCount: 1, rowCount: 1, definitionLevelsByteCount: 2)), [2, 1] + value)
                ])),
            ("levels beyond the page", Handmade(
                rowCount: 1,
                pages: [
                    (.dataV2(DataPageHeaderV2(
                        valueCount: 1, rowCount: 1, definitionLevelsByteCount: .max,
                        repetitionLevelsByteCount: .max)), [2, 1] + value)
                ])),
            ("values of no length", Handmade(
                element: SchemaElement(type: 7, typeLength: 0, repetition: 0, name: "c"), rowCount: 1,
                pages: [(.data(one), value)])),
            ("rows below none", Handmade(rowCount: -1, pages: [(.data(one), levels + value)])),
        ]
        for (name, file) in lies {
            #expect(throws: ParquetError.self, "\(name)") { try file.read() }
        }
    }

    /// Only some rows are asked for, since all rows do without the index.
    @Test func liesOfTheIndexAreRefused() throws {
        let page = (PageHeader.Kind.data(DataPageHeader(valueCount: 2)), littleEndian(1) + littleEndian(2))
        var file = Handmade(
            element: SchemaElement(type: 1, repetition: 0, name: "c"), rowCount: 4, pages: [page, page])
        let size = Int32(PageHeader(kind: page.0, byteCount: 8, compressedByteCount: 8).encoded().count + 8)
        func index(_ pages: [(Int64, Int32, Int64)]) -> OffsetIndex {
            OffsetIndex(pages: pages.map { .init(offset: $0, compressedByteCount: $1, firstRow: $2) })
        }
        let second = Int64(4 + size)
        file.offsetIndex = index([(4, size, 0), (second, size, 2)])
        #expect(try file.read(1..<3) == [.integer(2), .integer(1)])
        #expect(try file.reader.pageRows(column: 0, rowGroup: 0) == [0..<2, 2..<4])
        let lies = [
            index([]), index([(4, size, 1), (second, size, 2)]), index([(second, size, 0), (4, size, 2)]),
            index([(4, size, 0), (second, size, 5)]), index([(4, size, 0), (second, size, -2)]),
            index([(4, size, 0), (second, size, 1)]), index([(-4, size, 0), (second, size, 2)]),
            index([(4, -size, 0), (second, size, 2)]), index([(4, size, 0), (second, .max, 2)]),
            index([(.max, size, 0), (second, size, 2)]), index([(5, size - 1, 0), (second, size, 2)]),
            index([(4, size, 0), (second, size, .max)]), index([(4, size, 0), (second, size, .min)]),
        ]
        for (number, lie) in lies.enumerated() {
            file.offsetIndex = lie
            #expect(throws: ParquetError.self, "\(number)") { try file.read(1..<3) }
        }
    }
}

private func littleEndian(_ value: Int32) -> [UInt8] {
    (0..<4).map { UInt8(truncatingIfNeeded: value >> Int32($0 * 8)) }
}
