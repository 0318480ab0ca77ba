import Parquet
import Records
import Testing

@testable import Storage

/// Which type a column gets.
@Suite struct ChunkSchemaTests {
    @Test(arguments: [
        (#"["1","-5"]"#, PhysicalType.byteArray, LogicalType?.some(.string)),
        ("[1,-5]", .int64, nil), ("[1,0.5]", .double, nil), ("[1,0.50]", .byteArray, .string),
        ("[true,false]", .boolean, nil), ("[true,1]", .byteArray, .string),
        (#"["00f067aa0ba902b7"]"#, .fixedLenByteArray(8), nil), (#"["00f067aa0ba902b7",""]"#, .byteArray, .string),
        (#"["4bf92f3577b34da6a3ce929d0e0e4736"]"#, .fixedLenByteArray(16), nil),
        (#"["f81d4fae-7dec-11d0-a765-00a0c91e6bf6"]"#, .fixedLenByteArray(16), .uuid),
        (#"["f81d4fae-7dec-11d0-a765-00a0c91e6bf6","F81d4fae-7dec-11d0-a765-00a0c91e6bf6"]"#, .byteArray, .string),
        (#"["f81d4fae-7dec-11d0-a765-00a0c91e6bf6","f81d4fae7dec11d0a76500a0c91e6bf6"]"#, .byteArray, .string),
    ] as [(String, PhysicalType, LogicalType?)])
    func followsFromTheValues(values: String, type: PhysicalType, logicalType: LogicalType?) throws {
        let list = values.dropFirst().dropLast().split(separator: ",")
        let rows = SortedRows([batch(list.map { "{\"field\":\($0)}" }.joined(separator: "\n"))])
        let typed = ChunkSchema.typed(try rows.column("field"))
        #expect(typed.type == type && typed.logicalType == logicalType)
    }
}
