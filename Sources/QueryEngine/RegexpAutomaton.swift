import Kernels

/// A plain regular expression as an automaton, which looks at each byte once, however the expression is written.
struct RegexpAutomaton: Sendable {
    private let automaton: ByteAutomaton
    /// What every match begins with; nil if that is nothing in particular, or the beginning of the text.
    private let prefix: ByteSearch?
    /// The longest run of characters that every match has.
    let required: [UInt8]?
    private let requiredSearch: ByteSearch?
    /// Whether it asks for the end of the text, before which a line may end.
    private let asksForEnd: Bool

    /// Nil for an expression that is not plain, or whose automaton is large.
    init?(_ pattern: String) {
        guard var reader = RegexpReader(pattern), let node = reader.read() else { return nil }
        var program = RegexpProgram()
        guard program.append(node), program.finish() else { return nil }
        let unsure = reader.asksForSpace ? ASCIISet.unsureSpace : ASCIISet()
        guard let automaton = program.automaton(unsure: unsure) else { return nil }
        self.automaton = automaton
        asksForEnd = program.asksForEnd
        let runs = node.literalRuns
        required = runs.max { $0.count < $1.count }.flatMap { $0.isEmpty ? nil : $0 }
        requiredSearch = required.map(ByteSearch.init)
        prefix = node.literalPrefix.flatMap { $0.isEmpty ? nil : ByteSearch($0) }
    }

    /// Whether the text has a match; nil where the automaton cannot tell.
    func matches(_ text: Span<UInt8>) -> Bool? {
        if asksForEnd, text.count > 0, ASCIISet.lineEnds.contains(text[text.count - 1]) { return nil }
        guard let prefix else {
            if let requiredSearch, requiredSearch.first(in: text, range: 0..<text.count) == nil { return false }
            return verdict(automaton.run(text, from: 0, in: automaton.start, stopsIdle: false))
        }
        var place = 0
        while let begin = prefix.first(in: text, range: place..<text.count) {
            let stop = automaton.run(
                text, from: begin, in: begin == 0 ? automaton.start : automaton.idle, stopsIdle: true)
            guard case .idle(let next) = stop else { return verdict(stop) }
            place = next
        }
        return false
    }

    private func verdict(_ stop: ByteAutomaton.Stop) -> Bool? {
        switch stop {
        case .match: true
        case .end, .idle: false
        case .unsure: nil
        }
    }
}

extension RegexpNode {
    /// Characters that follow one another in every match.
    fileprivate var literalRuns: [[UInt8]] {
        switch self {
        case .set(let set): return set.single.map { [[$0]] } ?? []
        case .sequence(let nodes):
            var runs: [[UInt8]] = [[]]
            for node in nodes {
                if case .set(let set) = node, let byte = set.single {
                    runs[runs.count - 1].append(byte)
                } else {
                    runs += node.literalRuns + [[]]
                }
            }
            return runs
        case .repeated(let node, let min, _): return min > 0 ? node.literalRuns : []
        case .choice, .start, .end: return []
        }
    }

    /// The characters that a match begins with.
    fileprivate var literalPrefix: [UInt8]? {
        guard case .sequence(let nodes) = self else { return nil }
        var prefix: [UInt8] = []
        for node in nodes {
            guard case .set(let set) = node, let byte = set.single else { break }
            prefix.append(byte)
        }
        return prefix
    }
}

/// A nondeterministic automaton (Thompson 1968, "Regular expression search algorithm"), and the deterministic one that
/// follows from it.
private struct RegexpProgram {
    private enum Instruction {
        case set(ASCIISet, next: Int)
        case split(Int, Int)
        case start(next: Int)
        case end(next: Int)
        case jump(Int)
        case match
    }

    private var instructions: [Instruction] = []
    private(set) var asksForEnd = false

    private static let instructionsMax = 300
    private static let statesMax = 500

    /// - Returns: false when it gets too long.
    mutating func append(_ node: RegexpNode) -> Bool {
        guard instructions.count < Self.instructionsMax else { return false }
        switch node {
        case .set(let set): instructions.append(.set(set, next: instructions.count + 1))
        case .start: instructions.append(.start(next: instructions.count + 1))
        case .end:
            asksForEnd = true
            instructions.append(.end(next: instructions.count + 1))
        case .sequence(let nodes): return nodes.allSatisfy { append($0) }
        case .choice(let nodes): return append(choice: nodes[...])
        case .repeated(let node, let min, let max): return append(node, min: min, max: max)
        }
        return true
    }

