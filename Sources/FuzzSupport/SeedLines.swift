public import Foundation

/// What random lines are made from.
public enum SeedLines {
    public static let own: [String] = [
        #"{"level":30,"time":1674984029295,"pid":17,"host":"web-1","req":{"id":7,"method":"GET","url":"/"},"msg":"ok"}"#,
        #"{"level":"info","ts":1674984029.295,"caller":"main.go:41","msg":"GET /cart","status":200,"took":0.0012}"#,
        #"{"@timestamp":"2023-01-29T09:20:29.295Z","log.level":"WARN","message":"retry \"7\"\n","tags":{"a":null}}"#,
        #"{"timestamp":"2023-01-29 09:20:29,295","severity":"ERROR","stack":["a","b",{"c":1}],"ok":false}"#,
        #"{"traceId":"9e8a820408225258ebe1050dd8d91d","spanId":"ce0a7a2033b74b61","name":"/","duration_ns":59951086}"#,
        #"{"a":1,"b":2,"a":3,"msg":"x","message":"y","msg":"z"}"#,
        #"{"service":{"name":"naïve ☕"},"text":"\u00e9\uD83D\uDE00","empty":"","nothing":{},"a":{"b":{"c":1}}}"#,
        #"time="2023-01-29T09:20:29Z" level=info msg="request done" status=200 took=12.3ms path=/cart?id=7 cached"#,
        #"level=warning msg="retry \"7\"" err="dial tcp 10.0.0.1:80: connect: refused" attempt=3 final=false"#,
        #"at=info method=GET path="/" host=example.org request_id=8601b555 dyno=web.1 connect=0ms status=200 bytes="#,
        "plain text of some kind, 17 words",
        "Jan 29 09:20:29 host sshd[17]: Accepted publickey for root from 10.0.0.1 port 22",
    ]

    /// Lines of Samples/trainticket.ndjson, one of each `step`.
    public static func samples(step: Int) throws -> [String] {
        let path = repositoryRoot.appending(path: "Samples/trainticket.ndjson")
        let lines = try String(contentsOf: path, encoding: .utf8).split(separator: "\n")
        return stride(from: 0, to: lines.count, by: step).map { String(lines[$0]) }
    }

    public static let repositoryRoot = URL(filePath: #filePath)
        .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
}
