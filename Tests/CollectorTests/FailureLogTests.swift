import SystemIO
import Testing

@testable import Collector

@Suite struct FailureLogTests {
    @Test func saysWhenAFailureBeginsAndEnds() {
        let messages = LogMessages()
        let failures = FailureLog("sync", logger: messages.logger)
        failures.succeeded()
        for _ in 0..<5 { failures.failed(SystemIOError("sync", "wal", code: 5)) }
        for _ in 0..<5 { failures.succeeded() }
        failures.failed(SystemIOError("write", "wal", code: 28))
        #expect(
            messages.all == [
                "cannot sync: cannot sync 'wal': Input/output error", "can sync again",
                "cannot sync: cannot write 'wal': No space left on device",
            ])
    }
}
