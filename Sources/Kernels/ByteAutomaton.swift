/// A deterministic finite automaton over bytes that tells whether a text has a match anywhere, in one pass.
///
/// It speaks of ASCII only: a byte that is none, or whose meaning it leaves open, ends it without a verdict.
public struct ByteAutomaton: Sendable {
    public enum Stop: Sendable {
        case match
        /// The text ended, and there is no match.
        case end
        /// At this place nothing is begun: a match begins there or later.
        case idle(Int)
        /// A byte came of which it says nothing.
        case unsure
    }

    public typealias State = UInt16

    /// The class of a byte that it says nothing of.
    public static let unsureClass = UInt8.max

    /// By byte.
    private let classes: [UInt8]
    private let classCount: Int
    /// By state and class.
    private let next: [State]
    private let accepts: [Bool]
    private let acceptsAtEnd: [Bool]
    /// That of the beginning of a text.
    public let start: State
    /// That in which nothing is begun.
    public let idle: State

    /// - Precondition: all states of `next` have a row in it, and an entry in `accepts` and `acceptsAtEnd`; all of 256
    ///   `classes` but `unsureClass` are below `classCount`.
    public init(
        classes: [UInt8], classCount: Int, next: [State], accepts: [Bool], acceptsAtEnd: [Bool], start: State, idle: State
    ) {
        precondition(classes.count == 256 && classes.allSatisfy { $0 == Self.unsureClass || Int($0) < classCount })
        precondition(next.count == accepts.count * classCount && accepts.count == acceptsAtEnd.count)
        precondition(next.allSatisfy { Int($0) < accepts.count } && Int(max(start, idle)) < accepts.count)
        (self.classes, self.classCount, self.next) = (classes, classCount, next)
        (self.accepts, self.acceptsAtEnd, self.start, self.idle) = (accepts, acceptsAtEnd, start, idle)
    }

    /// - Parameters:
    ///   - place: where to go on, at most `text.count`.
    ///   - stopsIdle: whether to stop where nothing is begun, but not at `place` itself.
    public func run(_ text: Span<UInt8>, from place: Int, in state: State, stopsIdle: Bool) -> Stop {
        precondition(place <= text.count)
        return text.withUnsafeBufferPointer { text in
            classes.withUnsafeBufferPointer { classes in
                next.withUnsafeBufferPointer { next in
                    accepts.withUnsafeBufferPointer { accepts in
                        var state = state
                        if accepts[Int(state)] { return .match }
                        for index in place..<text.count {
                            let byteClass = classes[Int(text[index])]
                            if byteClass == Self.unsureClass { return .unsure }
                            state = next[Int(state) &* classCount &+ Int(byteClass)]
                            if accepts[Int(state)] { return .match }
                            if stopsIdle, state == idle { return .idle(index + 1) }
                        }
                        return acceptsAtEnd[Int(state)] ? .match : .end
                    }
                }
            }
        }
    }
}
