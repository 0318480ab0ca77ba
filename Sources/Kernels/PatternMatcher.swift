/// Matches patterns, and keeps what the last match captured.
public struct PatternMatcher: ~Copyable {
    /// The time captured, in nanoseconds since the epoch.
    public private(set) var time: Int64?
    /// Start and end of each slot's text, the start -1 where an optional part was not there.
    let slots: UnsafeMutablePointer<(start: Int, end: Int)>
    private(set) var slotCount = 0
    /// What reading a time at the start of the record has given, by the id of the format: many patterns begin with one.
    private let firstTimes: UnsafeMutablePointer<FirstTime>
    private var recordNumber = 0
    /// For each entry of the list that is being tried, its trail and the ends of its instructions.
    private var trails: UnsafeMutablePointer<Trail>
    private var trailEnds: UnsafeMutablePointer<Int>
    private var trailCapacity = 64

    private struct FirstTime {
        var recordNumber = 0
        var time: Int64 = 0
        /// 0 where there is no time in this format.
        var end = 0
    }

    private static let memoMax = 256

    public init() {
        slots = .allocate(capacity: LinePattern.slotsMax)
        firstTimes = .allocate(capacity: Self.memoMax)
        firstTimes.initialize(repeating: FirstTime(), count: Self.memoMax)
        trails = .allocate(capacity: trailCapacity)
        trails.initialize(repeating: Trail(), count: trailCapacity)
        trailEnds = .allocate(capacity: trailCapacity * Trail.lengthMax)
    }

    deinit {
        slots.deallocate()
        firstTimes.deallocate()
        trails.deallocate()
        trailEnds.deallocate()
    }

