/// Patterns to be tried in order.
///
/// Patterns of one family begin alike, so they form a tree: what several begin with is tried once for all of them.
public final class PatternList: Sendable {
    public struct Entry: Sendable {
        /// As the maker of the list has numbered them.
        public let owner: Int
        public let number: Int
        let slotCount: Int
    }

    /// An instruction that several entries share; or, without children, what one entry has for itself.
    struct Node {
        let code: UnsafePointer<LinePattern.Code>
        let instruction: UnsafePointer<LinePattern.Instruction>
        /// How many instructions come before.
        let depth: Int
        /// The first entry of those below; of a leaf, its entry.
        let minEntry: Int
        let isPrefix: Bool
        var child: UnsafeMutablePointer<Node>?
        /// The next one that begins where this one does; those of earlier entries come first.
        var sibling: UnsafeMutablePointer<Node>?
    }

    public let entries: [Entry]
    // Safe: written by `init` alone and freed by `deinit`; what it points to never changes.
    nonisolated(unsafe) private let root: UnsafeMutablePointer<Node>?
    /// Keeps the memory of their codes alive.
    private let patterns: [LinePattern]

    var firstNode: UnsafePointer<Node>? { root.map { UnsafePointer($0) } }

    /// - Parameter patterns: with `isPrefix`, one need only fit the beginning of a record.
    public init(_ patterns: [(pattern: LinePattern, isPrefix: Bool, owner: Int, number: Int)]) {
        entries = patterns.map { Entry(owner: $0.owner, number: $0.number, slotCount: $0.pattern.slotCount) }
        self.patterns = patterns.map(\.pattern)
        root = Self.tree(
            Array(patterns.indices), depth: 0, patterns.map { UnsafePointer($0.pattern.code) },
            isPrefix: patterns.map(\.isPrefix))
    }

    deinit {
        Self.free(root)
    }

    /// A node for each group of entries that have the same instruction at `depth`, linked as siblings.
    private static func tree(
        _ entries: [Int], depth: Int, _ codes: [UnsafePointer<LinePattern.Code>], isPrefix: [Bool]
    ) -> UnsafeMutablePointer<Node>? {
        var groups: [[Int]] = []
        for entry in entries {
            let group = groups.firstIndex { codes[$0[0]].pointee.shares(depth, with: codes[entry].pointee) }
            if let group { groups[group].append(entry) } else { groups.append([entry]) }
        }
        var first: UnsafeMutablePointer<Node>?
        for group in groups.reversed() {
            let code = codes[group[0]]
            let node = UnsafeMutablePointer<Node>.allocate(capacity: 1)
            node.initialize(
                to: Node(
                    code: code, instruction: UnsafePointer(code.pointee.program.baseAddress.unsafelyUnwrapped + depth),
                    depth: depth, minEntry: group[0], isPrefix: isPrefix[group[0]],
                    child: group.count == 1 ? nil : tree(group, depth: depth + 1, codes, isPrefix: isPrefix),
                    sibling: first))
            first = node
        }
        return first
    }

    private static func free(_ node: UnsafeMutablePointer<Node>?) {
        var next = node
        while let node = next {
            free(node.pointee.child)
            next = node.pointee.sibling
            node.deallocate()
        }
    }
}

extension LinePattern.Code {
    /// Whether both do the same at `depth`, and it is no optional part.
    fileprivate func shares(_ depth: Int, with other: LinePattern.Code) -> Bool {
        let left = program[depth]
        let right = other.program[depth]
        guard left.operation == right.operation, left.kind == right.kind, left.slot == right.slot else { return false }
        let hasSameLiteral = literal(of: left).elementsEqual(other.literal(of: right))
        switch left.operation {
        case .tryOptional, .endOptional, .end: return false
        case .spaces: return true
        case .literal: return hasSameLiteral
        case .capture: break
        }
        switch left.kind {
        // Only these ask what is behind them.
        case .text: return left.isBeforeSpaces == right.isBeforeSpaces && hasSameLiteral
        case .word: return hasSameLiteral
        case .time: return formats.map(\.id).elementsEqual(other.formats.map(\.id))
        case .oneOf: return words.elementsEqual(other.words)
        case .integer, .number, .hexadecimal, .address, .quoted, .structuredData: return true
        }
    }
}
