/// A trie of the shapes that lines have: the literal bytes between values, learned once and compared in place from then on.
///
/// ```
/// {"time":  ──time──▶  ,"service":  ──service──▶  ,"level":  ──level──▶  }   end of line
///                                              └▶  ,"trace_id":  ──trace_id──▶ …
/// ```
/// An edge is a literal, then a value that goes to a column. Services repeat a few key sequences line after line, so
/// the edge that matched last is tried first and is nearly always right; a line of another shape tries the siblings;
/// only a line of a new shape is tokenised, and adds its edges. What kind a value is, is decided at the value, not in
/// the shape, so that `null` or a number for a string makes no new path.
struct ShapeEdge {
    enum Action: UInt8 {
        /// A value follows the literal and goes to `column`.
        case value
        /// As `value`, but it replaces what `column` already has in this row: a repeated key, of which the last wins.
        case replace
        /// As `value`, but what `column` already has in this row moves to `other`: an alias came before the real name.
        case displace
        /// The time of the row.
        case time
        /// As `value`, and the time of the row unless the row has one: nanoseconds since the epoch.
        case startTime
        /// No value: the literal is a bare logfmt key, which means true. It replaces what `column` already has in this
        /// row, or moves it to `other` where that is another column.
        case bareKey
        /// No value: the literal ends the line.
        case end
    }

    let literal: UnsafeMutablePointer<UInt8>
    let literalCount: Int
    let action: Action
    let column: Int
    let other: Int
    var firstChild: UnsafeMutablePointer<ShapeEdge>?
    var nextSibling: UnsafeMutablePointer<ShapeEdge>?
    /// The child that matched last.
    var predicted: UnsafeMutablePointer<ShapeEdge>?

    static let padding = 16

    static func make(_ literal: [UInt8], _ action: Action, column: Int, other: Int) -> UnsafeMutablePointer<ShapeEdge> {
        let copy = UnsafeMutablePointer<UInt8>.allocate(capacity: literal.count + padding)
        copy.initialize(repeating: 0, count: literal.count + padding)
        for (index, byte) in literal.enumerated() { copy[index] = byte }
        let edge = UnsafeMutablePointer<ShapeEdge>.allocate(capacity: 1)
        edge.initialize(
            to: ShapeEdge(
                literal: copy, literalCount: literal.count, action: action, column: column, other: other,
                firstChild: nil, nextSibling: nil, predicted: nil))
        return edge
    }

    func hasSameStep(as step: ShapeStep) -> Bool {
        guard literalCount == step.literal.count, action == step.action.edgeAction, column == step.column,
            other == step.other
        else { return false }
        return (0..<literalCount).allSatisfy { literal[$0] == step.literal[$0] }
    }
}

/// One step of a line's shape, as the tokenizer found it.
public struct ShapeStep: Sendable, Equatable {
    public enum Action: Sendable, Equatable {
        case value, replace, displace, time, startTime, bareKey, end

        var edgeAction: ShapeEdge.Action {
            switch self {
            case .value: .value
            case .replace: .replace
            case .displace: .displace
            case .time: .time
            case .startTime: .startTime
            case .bareKey: .bareKey
            case .end: .end
            }
        }
    }

    /// The bytes from the end of the value before to the start of this one.
    public let literal: [UInt8]
    public let action: Action
    /// Where the value goes; unused for `end`.
    public let column: Int
    /// Where the value that was there goes; `column` itself where there is none to keep.
    public let other: Int

    public init(literal: [UInt8], action: Action, column: Int = 0, other: Int? = nil) {
        self.literal = literal
        self.action = action
        self.column = column
        self.other = other ?? column
    }
}

/// The two notations a line may have; each has a trie of its own.
public enum LineNotation: Int, Sendable {
    case json = 0
    case logfmt = 1
}
