import Logging
import Synchronization

/// What was logged.
final class LogMessages: Sendable {
    private let texts = Mutex<[String]>([])

    var logger: Logger { Logger(label: "test") { _ in Handler(messages: self) } }

    var all: [String] { texts.withLock { $0 } }

    fileprivate func add(_ text: String) { texts.withLock { $0.append(text) } }
}

private struct Handler: LogHandler {
    let messages: LogMessages
    var metadata: Logger.Metadata = [:]
    var logLevel = Logger.Level.info

    init(messages: LogMessages) { self.messages = messages }

    subscript(metadataKey key: String) -> Logger.Metadata.Value? {
        get { metadata[key] }
        set { metadata[key] = newValue }
    }

    func log(event: LogEvent) { messages.add(event.message.description) }
}