    private mutating func reserveTrails(_ count: Int) {
        guard count > trailCapacity else { return }
        trails.deallocate()
        trailEnds.deallocate()
        trailCapacity = count * 2
        trails = .allocate(capacity: trailCapacity)
        trails.initialize(repeating: Trail(), count: trailCapacity)
        trailEnds = .allocate(capacity: trailCapacity * Trail.lengthMax)
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
            let scan = Scan(base: base, count: buffer.count, literals: pattern.code.literals)
            return run(pattern.code, scan, receivedAt, isPrefix, trail: nil)
        }
    }

    /// The first entry of `list` from `start` on whose pattern fits; its captures are kept.
    public mutating func firstMatch(
        in list: PatternList, from start: Int, _ record: Span<UInt8>, receivedAt: Int64
    ) -> Int? {
        record.withUnsafeBufferPointer { buffer in
            guard let base = buffer.baseAddress, buffer.count > 0 else { return nil }
            recordNumber &+= 1
            reserveTrails(list.entries.count)
            return list.entries.withUnsafeBufferPointer { entries in
                for index in start..<entries.count {
                    let entry = entries[index]
                    guard entry.code.canBegin(with: base[0]), follow(entry, index) else { continue }
                    let scan = Scan(base: base, count: buffer.count, literals: entry.code.literals)
                    if run(entry.code, scan, receivedAt, entry.isPrefix, trail: index) { return index }
                }
                return nil
            }
        }
    }

    /// Starts the trail of an entry with what its relative has come to; false where that has failed before they part.
    @inline(__always)
    private mutating func follow(_ entry: PatternList.Entry, _ index: Int) -> Bool {
        trails[index] = Trail(recordNumber: recordNumber)
        let relative = trails[entry.relative]
        guard entry.sharedCount > 0, relative.recordNumber == recordNumber else { return true }
        let count = min(relative.count, entry.sharedCount)
        trails[index].count = count
        trails[index].time = relative.time
        (trailEnds + index * Trail.lengthMax).update(from: trailEnds + entry.relative * Trail.lengthMax, count: count)
        return count == entry.sharedCount
    }

    /// Runs a program on a record.
    ///
    /// - Parameter trail: the number of the trail to go on with and to keep; nil for none.
    private mutating func run(
        _ code: LinePattern.Code, _ scan: Scan, _ receivedAt: Int64, _ isPrefix: Bool, trail: Int?
    ) -> Bool {
        slotCount = code.slotCount
        for slot in 0..<slotCount { slots[slot].start = -1 }
        time = nil
        let program = code.program
        var followed = 0
        var firstPosition = 0
        // How many instructions more are to be kept; none from the first optional part on.
        var isKept = trail != nil
        if let trail, trails[trail].count > 0 {
            followed = trails[trail].count
            time = trails[trail].time
            let ends = trailEnds + trail * Trail.lengthMax
            for index in 0..<followed {
                let instruction = program[index]
                if instruction.operation == .capture, instruction.slot >= 0 {
                    keep(instruction, firstPosition, ends[index])
                }
                firstPosition = ends[index]
            }
        }
        var position = firstPosition
        var counter = followed
        var retryPosition = 0
        var retryCounter = -1
        var retryTime: Int64?
        while true {
            let instruction = program[counter]
            counter += 1
            var next: Int? = position
            switch instruction.operation {
            case .end:
                if isPrefix || position == scan.count { return true }
                next = nil
            case .literal: next = scan.isLiteral(instruction, at: position) ? position + Int(instruction.literalCount) : nil
            case .spaces: next = scan.spacesEnd(position)
            case .tryOptional:
                // Optional parts do not nest, so one place to go back to is enough.
                isKept = false
                retryTime = time
                retryPosition = position
                retryCounter = Int(instruction.a)
            case .endOptional: retryCounter = -1
            case .capture:
                switch instruction.kind {
                case .time:
                    next = nil
                    for format in code.formats {
                        guard let (read, end) = readTime(format, scan, position, receivedAt) else { continue }
                        if instruction.slot >= 0 { time = read }
                        next = end
                        break
                    }
                case .oneOf:
                    next = scan.wordEnd(position)
                    if let end = next, !scan.isWord(position..<end, code.words) { next = nil }
                default:
                    next = scan.captureEnd(instruction, position)
                }
                if let end = next, instruction.slot >= 0 { keep(instruction, position, end) }
            }
            if let next {
                position = next
                if isKept, let trail, counter <= Trail.lengthMax {
                    trailEnds[trail * Trail.lengthMax + counter - 1] = next
                    trails[trail].count = counter
                    trails[trail].time = time
                }
            } else if retryCounter >= 0 {
                forgetCaptures(program, retryCounter)
                time = retryTime
                position = retryPosition
                counter = retryCounter
                retryCounter = -1
            } else {
                return false
            }
        }
    }

    @inline(__always)
    private func keep(_ instruction: LinePattern.Instruction, _ start: Int, _ end: Int) {
        slots[Int(instruction.slot)] = instruction.kind == .quoted ? (start + 1, end - 1) : (start, end)
    }

    @inline(__always)
    private mutating func readTime(
        _ format: LinePattern.FormatCode, _ scan: Scan, _ position: Int, _ receivedAt: Int64
    ) -> (time: Int64, end: Int)? {
        let isFirst = position == 0 && format.id < Self.memoMax
        if isFirst, firstTimes[format.id].recordNumber == recordNumber {
            let known = firstTimes[format.id]
            return known.end == 0 ? nil : (known.time, known.end)
        }
        let read = Kernels.readTime(
            format.steps, zoneSeconds: format.zoneSeconds, scan.base + position, scan.base + scan.count,
            receivedAt: receivedAt)
        let end = read.map { $0.end - scan.base }
        if isFirst {
            firstTimes[format.id] = FirstTime(recordNumber: recordNumber, time: read?.time ?? 0, end: end ?? 0)
        }
        guard let read, let end else { return nil }
        return (read.time, end)
    }

    /// Takes back what the optional part that ends before `end` has captured.
    private mutating func forgetCaptures(_ program: UnsafeMutableBufferPointer<LinePattern.Instruction>, _ end: Int) {
        var index = end - 1
        while program[index].operation != .tryOptional {
            if program[index].slot >= 0 { slots[Int(program[index].slot)].start = -1 }
            index -= 1
        }
    }
}
