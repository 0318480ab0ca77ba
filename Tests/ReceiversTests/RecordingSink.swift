import Receivers
import Synchronization

/// Keeps frames, and answers each as told, or when told.
final class RecordingSink: FrameSink {
    typealias Completion = @Sendable (FrameOutcome) -> Void

    private struct State {
        var frames: [Frame] = []
        var withheld: [Completion] = []
        var waiters: [(isMet: (RecordingSink.View) -> Bool, resume: CheckedContinuation<Void, Never>)] = []
    }

    struct View {
        let frames: [Frame]
        let withheld: Int
        var bytes: Int { frames.reduce(0) { $0 + $1.bytes.count } }
    }

    /// The outcome of the frame with this number, from 0; nil withholds it until `complete`.
    private let outcome: @Sendable (Int) -> FrameOutcome?
    private let state: Mutex<State>

    init(_ outcome: @escaping @Sendable (Int) -> FrameOutcome? = { _ in .accepted }) {
        self.outcome = outcome
        state = Mutex(State())
    }

    var frames: [Frame] { state.withLock { $0.frames } }
    var bytes: [UInt8] { frames.flatMap { $0.bytes } }
    var text: String { String(decoding: bytes, as: UTF8.self) }

    func submit(_ frame: Frame, completion: @escaping Completion) {
        let (outcome, met): (FrameOutcome?, [CheckedContinuation<Void, Never>]) = state.withLock { state in
            state.frames.append(frame)
            let outcome = self.outcome(state.frames.count - 1)
            if outcome == nil { state.withheld.append(completion) }
            return (outcome, Self.takeMet(&state))
        }
        for waiter in met { waiter.resume() }
        if let outcome { completion(outcome) }
    }

    /// Completes withheld frames: the ones at `indexes` of those withheld now, in that order, or all.
    func complete(_ indexes: [Int]? = nil, _ outcome: FrameOutcome = .accepted) {
        let completions = state.withLock { state in
            let chosen = indexes ?? Array(state.withheld.indices)
            let completions = chosen.map { state.withheld[$0] }
            for index in chosen.sorted(by: >) { state.withheld.remove(at: index) }
            return completions
        }
        for completion in completions { completion(outcome) }
    }

    /// Returns when the condition holds after a frame came.
    func wait(until isMet: @escaping @Sendable (View) -> Bool) async {
        await withCheckedContinuation { continuation in
            let met = state.withLock { state in
                state.waiters.append((isMet, continuation))
                return Self.takeMet(&state)
            }
            for waiter in met { waiter.resume() }
        }
    }

    private static func takeMet(_ state: inout State) -> [CheckedContinuation<Void, Never>] {
        let view = View(frames: state.frames, withheld: state.withheld.count)
        let met = state.waiters.filter { $0.isMet(view) }.map(\.resume)
        state.waiters.removeAll { $0.isMet(view) }
        return met
    }
}