    private mutating func append(choice nodes: ArraySlice<RegexpNode>) -> Bool {
        guard let first = nodes.first else { return true }
        guard nodes.count > 1 else { return append(first) }
        let split = instructions.count
        instructions.append(.match)
        guard append(first) else { return false }
        let jump = instructions.count
        instructions.append(.match)
        instructions[split] = .split(split + 1, instructions.count)
        guard append(choice: nodes.dropFirst()) else { return false }
        instructions[jump] = .jump(instructions.count)
        return true
    }

    private mutating func append(_ node: RegexpNode, min: Int, max: Int?) -> Bool {
        for _ in 0..<min { guard append(node) else { return false } }
        guard let max else {
            let split = instructions.count
            instructions.append(.match)
            guard append(node) else { return false }
            instructions.append(.jump(split))
            instructions[split] = .split(split + 1, instructions.count)
            return true
        }
        var splits: [Int] = []
        for _ in min..<max {
            splits.append(instructions.count)
            instructions.append(.match)
            guard append(node) else { return false }
        }
        for split in splits { instructions[split] = .split(split + 1, instructions.count) }
        return true
    }

    mutating func finish() -> Bool {
        instructions.append(.match)
        return instructions.count <= Self.instructionsMax
    }

    // MARK: Deterministic

    private struct States: Hashable {
        /// Places of sets, of ends, and of the match.
        var places: [Int]
    }

    /// All that can be reached without a byte.
    private func closure(_ places: [Int], atStart: Bool) -> States {
        var isSeen = [Bool](repeating: false, count: instructions.count)
        var waiting = places
        while let place = waiting.popLast() {
            guard !isSeen[place] else { continue }
            isSeen[place] = true
            switch instructions[place] {
            case .split(let left, let right): waiting += [left, right]
            case .jump(let next): waiting.append(next)
            case .start(let next): if atStart { waiting.append(next) }
            case .set, .end, .match: break
            }
        }
        return States(
            places: isSeen.indices.filter { place in
                guard isSeen[place] else { return false }
                switch instructions[place] {
                case .set, .end, .match: return true
                case .split, .jump, .start: return false
                }
            })
    }

    private func accepts(_ states: States) -> Bool {
        states.places.contains { if case .match = instructions[$0] { true } else { false } }
    }

    private func acceptsAtEnd(_ states: States, isEmptyText: Bool) -> Bool {
        var (waiting, seen) = (states.places, Set<Int>())
        while let place = waiting.popLast() {
            guard seen.insert(place).inserted else { continue }
            switch instructions[place] {
            case .match: return true
            case .end(let next), .jump(let next): waiting.append(next)
            case .split(let left, let right): waiting += [left, right]
            case .start(let next): if isEmptyText { waiting.append(next) }
            case .set: break
            }
        }
        return false
    }

    /// - Parameter unsure: characters of which it is to say nothing.
    /// - Returns: nil when it has too many states.
    func automaton(unsure: ASCIISet) -> ByteAutomaton? {
        let (classes, examples) = byteClasses(unsure: unsure)
        let (start, idle) = (closure([0], atStart: true), closure([0], atStart: false))
        // The beginning is a state of its own: only there is a text empty.
        var all: [States] = [start, idle]
        var numbers: [States: Int] = [idle: 1]
        var next: [ByteAutomaton.State] = []
        var place = 0
        while place < all.count {
            for example in examples {
                let states = closure(step(all[place], example) + [0], atStart: false)
                if numbers[states] == nil {
                    guard all.count < Self.statesMax else { return nil }
                    numbers[states] = all.count
                    all.append(states)
                }
                next.append(ByteAutomaton.State(numbers[states] ?? 0))
            }
            place += 1
        }
        return ByteAutomaton(
            classes: classes, classCount: examples.count, next: next, accepts: all.map(accepts),
            acceptsAtEnd: all.indices.map { acceptsAtEnd(all[$0], isEmptyText: $0 == 0) }, start: 0, idle: 1)
    }

    private func step(_ states: States, _ byte: UInt8) -> [Int] {
        states.places.compactMap { place in
            if case .set(let set, let next) = instructions[place], set.contains(byte) { next } else { nil }
        }
    }

    /// Bytes that no set tells apart are of one class.
    private func byteClasses(unsure: ASCIISet) -> (classes: [UInt8], examples: [UInt8]) {
        let sets = Set(instructions.compactMap { if case .set(let set, _) = $0 { set } else { nil } })
        var numbers: [[Bool]: UInt8] = [:]
        var classes = [UInt8](repeating: ByteAutomaton.unsureClass, count: 256)
        var examples: [UInt8] = []
        let ordered = Array(sets)
        for byte in UInt8(0)...127 where !unsure.contains(byte) {
            let kind = ordered.map { $0.contains(byte) }
            if numbers[kind] == nil {
                numbers[kind] = UInt8(examples.count)
                examples.append(byte)
            }
            classes[Int(byte)] = numbers[kind] ?? 0
        }
        return (classes, examples)
    }
}
