import Records
import Testing

@testable import Storage

@Suite struct SortedRowsTests {
    @Test func aColumnThatCannotBeAddressedIsAnError() throws {
        let batches = [batch(#"{"long":"123456"}"#), batch(#"{"long":"7890","short":"a"}"#)]
        #expect(try SortedRows(batches, columnBytesMax: 10).column("long").ends == [6, 10])
        let rows = SortedRows(batches, columnBytesMax: 9)
        #expect { try rows.column("long") } throws: { "\($0)".contains("'long' has more than 9 bytes") }
        #expect(try rows.column("short").ends == [1])
    }
}
