import Glibc
import Testing

@testable import SystemIO

@Suite struct FailpointTests {
    @Test func aPlaceIsDueOnceAtItsCount() throws {
        let countdowns = try #require(Failpoint.Countdowns("seal.written:3,replay.sealed@/a:b"))
        #expect((0..<5).map { _ in countdowns.count("seal.written") } == [nil, nil, .end, nil, nil])
        #expect((0..<2).map { _ in countdowns.count("replay.sealed") } == [.wait(path: "/a:b"), nil])
        #expect(countdowns.count("elsewhere") == nil)
    }

    @Test(arguments: ["", ",", ":", "@", "@x"]) func nothingIsSetByNothing(text: String) {
        #expect(Failpoint.Countdowns(text) == nil)
    }

    /// The process under test dies at the place, and only there.
    @Test func passingAPlaceThatIsDueEndsTheProcess() async {
        await #expect(processExitsWith: .signal(9)) {
            setenv("LOCKSTITCH_FAILPOINT", "here:2", 1)
            Failpoint.pass("here")
            Failpoint.pass("there")
            Failpoint.pass("here")
        }
        await #expect(processExitsWith: .success) {
            setenv("LOCKSTITCH_FAILPOINT", "here:2", 1)
            Failpoint.pass("here")
        }
    }
}
