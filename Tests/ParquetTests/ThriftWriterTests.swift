import Testing

@testable import Parquet

/// Bytes by the compact protocol's specification (thrift-compact-protocol.md), worked out by hand.
struct ThriftWriterTests {
    private func written(_ body: (inout ThriftWriter) -> Void) -> String {
        var writer = ThriftWriter()
        body(&writer)
        writer.stop()
        return hex(writer.bytes)
    }

    @Test func fieldsCarryTheirDistanceAndType() {
        #expect(written { $0.field(1, i32: 1) } == "150200")
        #expect(written { $0.field(3, i64: -3) } == "360500")
        #expect(written { $0.field(2, i16: 300) } == "24d80400")
        #expect(written { $0.field(1, i8: -1) } == "13ff00")
        #expect(written { $0.field(1, bool: true); $0.field(2, bool: false) } == "111200")
        #expect(written { $0.field(4, string: "é") } == "4802c3a900")
        #expect(written { $0.field(1, i64: .min) } == "16ffffffffffffffffff0100")
    }

    @Test func missingFieldsTakeNoBytes() {
        #expect(written { $0.field(1, i32: nil); $0.field(2, binary: nil); $0.field(5, i32: 0) } == "550000")
    }

    @Test func aFarFieldCarriesItsID() {
        #expect(written { $0.field(1, i32: 0); $0.field(17, i32: 0) } == "15000522" + "0000")
        #expect(written { $0.field(15, i32: 0) } == "f50000")
    }

    @Test func structsCountTheirFieldsFromZero() {
        let bytes = written {
            $0.field(2) { $0.field(1, i32: 1) }
            $0.field(3, i32: 2)
        }
        #expect(bytes == "2c" + "150200" + "1504" + "00")
    }

    @Test func listsCarryCountAndType() {
        #expect(written { $0.field(1, i32s: [1, -1]) } == "1925" + "0201" + "00")
        #expect(written { $0.field(1, bools: [true, false]) } == "1921" + "0102" + "00")
        #expect(written { $0.field(1, binaries: [[], [7]]) } == "1928" + "000107" + "00")
        #expect(written { $0.field(1, i64s: []) } == "190600")
        #expect(written { $0.field(1, i32s: .init(repeating: 0, count: 15)) }
            == "19f50f" + String(repeating: "00", count: 15) + "00")
        let structures = written { $0.field(1, structures: [1, 2]) { $1.field(1, i32: $0) } }
        #expect(structures == "192c" + "150200" + "150400" + "00")
    }
}
