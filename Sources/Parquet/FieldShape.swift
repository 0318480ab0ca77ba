// How a field of the schema becomes a value: LIST and MAP groups lose the groups that only carry the repetition
// (LogicalTypes.md, "Nested Types", with the rules for files of older writers).

/// What a field is read as.
indirect enum FieldShape: Sendable {
    /// A column; its number among the leaves.
    case leaf(Int)
    case structure([FieldShape], leaves: Range<Int>)
    /// - `level`: the definition level from which on there is an element.
    case list(element: FieldShape, repetition: Level)
    case map(key: FieldShape, value: FieldShape, repetition: Level)
    /// May be null as a whole.
    case optional(FieldShape, definition: UInt8, leaves: Range<Int>)

    /// Of a repeated field.
    struct Level: Sendable {
        /// From which on the field has an element.
        let definition: UInt8
        /// Of the entries that go on with the same list.
        let repetition: UInt8
        let leaves: Range<Int>

        init(_ node: SchemaNode) {
            definition = UInt8(node.definitionLevel)
            repetition = UInt8(node.repetitionLevel)
            leaves = node.leaves
        }
    }

    init(_ node: SchemaNode) {
        let content = Self.content(node)
        self = switch node.repetition {
        case .required: content
        case .optional: .optional(content, definition: UInt8(node.definitionLevel), leaves: node.leaves)
        case .repeated: .list(element: content, repetition: Level(node))
        }
    }

    /// The field without its own repetition.
    private static func content(_ node: SchemaNode) -> FieldShape {
        guard case .group(let children) = node.kind else { return .leaf(node.leaves.lowerBound) }
        if let only = children.first, children.count == 1, only.repetition == .repeated {
            if node.logicalType == .list {
                return .list(element: element(only, ofList: node.name), repetition: Level(only))
            }
            if node.logicalType == .map, case .group(let parts) = only.kind, let key = parts.first, parts.count <= 2,
                parts.allSatisfy({ $0.repetition != .repeated })
            {
                // Without values it is the set of its keys.
                return parts.count == 2
                    ? .map(key: FieldShape(key), value: FieldShape(parts[1]), repetition: Level(only))
                    : .list(element: FieldShape(key), repetition: Level(only))
            }
        }
        return .structure(children.map { FieldShape($0) }, leaves: node.leaves)
    }

    /// The element of a LIST group, whose one field is `repeated` (LogicalTypes.md, backward-compatibility rules 1 to 5).
    private static func element(_ repeated: SchemaNode, ofList name: String) -> FieldShape {
        guard case .group(let children) = repeated.kind, let only = children.first, children.count == 1,
            only.repetition != .repeated, repeated.name != "array", repeated.name != "\(name)_tuple"
        else { return content(repeated) }
        return FieldShape(only)
    }
}
