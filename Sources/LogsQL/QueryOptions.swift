/// What `options(…)` at the start of a query says. A query inside another has the options of that, but for its own.
public struct QueryOptions: Sendable, Hashable, CustomStringConvertible {
    /// `concurrency`: the most threads that work on the query.
    public var concurrency: Int?
    /// `parallel_readers`: taken for the sake of VictoriaLogs; data is read by the threads that work on it.
    public var parallelReaders: Int?
    /// `ignore_global_time_filter`: whether the range of time that a query is asked with does not count.
    public var ignoresGlobalTimes: Bool?
    /// `allow_partial_response`: taken for the sake of VictoriaLogs; there is one node.
    public var allowsPartialResponse: Bool?
    /// `time_offset`, in nanoseconds: the query looks so far into the past, and its records show times so much later.
    public var timeOffset: Int64?

    public init(
        concurrency: Int? = nil, parallelReaders: Int? = nil, ignoresGlobalTimes: Bool? = nil,
        allowsPartialResponse: Bool? = nil, timeOffset: Int64? = nil
    ) {
        self.concurrency = concurrency
        self.parallelReaders = parallelReaders
        self.ignoresGlobalTimes = ignoresGlobalTimes
        self.allowsPartialResponse = allowsPartialResponse
        self.timeOffset = timeOffset
    }

    public var isEmpty: Bool { self == QueryOptions() }

    /// Canonical LogsQL.
    public var description: String {
        let texts: [String?] = [
            concurrency.map { "concurrency=\($0)" }, parallelReaders.map { "parallel_readers=\($0)" },
            ignoresGlobalTimes.map { "ignore_global_time_filter=\($0)" },
            allowsPartialResponse.map { "allow_partial_response=\($0)" },
            timeOffset.map { "time_offset=\(CanonicalText.duration($0))" },
        ]
        return "options(\(texts.compactMap { $0 }.joined(separator: ", ")))"
    }

    /// These, and those of `outer` that are not among them.
    public func inheriting(_ outer: QueryOptions) -> QueryOptions {
        QueryOptions(
            concurrency: concurrency ?? outer.concurrency, parallelReaders: parallelReaders ?? outer.parallelReaders,
            ignoresGlobalTimes: ignoresGlobalTimes ?? outer.ignoresGlobalTimes,
            allowsPartialResponse: allowsPartialResponse ?? outer.allowsPartialResponse,
            timeOffset: timeOffset ?? outer.timeOffset)
    }
}

extension Filter {
    /// The same with all time filters moved `offset` nanoseconds into the past.
    public func shifted(intoPast offset: Int64) -> Filter {
        guard offset != 0 else { return self }
        return mapLeaves { filter in
            switch filter {
            case .time(var time):
                time.offset = time.offset.plus(offset)
                return .time(time)
            case .cycle(var cycle):
                cycle.offset = cycle.offset.plus(offset)
                return .cycle(cycle)
            default: return filter
            }
        }
    }
}

extension Parser {
    private static let what = "options"

    /// `options(…)`, if the query starts so.
    mutating func parseQueryOptions() throws(QueryError) -> QueryOptions {
        var options = QueryOptions()
        guard token.isKeyword("options"), following.isSymbol("(") else { return options }
        advance()
        advance()
        while !accept(symbol: ")") {
            try parseOption(into: &options)
            guard accept(symbol: ",") || token.isSymbol(")") else { throw unexpected(in: Parser.what, expected: "',' or ')'") }
        }
        return options
    }

    private mutating func parseOption(into options: inout QueryOptions) throws(QueryError) {
        let start = token.range.lowerBound
        let name = try parseText(.label, in: Parser.what, expected: "the name of an option")
        func once(_ isNew: Bool) throws(QueryError) {
            guard isNew else { throw fail(Parser.what, "'\(name)' is there twice", at: start) }
        }
        switch name {
        case "concurrency":
            try once(options.concurrency == nil)
            options.concurrency = try parseOptionCount()
        case "parallel_readers":
            try once(options.parallelReaders == nil)
            options.parallelReaders = try parseOptionCount()
        case "ignore_global_time_filter":
            try once(options.ignoresGlobalTimes == nil)
            options.ignoresGlobalTimes = try parseOptionFlag()
        case "allow_partial_response":
            try once(options.allowsPartialResponse == nil)
            options.allowsPartialResponse = try parseOptionFlag()
        case "time_offset":
            try once(options.timeOffset == nil)
            try expect(symbol: "=", in: Parser.what)
            options.timeOffset = try parseDuration(in: "time_offset")
        default:
            throw fail(
                Parser.what, "unknown option '\(name)'\(guess(name))", at: start,
                expected: "one of: \(Parser.optionNames.joined(separator: ", "))")
        }
    }

    private static let optionNames = [
        "concurrency", "parallel_readers", "ignore_global_time_filter", "allow_partial_response", "time_offset",
    ]

    private func guess(_ name: String) -> String {
        Keywords.suggestion(for: name, among: Parser.optionNames).map { "; did you mean '\($0)'?" } ?? ""
    }

    private mutating func parseOptionCount() throws(QueryError) -> Int {
        try expect(symbol: "=", in: Parser.what)
        return try parseCount(in: Parser.what)
    }

    private mutating func parseOptionFlag() throws(QueryError) -> Bool {
        try expect(symbol: "=", in: Parser.what)
        let start = token.range.lowerBound
        let text = try parseText(.argument, in: Parser.what, expected: "true or false")
        switch text.lowercased() {
        case "true", "t", "1": return true
        case "false", "f", "0": return false
        default: throw fail(Parser.what, "'\(text)' is neither true nor false", at: start, expected: "true or false")
        }
    }
}
