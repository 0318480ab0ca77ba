/// Matches patterns, and keeps what the last match captured.
public struct PatternMatcher: ~Copyable {
    /// The time captured, in nanoseconds since the epoch.
    public private(set) var time: Int64?
    /// Start and end of each slot's text, the start -1 where an optional part was not there.
    private(set) var slots: UnsafeMutablePointer<Slot>
    private(set) var slotCount = 0
    /// The slots of the best match so far of a list.
    private var bestSlots: UnsafeMutablePointer<Slot>
    /// What reading a time has given where it was last tried, by the id of the format: many patterns have one there.
    private let lastTimes: UnsafeMutablePointer<LastTime>
    private var recordNumber = 0

    typealias Slot = (start: Int, end: Int)

    private struct LastTime {
        var recordNumber = 0
        var position = 0
        var time: Int64 = 0
        /// `position` where there is no time in this format.
        var end = 0
    }

    private static let memoMax = 256

    public init() {
        slots = .allocate(capacity: LinePattern.slotsMax)
        bestSlots = .allocate(capacity: LinePattern.slotsMax)
        lastTimes = .allocate(capacity: Self.memoMax)
        lastTimes.initialize(repeating: LastTime(), count: Self.memoMax)
    }

    deinit {
        slots.deallocate()
        bestSlots.deallocate()
        lastTimes.deallocate()
    }

    /// Where the text of a slot lies in the record; nil where an optional part was not there.
    public func capture(_ slot: Int) -> Range<Int>? {
        precondition(slot >= 0 && slot < slotCount)
        return slots[slot].start < 0 ? nil : slots[slot].start..<slots[slot].end
    }

    /// Whether `pattern` fits all of `record`, or, if `isPrefix`, its beginning.
    public mutating func match(
        _ pattern: LinePattern, _ record: Span<UInt8>, receivedAt: Int64, isPrefix: Bool = false
    ) -> Bool {
        record.withUnsafeBufferPointer { buffer in
            guard let base = buffer.baseAddress else { return false }
            recordNumber &+= 1
            time = nil
            return run(
                UnsafePointer(pattern.code), from: 0, at: 0, Scan(base: base, count: buffer.count), receivedAt, isPrefix: isPrefix)
        }
    }

    // MARK: Lists

    /// A walk through the tree of a list.
    private struct Walk {
        let scan: Scan
        let receivedAt: Int64
        /// Entries before it are left out.
        let start: Int
        /// The first entry that has fitted so far; `Int.max` if none has.
        var best = Int.max
        var bestTime: Int64?
    }

    /// The first entry of `list` from `start` on whose pattern fits; its captures are kept.
    public mutating func firstMatch(
        in list: PatternList, from start: Int, _ record: Span<UInt8>, receivedAt: Int64
    ) -> Int? {
        record.withUnsafeBufferPointer { buffer in
            guard let base = buffer.baseAddress, buffer.count > 0, let root = list.firstNode else { return nil }
            recordNumber &+= 1
            time = nil
            var walk = Walk(scan: Scan(base: base, count: buffer.count), receivedAt: receivedAt, start: start)
            follow(root, at: 0, &walk)
            guard walk.best < .max else { return nil }
            swap(&slots, &bestSlots)
            slotCount = list.entries[walk.best].slotCount
            time = walk.bestTime
            return walk.best
        }
    }

    /// Tries a node of the tree and those beside it, all of which begin at `position`.
    private mutating func follow(_ first: UnsafePointer<PatternList.Node>, at position: Int, _ walk: inout Walk) {
        let timeBefore = time
        var next: UnsafePointer<PatternList.Node>? = first
        while let node = next, node.pointee.minEntry < walk.best {
            next = node.pointee.sibling.map { UnsafePointer($0) }
            if let child = node.pointee.child {
                let end = step(node.pointee.instruction, node.pointee.code, at: position, walk.scan, walk.receivedAt)
                if let end { follow(child, at: end, &walk) }
            } else {
                finish(node, at: position, &walk)
            }
            time = timeBefore
        }
    }

    /// Runs what the entry of a leaf has for itself.
    @inline(__always)
    private mutating func finish(_ leaf: UnsafePointer<PatternList.Node>, at position: Int, _ walk: inout Walk) {
        let code = leaf.pointee.code
        guard leaf.pointee.minEntry >= walk.start, position > 0 || code.pointee.canBegin(with: walk.scan.base[0]),
            run(
                code, from: leaf.pointee.depth, at: position, walk.scan, walk.receivedAt, isPrefix: leaf.pointee.isPrefix)
        else { return }
        walk.best = leaf.pointee.minEntry
        walk.bestTime = time
        bestSlots.update(from: slots, count: slotCount)
    }

    // MARK: Programs

