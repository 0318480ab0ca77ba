import LogsQL
import Testing

struct QueryLimitsTests {
    @Test func length() throws {
        let word = String(repeating: "a", count: QueryLimits.queryBytesMax)
        #expect(try parse(word).filter == .phrase(.init(word)))
        let error = #expect(throws: QueryError.self) { try parse(word + "a") }
        #expect(error?.message == "cannot parse query: it has 262145 bytes; shorten it to at most 262144")
    }

    @Test(arguments: ["(", "!", "-", "not ", "!(", "(not ", "a or (b ", "-(x:y "])
    func nesting(opening: String) {
        let deep = String(repeating: opening, count: 100_000).prefix(QueryLimits.queryBytesMax - 1)
        let error = #expect(throws: QueryError.self) { try parse(deep + "x") }
        #expect(error?.message == "cannot parse query: it is nested more than 200 levels deep; flatten it")
    }

    @Test func nestingUpToTheLimit() throws {
        let levels = QueryLimits.nestingMax - 1
        let groups = String(repeating: "(", count: levels) + "x" + String(repeating: ")", count: levels)
        #expect(try parse(groups).description == "x")
        let negations = String(repeating: "!", count: levels) + "x"
        #expect(try parse(negations).description == negations)
        #expect(throws: QueryError.self) { try parse("!" + negations) }
    }

    /// Each phrase here stands for 1,024.
    @Test func spellings() throws {
        let phrases = Array(repeating: "ABCDEFGHIJ", count: 103).joined(separator: ", ")
        let error = #expect(throws: QueryError.self) { try parse("contains_common_case(\(phrases))") }
        #expect(
            error?.message
                == "cannot parse contains_common_case(…): the phrases have too many spellings; write fewer, or fewer capitals")
        #expect(throws: Never.self) { try parse("contains_common_case(\(phrases.dropLast(12)))") }
    }

    /// Brackets that nothing closes are looked through once, however many there are.
    @Test func openBrackets() throws {
        let lists = Array(repeating: "f:in([a)", count: 20_000).joined(separator: " ")
        #expect(try parse(lists).filter.referencedFields == [.name("f")])
    }

    /// Breadth has no limit but the length.
    @Test func breadth() throws {
        let wide = Array(repeating: "a", count: 100_000).joined(separator: " ")
        guard case .and(let filters) = try parse(wide).filter else {
            Issue.record("no conjunction")
            return
        }
        #expect(filters.count == 100_000)
    }
}
