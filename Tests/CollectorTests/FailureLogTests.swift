import Logging
import Synchronization
import SystemIO
import Testing

@testable import Collector

@Suite struct FailureLogTests {
    @Test func saysWhenAFailureBeginsAndEnds() {
        let messages = Messages()
        let failures = FailureLog("sync", logger: Logger(label: "test") { _ in Handler(messages: messages) })
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

private final class Messages: Sendable {
    private let texts = Mutex<[String]>([])

    var all: [String] { texts.withLock { $0 } }

    func add(_ text: String) { texts.withLock { $0.append(text) } }
}

private struct Handler: LogHandler {
    let messages: Messages
    var metadata: Logger.Metadata = [:]
    var logLevel = Logger.Level.info

    init(messages: Messages) { self.messages = messages }

    subscript(metadataKey key: String) -> Logger.Metadata.Value? {
        get { metadata[key] }
        set { metadata[key] = newValue }
    }

    func log(event: LogEvent) { messages.add(event.message.description) }
}
