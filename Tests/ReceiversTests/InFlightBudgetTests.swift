import Testing

@testable import Receivers

@Suite struct InFlightBudgetTests {
    /// On a machine that is busy a shutdown can time out before it has come to wait.
    @Test(.timeLimit(.minutes(1))) func givingUpEndsWaitsThatComeLater() async {
        let budget = InFlightBudget(bytesMax: 10)
        budget.take(1)
        budget.giveUp()
        await budget.waitUntilEmpty()
        #expect(budget.used == 1)
    }
}
