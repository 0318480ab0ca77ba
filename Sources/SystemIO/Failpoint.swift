import Glibc
import Synchronization

/// Places at which a test lets this process die as a power cut would, or wait.
///
/// `LOCKSTITCH_FAILPOINT=seal.written:3` ends it with SIGKILL when it passes `seal.written` for the third time; several
/// stand behind commas. With `seal.written:3@PATH` the thread waits there until a file of that path is there. Without the variable a place costs one look at a constant, so that they are in every build and
/// what is tested is what is shipped.
///
/// ```swift
/// Failpoint.pass("seal.written")
/// ```
public enum Failpoint {
    /// How often each place may still be passed; nil when none is set.
    private static let countdowns: Countdowns? = Countdowns(environment("LOCKSTITCH_FAILPOINT") ?? "")

    /// Ends the process, or waits, if this place is due.
    ///
    /// - Parameter place: where in the work, such as `seal.written`; no two places have the same.
    public static func pass(_ place: String) {
        guard let countdowns else { return }
        switch countdowns.count(place) {
        case nil: return
        case .end: kill(getpid(), SIGKILL)
        case .wait(let path): while unsafe access(path, F_OK) != 0 { usleep(5_000) }
        }
    }

    enum Action: Equatable {
        case end
        case wait(path: String)
    }

    private static func environment(_ name: String) -> String? {
        // Safe: the value ends with a zero byte, and nothing here changes the environment.
        unsafe getenv(name).map { unsafe String(cString: $0) }
    }

    /// What the variable says.
    final class Countdowns: Sendable {
        private let left: Mutex<[String: (count: Int, action: Action)]>

        /// - Parameter text: `place[:count][@path]`, several behind commas. Nil when it names none.
        init?(_ text: String) {
            var left: [String: (count: Int, action: Action)] = [:]
            for item in text.split(separator: ",") {
                let halves = item.split(separator: "@", maxSplits: 1, omittingEmptySubsequences: false)
                let parts = halves.first?.split(separator: ":", maxSplits: 1) ?? []
                guard let place = parts.first else { continue }
                let count = parts.count > 1 ? Int(parts[1]) ?? 1 : 1
                left[String(place)] = (count, halves.count > 1 ? .wait(path: String(halves[1])) : .end)
            }
            guard !left.isEmpty else { return nil }
            self.left = Mutex(left)
        }

        /// Counts one passing; what is to be done if it was the one in question.
        func count(_ place: String) -> Action? {
            left.withLock { left in
                guard let before = left[place] else { return nil }
                left[place]?.count -= 1
                return before.count == 1 ? before.action : nil
            }
        }
    }
}
