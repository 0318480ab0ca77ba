/// The schema of a file: as a tree, and its leaves in the order of the columns of its row groups.
struct FileSchema {
    let root: SchemaNode
    let leaves: [LeafColumn]
    /// The leaves directly below the root that do not repeat.
    private(set) var columns: [ColumnSchema] = []
    /// For each of `columns`, which leaf it is.
    private(set) var leafNumbers: [Int] = []
    /// Names of the other leaves, groups before a dot.
    private(set) var unsupported: [String] = []

    /// - Parameter elements: the schema as a tree in depth-first order, the root first.
    /// - Throws: `ParquetError.malformed` when they form no tree or a leaf has no type.
    init(_ elements: [SchemaElement]) throws(ParquetError) {
        var decoder = SchemaDecoder(elements)
        root = try decoder.root()
        leaves = decoder.leaves
        for (number, leaf) in leaves.enumerated() {
            if leaf.path.count == 1, leaf.repetitionLevelMax == 0 {
                leafNumbers.append(number)
                columns.append(
                    ColumnSchema(
                        name: leaf.path[0], type: leaf.type, logicalType: leaf.logicalType,
                        isOptional: leaf.definitionLevelMax == 1))
            } else {
                unsupported.append(leaf.name)
            }
        }
    }
}

/// Builds the tree from its elements in depth-first order.
private struct SchemaDecoder {
    private let elements: [SchemaElement]
    private var next = 0
    private(set) var leaves: [LeafColumn] = []

    /// Levels of groups. The greatest level of a leaf is no more than one above.
    private static let nestingMax = ThriftReader.nestingMax

    init(_ elements: [SchemaElement]) { self.elements = elements }

    mutating func root() throws(ParquetError) -> SchemaNode {
        guard let root = elements.first else { throw Self.malformed("has no root") }
        next = 1
        let fields = try children(root, path: [], definition: 0, repetition: 0)
        guard next == elements.count else { throw Self.malformed("has more columns than it announces") }
        return SchemaNode(
            name: root.name, repetition: .required, logicalType: nil, fieldID: nil, kind: .group(fields),
            definitionLevel: 0, repetitionLevel: 0, leaves: 0..<leaves.count)
    }

    private mutating func children(
        _ group: SchemaElement, path: [String], definition: Int, repetition: Int
    ) throws(ParquetError) -> [SchemaNode] {
        let count = group.childCount ?? 0
        // Each child takes an element.
        guard count >= 0, Int(count) <= elements.count - next else {
            throw Self.malformed("lacks columns that it announces")
        }
        guard path.count < Self.nestingMax else { throw Self.malformed("nests too deep") }
        var nodes: [SchemaNode] = []
        for _ in 0..<count { nodes.append(try node(path: path, definition: definition, repetition: repetition)) }
        return nodes
    }

    private mutating func node(
        path: [String], definition: Int, repetition: Int
    ) throws(ParquetError) -> SchemaNode {
        guard next < elements.count else { throw Self.malformed("lacks columns that it announces") }
        let element = elements[next]
        next += 1
        let path = path + [element.name]
        let kind = try Self.repetition(element, path)
        let definition = definition + (kind == .required ? 0 : 1)
        let repetition = repetition + (kind == .repeated ? 1 : 0)
        let logicalType = element.logicalType ?? element.convertedType.map { LogicalType($0, element) }
        let firstLeaf = leaves.count
        let content: SchemaNode.Kind
        if element.type == nil {
            content = .group(try children(element, path: path, definition: definition, repetition: repetition))
        } else {
            let type = try PhysicalType(element)
            leaves.append(
                LeafColumn(
                    path: path, type: type, logicalType: logicalType, definitionLevelMax: definition,
                    repetitionLevelMax: repetition))
            content = .leaf(type)
        }
        return SchemaNode(
            name: element.name, repetition: kind, logicalType: logicalType,
            fieldID: element.fieldID.map { Int($0) }, kind: content, definitionLevel: definition,
            repetitionLevel: repetition, leaves: firstLeaf..<leaves.count)
    }

    private static func repetition(_ element: SchemaElement, _ path: [String]) throws(ParquetError) -> Repetition {
        switch element.repetition {
        case 0: return .required
        case 1: return .optional
        case 2: return .repeated
        default: throw malformed("does not say whether \(path.joined(separator: ".")) is required, optional or repeated")
        }
    }

    private static func malformed(_ what: String) -> ParquetError {
        .malformed("the schema \(what); fetch the file again")
    }
}

extension PhysicalType {
    /// parquet.thrift `Type`.
    fileprivate init(_ element: SchemaElement) throws(ParquetError) {
        switch element.type {
        case 0: self = .boolean
        case 1: self = .int32
        case 2: self = .int64
        case 3: self = .int96
        case 4: self = .float
        case 5: self = .double
        case 6: self = .byteArray
        case 7:
            guard let length = element.typeLength, length > 0 else {
                throw .malformed("column \(element.name) has values of no usable length; fetch the file again")
            }
            self = .fixedLenByteArray(Int(length))
        default: throw .malformed("column \(element.name) is of no known type; fetch the file again")
        }
    }
}

extension LogicalType {
    /// parquet.thrift `ConvertedType`, from writers that know no logical types.
    init(_ convertedType: Int32, _ element: SchemaElement) {
        switch convertedType {
        case 0: self = .string
        case 1, 2: self = .map
        case 3: self = .list
        case 4: self = .enumeration
        case 5: self = .decimal(precision: Int(element.precision ?? 0), scale: Int(element.scale ?? 0))
        case 6: self = .date
        case 7: self = .time(unit: .milliseconds, isAdjustedToUTC: true)
        case 8: self = .time(unit: .microseconds, isAdjustedToUTC: true)
        case 9: self = .timestamp(unit: .milliseconds, isAdjustedToUTC: true)
        case 10: self = .timestamp(unit: .microseconds, isAdjustedToUTC: true)
        case 11...14: self = .integer(bitWidth: 8 << Int(convertedType - 11), isSigned: false)
        case 15...18: self = .integer(bitWidth: 8 << Int(convertedType - 15), isSigned: true)
        case 19: self = .json
        case 20: self = .bson
        case 21: self = .interval
        default: self = .other
        }
    }
}
