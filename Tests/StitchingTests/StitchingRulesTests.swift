import ConfigurationFiles
import Records
import Stitching
import Testing

/// Which fields hold ids, and which ids are in their values.
@Suite struct StitchingRulesTests {
    private static let trace = "4bf92f3577b34da6a3ce929d0e0e4736"

    @Test(arguments: [
        ("trace_id", trace, [trace]), ("X-Request-ID", "Req-1", ["req-1"]), ("x_request_id", "a", ["a"]),
        ("http.request.header.x_request_id", "a", ["a"]), ("req.headers.traceparent", "00-\(trace)-00f067aa0ba902b7-01", [trace]),
        ("headers.X-B3-TraceId", "A1B2", ["a1b2"]), ("b3", "\(trace)-00f067aa0ba902b7-1", [trace]), ("b3", "0", []),
        ("x-cloud-trace-context", "\(trace)/123;o=1", [trace]),
        ("session_id", "s", []), ("ctx.request_id", "a", []), ("header", "a", []), ("xheader.session", "a", []),
        ("url", "https://shop/cart?item=7&request_id=R%2D1#request_id=no", ["r-1"]),
        ("http.target", "/cart?trace_id=t1&Request-ID=r1;req_id=r1&correlation_id=", ["t1", "r1"]),
        ("url.query", "request_id=r1", ["r1"]), ("path", "/request_id/r1", []), ("url", "request_id", []),
        ("http.url", "/?traceparent=00-\(trace)-00f067aa0ba902b7-01", [trace]),
        ("uri", "/?request_id=1&req_id=2&correlation_id=3&trace_id=4&x-trace-id=5", ["1", "2", "3", "4"]),
    ])
    func findsIDs(field: String, text: String, ids: [String]) {
        #expect(StitchingRules.standard.ids(in: text, field: field) == ids)
    }

    @Test func theConfigurationAddsAndTakesAway() throws {
        let reader = YAMLReader(file: "f.yaml")
        let node = try reader.compose("ids: [order_id, x-job]\nnot_ids: correlation_id\nurls: [link]\nhub_neighbours: 7")
        let rules = try StitchingConfiguration(node, reader).rules(parserIDs: ["ticket"])
        #expect(rules.hubNeighbours == 7)
        #expect(rules.ids(in: "O-1", field: "Order-ID") == ["o-1"] && rules.ids(in: "T", field: "ticket") == ["t"])
        #expect(rules.ids(in: "j", field: "http.headers.x_job") == ["j"])
        #expect(!rules.hasIDs("correlation_id") && rules.hasIDs("trace_id"))
        #expect(rules.ids(in: "/?order_id=7&correlation_id=8&ticket=9", field: "link") == ["7", "9"])
        #expect(throws: ConfigurationError(file: "f.yaml", line: 1, reason: "hub_neighbours must be a whole number from 1 to 10000")) {
            try StitchingConfiguration(try reader.compose("hub_neighbours: none"), reader)
        }
    }

    @Test func onlyTheGivenFieldsWhereAStoreHasJustThese() {
        let rules = StitchingRules(ids: ["id"])
        #expect(rules.hasIDs("id") && !rules.hasIDs("trace_id") && !rules.hasIDs("url"))
    }
}