    /// Runs a program on a record from an instruction on, the ones before which have come to `position`.
    private mutating func run(
        _ code: UnsafePointer<LinePattern.Code>, from first: Int, at start: Int, _ scan: Scan, _ receivedAt: Int64, isPrefix: Bool
    ) -> Bool {
        let program = code.pointee.program.baseAddress.unsafelyUnwrapped
        slotCount = code.pointee.slotCount
        // Slots are numbered in the order of their captures, so these are the ones that the tree has not passed.
        for slot in program[first].slotsBefore..<slotCount { slots[slot].start = -1 }
        var position = start
        var instruction = program + first
        var retryPosition = 0
        var retryInstruction: UnsafePointer<LinePattern.Instruction>?
        var retryTime: Int64?
        while true {
            var next: Int? = position
            switch instruction.pointee.operation {
            case .end:
                if isPrefix || position == scan.count { return true }
                next = nil
            case .tryOptional:
                // Optional parts do not nest, so one place to go back to is enough.
                retryTime = time
                retryPosition = position
                retryInstruction = UnsafePointer(program + Int(instruction.pointee.a))
            case .endOptional: retryInstruction = nil
            case .literal, .spaces, .capture: next = step(instruction, code, at: position, scan, receivedAt)
            }
            if let next {
                position = next
                instruction += 1
            } else if let retry = retryInstruction {
                forgetCaptures(before: retry)
                time = retryTime
                position = retryPosition
                instruction = UnsafeMutablePointer(mutating: retry)
                retryInstruction = nil
            } else {
                return false
            }
        }
    }

    /// Where what an instruction takes ends; nil where it does not fit.
    @inline(__always)
    private mutating func step(
        _ instruction: UnsafePointer<LinePattern.Instruction>, _ code: UnsafePointer<LinePattern.Code>, at position: Int, _ scan: Scan,
        _ receivedAt: Int64
    ) -> Int? {
        var end: Int?
        switch instruction.pointee.operation {
        case .literal:
            let literal = code.pointee.literal(of: instruction)
            return scan.isLiteral(literal, at: position) ? position &+ literal.count : nil
        case .spaces: return scan.spacesEnd(position)
        case .capture: break
        case .end, .tryOptional, .endOptional: return position
        }
        switch instruction.pointee.kind {
        case .time:
            for format in code.pointee.formats {
                guard let (read, timeEnd) = readTime(format, scan, position, receivedAt) else { continue }
                if instruction.pointee.slot >= 0 { time = read }
                end = timeEnd
                break
            }
        case .oneOf:
            end = scan.wordEnd(position)
            if let word = end, !scan.isWord(position..<word, code.pointee.words) { end = nil }
        case .text: end = scan.textEnd(code.pointee.literal(of: instruction), isBeforeSpaces: instruction.pointee.isBeforeSpaces, position)
        case .word: end = scan.wordTextEnd(code.pointee.literal(of: instruction), position)
        case .integer: end = scan.integerEnd(position)
        case .number: end = scan.numberEnd(position)
        case .hexadecimal: end = scan.hexadecimalEnd(position)
        case .address: end = scan.addressEnd(position)
        case .quoted: end = scan.quotedEnd(position)
        case .structuredData: end = scan.structuredDataEnd(position)
        }
        if let end, instruction.pointee.slot >= 0 {
            let isQuoted = instruction.pointee.kind == .quoted
            slots[Int(instruction.pointee.slot)] = isQuoted ? (position &+ 1, end &- 1) : (position, end)
        }
        return end
    }

    @inline(__always)
    private mutating func readTime(
        _ format: LinePattern.FormatCode, _ scan: Scan, _ position: Int, _ receivedAt: Int64
    ) -> (time: Int64, end: Int)? {
        let isKept = format.id < Self.memoMax
        if isKept, lastTimes[format.id].recordNumber == recordNumber, lastTimes[format.id].position == position {
            let known = lastTimes[format.id]
            return known.end == position ? nil : (known.time, known.end)
        }
        let read = Kernels.readTime(
            format.steps, zoneSeconds: format.zoneSeconds, scan.base + position, scan.base + scan.count,
            receivedAt: receivedAt)
        let end = read.map { $0.end - scan.base }
        if isKept {
            lastTimes[format.id] = LastTime(
                recordNumber: recordNumber, position: position, time: read?.time ?? 0, end: end ?? position)
        }
        guard let read, let end else { return nil }
        return (read.time, end)
    }

    /// Takes back what the optional part that ends before `end` has captured.
    private func forgetCaptures(before end: UnsafePointer<LinePattern.Instruction>) {
        var instruction = end - 1
        while instruction.pointee.operation != .tryOptional {
            if instruction.pointee.slot >= 0 { slots[Int(instruction.pointee.slot)].start = -1 }
            instruction -= 1
        }
    }
}
