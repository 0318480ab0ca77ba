/// Patterns to be tried in order.
///
/// Patterns of one family begin alike, so an entry that shares its first instructions with an earlier one goes on where
/// that one was after them, or fails where that one has failed.
public final class PatternList: Sendable {
    public struct Entry: Sendable {
        nonisolated(unsafe) let code: LinePattern.Code
        let isPrefix: Bool
        /// The earlier entry that begins alike for longest, and how many instructions long.
        var relative = 0
        var sharedCount = 0
        /// As the maker of the list has numbered them.
        public let owner: Int
        public let number: Int

        init(_ pattern: LinePattern, isPrefix: Bool, owner: Int, number: Int) {
            code = pattern.code
            self.isPrefix = isPrefix
            self.owner = owner
            self.number = number
        }
    }

    public let entries: [Entry]
    /// Keeps the memory of the entries alive.
    private let patterns: [LinePattern]

    /// - Parameter patterns: with `isPrefix`, one need only fit the beginning of a record.
    public init(_ patterns: [(pattern: LinePattern, isPrefix: Bool, owner: Int, number: Int)]) {
        var entries = patterns.map { Entry($0.pattern, isPrefix: $0.isPrefix, owner: $0.owner, number: $0.number) }
        for index in entries.indices {
            for earlier in 0..<index {
                let count = entries[index].code.sharedCount(with: entries[earlier].code)
                guard count > entries[index].sharedCount else { continue }
                entries[index].sharedCount = count
                entries[index].relative = earlier
            }
        }
        self.entries = entries
        self.patterns = patterns.map(\.pattern)
    }
}

extension LinePattern.Code {
    /// How many instructions at the start are the same, none of them optional.
    func sharedCount(with other: LinePattern.Code) -> Int {
        var count = 0
        while count < min(program.count, other.program.count, Trail.lengthMax),
            isEqual(program[count], other, other.program[count])
        {
            count += 1
        }
        return count
    }

    private func isEqual(
        _ left: LinePattern.Instruction, _ other: LinePattern.Code, _ right: LinePattern.Instruction
    ) -> Bool {
        guard left.operation == right.operation, left.kind == right.kind, left.slot == right.slot,
            left.isBeforeSpaces == right.isBeforeSpaces, left.literalCount == right.literalCount
        else { return false }
        switch left.operation {
        case .tryOptional, .endOptional, .end: return false
        case .literal, .spaces, .capture: break
        }
        if left.kind == .time, left.operation == .capture, !formats.map(\.id).elementsEqual(other.formats.map(\.id)) {
            return false
        }
        if left.kind == .oneOf, !words.elementsEqual(other.words) { return false }
        return literals[Int(left.literal)..<Int(left.literal + left.literalCount)]
            .elementsEqual(other.literals[Int(right.literal)..<Int(right.literal + right.literalCount)])
    }
}

/// How far an entry of a list has come on a record: where each of its first instructions ended.
struct Trail {
    static let lengthMax = 32

    /// The record that this is about.
    var recordNumber = 0
    var count = 0
    var time: Int64?
}
