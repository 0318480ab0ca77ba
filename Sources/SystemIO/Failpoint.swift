import Glibc
import Synchronization

/// Places at which a test lets this process die as a power cut would.
///
/// `LOCKSTITCH_FAILPOINT=seal.written:3` ends it with SIGKILL when it passes `seal.written` for the third time; several
/// stand behind commas. Without the variable a place costs one look at a constant, so that they are in every build and
/// what is tested is what is shipped.
///
/// ```swift
/// Failpoint.pass("seal.written")
/// ```
public enum Failpoint {
    /// How often each place may still be passed; nil when none is set.
    private static let countdowns: Countdowns? = Countdowns(environment("LOCKSTITCH_FAILPOINT") ?? "")

    /// Ends the process if this place is due.
    ///
    /// - Parameter place: where in the work, such as `seal.written`; no two places have the same.
    public static func pass(_ place: String) {
        guard let countdowns, countdowns.count(place) else { return }
        kill(getpid(), SIGKILL)
    }

    private static func environment(_ name: String) -> String? {
        // Safe: the value ends with a zero byte, and nothing here changes the environment.
        unsafe getenv(name).map { unsafe String(cString: $0) }
    }

    /// What the variable says.
    final class Countdowns: Sendable {
        private let left: Mutex<[String: Int]>

        /// - Parameter text: `place[:count]`, several behind commas. Nil when it names none.
        init?(_ text: String) {
            var left: [String: Int] = [:]
            for item in text.split(separator: ",") {
                let parts = item.split(separator: ":", maxSplits: 1)
                guard let place = parts.first else { continue }
                left[String(place)] = parts.count > 1 ? Int(parts[1]) : 1
            }
            guard !left.isEmpty else { return nil }
            self.left = Mutex(left)
        }

        /// Counts one passing; whether it was the one to end at.
        func count(_ place: String) -> Bool {
            left.withLock { left in
                guard let before = left[place] else { return false }
                left[place] = before - 1
                return before == 1
            }
        }
    }
}
