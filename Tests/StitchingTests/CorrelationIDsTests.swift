import Kernels
import Records
import Stitching
import Testing

@Suite struct CorrelationIDsTests {
    @Test(arguments: [
        ("trace_id", "4BF92F3577B34DA6A3CE929D0E0E4736", "4bf92f3577b34da6a3ce929d0e0e4736"),
        ("request_id", "Req-42", "req-42"),
        ("traceparent", "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01", "4bf92f3577b34da6a3ce929d0e0e4736"),
        ("uber-trace-id", "abc:1:0:1", "0000000000000abc"),
        ("uber-trace-id", "4bf92f3577b34da6a3ce929d0e0e4736:1:0:1", "4bf92f3577b34da6a3ce929d0e0e4736"),
        (
            "x-amzn-trace-id", "Self=1-1-1;Root=1-5759e988-bd862e3fe1be46a994272793;Sampled=1",
            "1-5759e988-bd862e3fe1be46a994272793"
        ),
        // What has not the form of its header is an id as it is.
        ("traceparent", "00-short-01", "00-short-01"),
        // A field that holds just the id is not taken apart.
        ("request_id", "a:b:c:d", "a:b:c:d"),
    ])
    func normalises(field: String, text: String, id: String) {
        #expect(StitchingRules.standard.ids(in: text, field: field) == [id])
    }

    @Test func leavesOutWhatIsNoID() {
        #expect(StitchingRules.standard.ids(in: "", field: "trace_id").isEmpty)
        #expect(StitchingRules.standard.ids(in: String(repeating: "x", count: 257), field: "trace_id").isEmpty)
        #expect(CorrelationIDs.normalise(typed: "  ") == nil)
    }

    @Test(arguments: [
        (" 4BF92F3577B34DA6A3CE929D0E0E4736\n", "4bf92f3577b34da6a3ce929d0e0e4736"),
        ("00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01", "4bf92f3577b34da6a3ce929d0e0e4736"),
        ("abc:1:0:1", "0000000000000abc"),
        ("Root=1-5759e988-bd862e3f", "1-5759e988-bd862e3f"),
        ("order-7", "order-7"),
    ])
    func normalisesWhatAPersonTyped(text: String, id: String) {
        #expect(CorrelationIDs.normalise(typed: text) == id)
    }

    @Test(arguments: ["trace_id", "traceparent"])
    func hashesAColumnAsItHashesValues(field: String) throws {
        for values in [
            ["abc", "", "def", "abc"], ["ABC", "abc"], [String(repeating: "y", count: 300), "z"],
            ["00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"],
        ] {
            var bytes: [UInt8] = []
            let ends = values.map { value in
                bytes += Array(value.utf8)
                return UInt32(bytes.count)
            }
            let rules = StitchingRules.standard
            let form = try #require(rules.form(of: field))
            let expected = values.map { rules.ids(in: $0, field: field).first.map(CorrelationIDs.hash) ?? 0 }
            #expect(rules.hashes(bytes: bytes, ends: ends, form: form) == [expected])
            let text = TextVector(bytes: bytes, starts: starts(ofEnds: ends), ends: ends)
            let column = ColumnVector(values: .text(text), kind: .string, validity: nil, count: values.count)
            #expect(rules.hashes(of: column, form: form) == [expected])
            let dictionary = ColumnVector(
                values: .dictionary(codes: [0, 0, UInt32(values.count - 1)], dictionary: text), kind: .string,
                validity: Bitmap(words: [0b101], count: 3), count: 3)
            #expect(rules.hashes(of: dictionary, form: form) == [[expected[0], 0, expected[values.count - 1]]])
        }
    }

    @Test func findsRowsByTheIDInsideAHeader() {
        let values = ["00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01", "4BF92F3577B34DA6A3CE929D0E0E4736", "x"]
        var bytes: [UInt8] = []
        let ends = values.map { value in
            bytes += Array(value.utf8)
            return UInt32(bytes.count)
        }
        let column = ColumnVector(
            values: .text(TextVector(bytes: bytes, starts: starts(ofEnds: ends), ends: ends)), kind: .string,
            validity: nil, count: 3)
        let id = "4bf92f3577b34da6a3ce929d0e0e4736"
        #expect(StitchingRules.standard.rows(with: id, in: column, field: "traceparent") == [0, 1])
        #expect(StitchingRules.standard.rows(with: id, in: column, field: "trace_id") == [1])
    }
}
