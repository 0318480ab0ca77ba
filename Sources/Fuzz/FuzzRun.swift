import Foundation
import FuzzSupport
import Synchronization

/// Tells how a fuzzer gets on, and ends the process when it does not.
final class FuzzRun: Sendable {
    /// A piece of input that takes longer than this hangs; with room for sanitizers and busy machines.
    private static let hangSeconds = 120.0

    private let name: String
    private let seed: UInt64
    private let count: Int
    /// Holds the input at hand, so that it is there after a crash.
    private let file = FileManager.default.temporaryDirectory.appending(
        path: "lockstitch-fuzz-\(ProcessInfo.processInfo.processIdentifier).input")
    private let start = ContinuousClock.now
    private let state = Mutex(State(since: .now))

    private struct State {
        var since: ContinuousClock.Instant
        var done = 0
        var isOver = false
    }

    init(name: String, seed: UInt64, count: Int) {
        self.name = name
        self.seed = seed
        self.count = count
        print("Fuzz \(name) \(seed) --count \(count); after a crash: Fuzz replay \(file.path)")
        flush()
        Thread.detachNewThread { [self] in watch() }
    }

    /// Before input is worked on.
    func begin(_ input: [UInt8]) throws {
        try Data(input).write(to: file)
        begin()
    }

    func begin() { state.withLock { $0.since = .now } }

    func finish(lines: Int) { state.withLock { $0.done += lines } }

    func succeed(_ summary: String) {
        let done = end()
        let seconds = (ContinuousClock.now - start) / .seconds(1)
        print(String(format: "Fuzz %@: %d lines in %.1f s, all is well: %@", name, done, seconds, summary))
        flush()
    }

    func fail(_ failure: FuzzFailure) {
        _ = end()
        print("Fuzz \(name) \(seed): FAILED with")
        for line in failure.lines { print("  \(LineBytes.literal(line))") }
        print(failure.what)
        flush()
    }

    private func end() -> Int {
        try? FileManager.default.removeItem(at: file)
        if Self.isTerminal { print("\u{1b}[K", terminator: "") }
        return state.withLock { state in
            state.isOver = true
            return state.done
        }
    }

    private static let isTerminal = isatty(STDOUT_FILENO) == 1

    /// Runs once a second.
    private func watch() {
        for second in 1... {
            Thread.sleep(forTimeInterval: 1)
            let now = state.withLock { $0 }
            if now.isOver { return }
            if (ContinuousClock.now - now.since) / .seconds(1) > Self.hangSeconds {
                print("Fuzz \(name) \(seed): FAILED, hangs; Fuzz replay \(file.path)")
                flush()
                exit(1)
            }
            if Self.isTerminal || second % 60 == 0 {
                print("\(name): \(now.done) of \(count)", terminator: Self.isTerminal ? "\r" : "\n")
                flush()
            }
        }
    }

    private func flush() { fflush(nil) }
}
