import LogsQL
import Testing

struct RoundTripTests {
    @Test(arguments: 0..<8 as Range<UInt64>)
    func printedQueryParsesToItself(batch: UInt64) {
        for seed in (batch * 2_500)..<((batch + 1) * 2_500) {
            var random = RandomQuery(seed: seed)
            let query = random.query()
            let text = query.description
            do throws(QueryError) {
                let parsed = try parse(text)
                guard parsed == query, parsed.description == text else {
                    Issue.record("seed \(seed): \(text) became \(parsed)")
                    return
                }
            } catch {
                Issue.record("seed \(seed): \(error.rendered(source: text))")
                return
            }
        }
    }

    /// White space and comments between tokens, and the case of keywords, mean nothing.
    @Test func layoutMeansNothing() throws {
        let spread = """
            _time:5m   # the last minutes
              ( level : error OR	level:"warn" ) NoT debug
              |  STATS  BY ( service , _time:1H )   Count( ) AS n , # how many
                 max( size ) | Sort BY ( n DESC ) LIMIT 5
            """
        // Units are case sensitive: 1H is no duration, so the text above is wrong in one place only.
        #expect(throws: QueryError.self) { try parse(spread) }
        let fixed = spread.split(separator: "1H").joined(separator: "1h")
        let query = try parse(fixed)
        #expect(
            query.description
                == "_time:5m (level:error or level:warn) !debug | stats by (service, _time:1h) count(*) as n, max(size) | sort by (n desc) limit 5")
    }
}
