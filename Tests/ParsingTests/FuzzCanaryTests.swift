import FuzzSupport
import Parsing
import Testing

/// The checks of Fuzz find one bit of a value that is wrong, so that their silence means something.
struct FuzzCanaryTests {
    private static let line = Array(#"{"a":"text","b":[1]}"#.utf8)

    @Test(arguments: [false, true])
    func lines(plantsDefect: Bool) throws {
        var check = try LinesCheck(plantsDefect: plantsDefect)
        #expect((check.problem(Self.line) != nil) == plantsDefect)
    }

    @Test(arguments: [false, true])
    func definitions(plantsDefect: Bool) throws {
        var check = try DefinitionsCheck(plantsDefect: plantsDefect)
        #expect((check.problem(Self.line, by: .auto, comparesFresh: true) != nil) == plantsDefect)
    }

    @Test(arguments: [false, true])
    func python(plantsDefect: Bool) throws {
        var check = try PythonCheck(seed: 1, plantsDefect: plantsDefect)
        #expect(try check.differences(count: 100).isEmpty != plantsDefect)
    }
}
