import Foundation
import Synchronization

/// Threads that help with queries. A query has a thread of its own, which never waits for a helper to be free: helpers take
/// what it has not come to.
public final class QueryHelpers: Sendable {
    /// One less than there are cores, for all queries of the process together.
    public static let shared = QueryHelpers(count: ProcessInfo.processInfo.activeProcessorCount - 1)

    let count: Int
    private let queue = Queue()

    public init(count: Int) {
        self.count = max(0, count)
        for number in 0..<self.count {
            let thread = Thread { [queue] in queue.serve() }
            thread.name = "query-\(number)"
            thread.start()
        }
    }

    deinit { queue.close() }

    func ask(_ work: @escaping @Sendable () -> Void) { queue.add(work) }

    private final class Queue: Sendable {
        private let work = Mutex<(waiting: [@Sendable () -> Void], isClosed: Bool)>(([], false))
        private let wakeUp = NSCondition()

        private static let waitingMax = 64

        /// Work that would wait behind much other is not taken: who asks does it alone.
        func add(_ new: @escaping @Sendable () -> Void) {
            work.withLock { if $0.waiting.count < Self.waitingMax { $0.waiting.append(new) } }
            wakeUp.lock()
            wakeUp.signal()
            wakeUp.unlock()
        }

        func close() {
            work.withLock { $0.isClosed = true }
            wakeUp.lock()
            wakeUp.broadcast()
            wakeUp.unlock()
        }

        func serve() {
            while let next = next() { next() }
        }

        private func next() -> (@Sendable () -> Void)? {
            wakeUp.lock()
            defer { wakeUp.unlock() }
            while true {
                let (next, isClosed) = work.withLock { work in
                    (work.waiting.isEmpty ? nil : work.waiting.removeFirst(), work.isClosed)
                }
                if next != nil || isClosed { return next }
                wakeUp.wait()
            }
        }
    }
}
