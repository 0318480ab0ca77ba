import Foundation
import Synchronization

/// Numbered pieces of work that several threads do, and whose results one takes in the order of their numbers, whichever
/// was done first. So what comes out does not depend on how many threads there are.
final class OrderedWork<Result: Sendable>: Sendable {
    private struct State {
        /// The first piece that nobody has begun.
        var next = 0
        /// Pieces whose results have been taken.
        var taken = 0
        var results: [Int: Swift.Result<Result, any Error>] = [:]
        var isOver = false
    }

    private let count: Int
    /// How many pieces may be done or under way whose results are not taken.
    private let aheadMax: Int
    private let control: QueryControl
    private let body: @Sendable (Int, _ check: () throws -> Void) throws -> Result
    private let state = Mutex(State())
    private let changed = NSCondition()

    /// - Parameters:
    ///   - control: ends the work early.
    ///   - body: does a piece. It is to call `check` now and then, and to pass on what that throws.
    init(
        count: Int, aheadMax: Int, _ control: QueryControl,
        _ body: @escaping @Sendable (Int, _ check: () throws -> Void) throws -> Result
    ) {
        self.count = count
        self.aheadMax = max(1, aheadMax)
        self.control = control
        self.body = body
    }

    /// Does the work on this thread and on helpers that are free.
    ///
    /// - Parameter take: is given the results in order; it returns whether to go on.
    /// - Throws: what the first piece that failed threw, and what `take` throws.
    func run(_ helpers: QueryHelpers, _ take: (Result) throws -> Bool) throws {
        defer { end() }
        for _ in 0..<min(helpers.count, max(0, count - 1)) { helpers.ask { [self] in help() } }
        for number in 0..<count {
            guard try take(try result(number)) else { return }
        }
    }

    private func result(_ number: Int) throws -> Result {
        while true {
            if let result = takeResult(number) { return try result.get() }
            if let piece = state.withLock({ claim(&$0) }) { perform(piece) } else { wait { $0.results[number] != nil } }
        }
    }

    private func takeResult(_ number: Int) -> Swift.Result<Result, any Error>? {
        let result = state.withLock { state in
            let result = state.results.removeValue(forKey: number)
            if result != nil { state.taken += 1 }
            return result
        }
        if result != nil { announce() }
        return result
    }

    private func claim(_ state: inout State) -> Int? {
        guard !state.isOver, state.next < min(count, state.taken + aheadMax) else { return nil }
        state.next += 1
        return state.next - 1
    }

    private func perform(_ piece: Int) {
        let result = Swift.Result { try body(piece, check) }
        state.withLock { $0.results[piece] = result }
        announce()
    }

    private func check() throws {
        try control.check()
        if state.withLock({ $0.isOver }) { throw CancellationError() }
    }

    private func help() {
        while true {
            if let piece = state.withLock({ claim(&$0) }) {
                perform(piece)
            } else if state.withLock({ $0.isOver || $0.next == count }) {
                return
            } else {
                wait { $0.isOver || $0.next == count || $0.next < $0.taken + aheadMax }
            }
        }
    }

    private func end() {
        state.withLock { $0.isOver = true }
        announce()
    }

    private func announce() {
        changed.lock()
        changed.broadcast()
        changed.unlock()
    }

    private func wait(until isReady: (inout State) -> Bool) {
        changed.lock()
        while !state.withLock({ isReady(&$0) }) { changed.wait() }
        changed.unlock()
    }
}
