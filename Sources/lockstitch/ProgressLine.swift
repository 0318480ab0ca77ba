import Backup
import Foundation
import Glibc
import Synchronization

/// How far a command has come, on one line of a terminal; nothing where standard error is none.
final class ProgressLine: Sendable {
    private struct State {
        var shownAt: ContinuousClock.Instant?
        var isShown = false
    }

    private let verb: String
    private let isOn = isatty(STDERR_FILENO) == 1
    private let state = Mutex(State())

    /// - Parameter verb: such as `copied`.
    init(_ verb: String) { self.verb = verb }

    func show(_ progress: BackupProgress) {
        show("\(verb) \(progress.chunks) of \(progress.chunksTotal) chunks, \(ByteText.text(progress.bytes)) of \(ByteText.text(progress.bytesTotal))")
    }

    func show(part: Int, of whole: Int) {
        if whole > 0 { show("\(verb) \(part * 100 / whole) % of all chunks") }
    }

    func show(_ text: String) {
        guard isOn else { return }
        let now = ContinuousClock.now
        state.withLock { state in
            if let last = state.shownAt, now - last < .milliseconds(100) { return }
            state.shownAt = now
            state.isShown = true
            Self.write("\r\u{1b}[K\(text)")
        }
    }

    /// Takes the line away.
    func end() {
        state.withLock { state in
            if state.isShown { Self.write("\r\u{1b}[K") }
            state.isShown = false
        }
    }

    private static func write(_ text: String) { try? FileHandle.standardError.write(contentsOf: Data(text.utf8)) }
}
