/// Lines whose values are easy to get wrong, each with a `seq` of its own.
enum TrickyLines {
    static var all: String {
        values.enumerated().map { seq, fields in
            "{\"time\":\"2024-02-29T12:00:\(seq / 1_000 % 60 < 10 ? "0" : "")\(seq / 1_000 % 60).\(String(seq % 1_000 + 1_000).dropFirst())Z\",\"seq\":\(seq)\(fields.isEmpty ? "" : ",")\(fields)}\n"
        }.joined()
    }

    private static let values: [String] =
        [
            "",
            #""text":"""#,
            #""text":"plain""#,
            #""text":"Füße 水 🧵 \u00e9 \ud83e\uddf5 \" \\ \/ \b\f\n\r\t""#,
            #""text":null,"int":0"#,
            #""int":-9223372036854775808"#,
            #""int":9223372036854775807"#,
            #""huge":123456789012345678901234567890"#,
            #""huge":1"#,
            #""double":1.5"#,
            #""double":-0.25"#,
            #""double":100"#,
            #""odd":1.50"#,
            #""odd":1e3"#,
            #""odd":-0"#,
            #""flag":true"#,
            #""flag":false"#,
            #""digits":"007""#,
            #""digits":"42""#,
            #""mixed":1"#,
            #""mixed":"one""#,
            #""mixed":true"#,
            #""mixed":[1,2]"#,
            #""list":[]"#,
            #""list":[1,"two",{"three":[3.0,null]}]"#,
            #""http":{"request":{"method":"GET","headers":{"x-a":"b"}},"status":200}"#,
            #""http":{"status":404},"empty":{}"#,
            #""trace_id":"4bf92f3577b34da6a3ce929d0e0e4736","span_id":"00f067aa0ba902b7""#,
            #""trace_id":"00000000000000000000000000000000","span_id":"ffffffffffffffff""#,
            #""other_id":"4BF92F3577B34DA6A3CE929D0E0E4736""#,
            #""other_id":"4bf92f3577b34da6a3ce929d0e0e4736""#,
            #""almost_id":"4bf92f3577b34da6""#,
            #""almost_id":"4bf92f3577b34da""#,
            #""key with space":"v","ключ":"значение","a\"b":"quoted""#,
            #""text":"\u0000\u001f\u007f""#,
            #""_rest":"not our \"object\"""#,
            #""_rest":17"#,
            #""order":"f81d4fae-7dec-11d0-a765-00a0c91e6bf6""#,
            #""order":"00000000-0000-0000-0000-000000000000""#,
            #""almost_uuid":"f81d4fae-7dec-11d0-a765-00a0c91e6bf6""#,
            #""almost_uuid":"F81D4FAE-7dec-11d0-a765-00a0c91e6bf6""#,
            #""trace_id":"4bf92f3577b34da6a3ce929d0e0e4736","span_id":"1000000000000001","parent_span_id":"","duration_ns":5"#,
            #""trace_id":"4bf92f3577b34da6a3ce929d0e0e4736","span_id":"1000000000000002","parent_span_id":"1000000000000001","duration_ns":4"#,
            #""trace_id":"4bf92f3577b34da6a3ce929d0e0e4736","span_id":"1000000000000003","parent_span_id":"1000000000000004","duration_ns":3"#,
            #""trace_id":"4bf92f3577b34da6a3ce929d0e0e4736","span_id":"1000000000000004","parent_span_id":"1000000000000002","duration_ns":2"#,
            #""trace_id":"4bf92f3577b34da6a3ce929d0e0e4736","span_id":"1000000000000005","parent_span_id":"0000000000000000","duration_ns":1"#,
            #""trace_id":"4bf92f3577b34da6a3ce929d0e0e4736","span_id":"1000000000000006","parent_span_id":"1000000000000006","duration_ns":1"#,
            #""trace_id":"0000000000000000000000000000000f","span_id":"1000000000000007","parent_span_id":"1000000000000001","duration_ns":1"#,
        ]
        // Enough rows that the columns above are sparse, and that pages and dictionaries come in.
        + (0..<20_000).map { index in
            #""often":"value \#(index % 7)","never_same":"row-\#(index)-\#(index &* 2_654_435_761 % 1_000_003)","gauge":\#(index % 100).5,"count":\#(index * index)"#
        }
}
