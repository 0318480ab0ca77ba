extension Pipe {
    /// `stream_context before 2 after 5 time_window 1h`: the records before and after each, of the same service.
    public struct StreamContext: Sendable, Hashable, CustomStringConvertible {
        public static let window: Int64 = 3_600_000_000_000

        public var before: Int
        public var after: Int
        /// How far away they may be, in nanoseconds; above 0.
        public var window: Int64

        public init(before: Int = 0, after: Int = 0, window: Int64 = window) {
            self.before = before
            self.after = after
            self.window = window
        }

        public var description: String {
            "stream_context before \(before) after \(after)"
                + (window == Self.window ? "" : " time_window " + CanonicalText.duration(window))
        }
    }

    static let streamContextForm = Form(names: ["stream_context"]) { (parser) throws(QueryError) in
        let what = "stream_context pipe"
        var (before, after): (Int?, Int?)
        while true {
            if parser.accept(keyword: "before") {
                before = try parser.parseCount(in: what)
            } else if parser.accept(keyword: "after") {
                after = try parser.parseCount(in: what)
            } else {
                break
            }
        }
        guard before != nil || after != nil else { throw parser.unexpected(in: what, expected: "'before 5' or 'after 5'") }
        var context = StreamContext(before: before ?? 0, after: after ?? 0)
        if parser.accept(keyword: "time_window") {
            let start = parser.token.range.lowerBound
            context.window = try parser.parseDuration(in: what)
            guard context.window > 0 else { throw parser.fail(what, "its time window is not above 0", at: start) }
        }
        return .streamContext(context)
    }
}
