import Foundation
import Synchronization
import SystemIO

/// A thread that does one thing again and again, with pauses in between.
final class RepeatingThread: Sendable {
    private enum Phase { case idle, running, stopping, stopped }

    private let name: String
    /// Whether all other threads go before it.
    private let isLow: Bool
    private let phase = Mutex(Phase.idle)
    private let wakeUp = NSCondition()

    init(name: String, isLow: Bool = false) {
        self.name = name
        self.isLow = isLow
    }

    /// - Parameter step: returns how many seconds to pause before it is done again.
    func start(_ step: @escaping @Sendable () -> Double) {
        phase.withLock { $0 = .running }
        let thread = Thread { self.run(step) }
        thread.name = name
        thread.start()
    }

    /// Returns when a step that is under way has ended, and the thread with it.
    func close() {
        wakeUp.lock()
        phase.withLock { if $0 == .running { $0 = .stopping } }
        wakeUp.broadcast()
        while phase.withLock({ $0 == .stopping }) { wakeUp.wait() }
        wakeUp.unlock()
    }

    private var isRunning: Bool { phase.withLock { $0 == .running } }

    private func run(_ step: () -> Double) {
        if isLow { ThreadPriority.lower() }
        while isRunning {
            let pause = step()
            guard pause > 0 else { continue }
            wakeUp.lock()
            if isRunning { _ = wakeUp.wait(until: Date(timeIntervalSinceNow: pause)) }
            wakeUp.unlock()
        }
        wakeUp.lock()
        phase.withLock { $0 = .stopped }
        wakeUp.broadcast()
        wakeUp.unlock()
    }
}
