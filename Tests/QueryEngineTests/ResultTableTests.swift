import QueryEngine
import Records
import Testing

@Suite struct ResultTableTests {
    private func record(_ fields: [(String, String, ValueKinds)]) -> Record {
        Record(time: nil, fields: fields.map { Record.Field($0.0, FieldValue($0.1, kind: $0.2)) })
    }

    @Test func numbersStandAtTheRight() {
        let table = ResultTable.render(
            [
                record([("service", "cart", .string), ("errors", "12", .number), ("note", "", .string)]),
                record([("service", "checkout", .string), ("errors", "3", .number)]),
                record([("errors", "", .string), ("late", "true", .bool)]),
            ], width: 80)
        #expect(
            table == """
                service   errors  note  late
                cart          12
                checkout       3
                                        true

                """)
    }

    @Test func cellsAreCutAndEscaped() {
        let table = ResultTable.render(
            [
                record([("a", "short", .string), ("message", "line one\nline two\t\u{1b}[31mred\u{202e}", .string)]),
                record([("a", "日本語", .string), ("message", "日本語のログメッセージは幅が広い", .string)]),
                record([("a", "e\u{301}x", .string), ("message", "", .string)]),
            ], width: 30)
        #expect(
            table == """
                a       message
                short   line one\\nline two\\t\\…
                日本語  日本語のログメッセー…
                e\u{301}x

                """)
    }

    @Test func wholeTableFitsTheWidthWhereItCan() {
        let rows = [record((0..<3).map { ("column\($0)", String(repeating: "x", count: 40), .string) })]
        for width in [16, 17, 30, 100, 124, 200] {
            let lines = ResultTable.render(rows, width: width).split(separator: "\n")
            #expect(lines.allSatisfy { $0.count <= width })
            #expect(lines[1].count == min(width, 124))
        }
        #expect(ResultTable.render(rows, width: 1) == "col…  col…  col…\nxxx…  xxx…  xxx…\n")
    }

    @Test func aLongTableEndsWithWhatIsMissing() {
        let rows = (0..<10_001).map { record([("n", "\($0)", .number)]) }
        let lines = ResultTable.render(rows, width: 80).split(separator: "\n")
        #expect(lines.count == 10_002)
        #expect(lines.last == "only the first 10000 of 10001 rows; ask for JSON to have all")
        #expect(ResultTable.render(Array(rows.dropLast()), width: 80).split(separator: "\n").last == "9999")
    }

    @Test func noRows() {
        #expect(ResultTable.render([], width: 80) == "no rows\n")
    }
}
