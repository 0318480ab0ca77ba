import Logging
import Synchronization

/// Says that something fails when it begins to, and that it works again; not each time that it is tried meanwhile.
final class FailureLog: Sendable {
    private let what: String
    private let logger: Logger
    private let isFailing = Mutex(false)

    /// - Parameter what: after "cannot", such as `store a batch`.
    init(_ what: String, logger: Logger) {
        self.what = what
        self.logger = logger
    }

    func failed(_ error: any Error) { failed(because: "\(error)") }

    func failed(because error: String) {
        if !isFailing.withLock({ exchange(&$0, true) }) { logger.error("cannot \(what): \(error)") }
    }

    func succeeded() {
        if isFailing.withLock({ exchange(&$0, false) }) { logger.info("can \(what) again") }
    }

    private func exchange(_ flag: inout Bool, _ new: Bool) -> Bool {
        defer { flag = new }
        return flag
    }
}
