import Glibc
import Kernels

/// Stands before a stage, and notes what comes and how long it and those after it take.
final class MeasuredStage: PipeStage {
    private let place: Int
    private let next: any PipeStage
    private let profile: QueryProfile

    /// - Parameter place: of the pipe that the stage is of.
    init(_ place: Int, before next: any PipeStage, _ profile: QueryProfile) {
        self.place = place
        self.next = next
        self.profile = profile
    }

    func process(_ block: Block, _ rows: Bitmap) throws {
        let count = rows.popcount
        try measure(rows: count) { try next.process(block, rows) }
    }

    func finish() throws { try measure(rows: 0) { try next.finish() } }

    private func measure(rows: Int, _ body: () throws -> Void) rethrows {
        let start = ThreadTime.now
        defer {
            let time = ThreadTime.now - start
            profile.note {
                $0.stages[place, default: .init()].rows += rows
                $0.stages[place, default: .init()].nanoseconds += time
            }
        }
        try body()
    }

    var wantsMore: Bool { next.wantsMore }
    func wants(times: ClosedRange<Int64>) -> Bool { next.wants(times: times) }
    var prefersNewestFirst: Bool { next.prefersNewestFirst }
}

/// The processor time that the calling thread has had.
enum ThreadTime {
    /// In nanoseconds.
    static var now: Int {
        var time = timespec()
        // Safe: the call writes to the structure that it is given, and to nothing else.
        unsafe clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time)
        return time.tv_sec * 1_000_000_000 + time.tv_nsec
    }
}
