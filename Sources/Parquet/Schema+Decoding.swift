/// The leaves of a file's schema, in the order of the columns of its row groups.
struct SchemaLeaves {
    /// The leaves that this library reads: those directly below the root that do not repeat.
    private(set) var columns: [ColumnSchema] = []
    /// For each of `columns`, which leaf it is.
    private(set) var leafNumbers: [Int] = []
    /// Names of the other leaves, groups before a dot.
    private(set) var unsupported: [String] = []
    private(set) var leafCount = 0

    /// - Parameter elements: the schema as a tree in depth-first order, the root first.
    /// - Throws: `ParquetError.malformed` when they form no tree or a leaf has no type.
    init(_ elements: [SchemaElement]) throws(ParquetError) {
        guard let root = elements.first else { throw Self.malformed("has no root") }
        // Groups that are not at their end: name and children left.
        var open: [(name: String, left: Int32)] = [("", try Self.childCount(root))]
        for element in elements.dropFirst() {
            while open.last?.left == 0 { open.removeLast() }
            guard !open.isEmpty else { break }
            open[open.count - 1].left -= 1
            if element.type == nil {
                guard open.count < ThriftReader.nestingMax else { throw Self.malformed("nests too deep") }
                open.append((element.name, try Self.childCount(element)))
            } else {
                try addLeaf(element, groups: open.dropFirst().map(\.name))
            }
        }
        guard open.allSatisfy({ $0.left == 0 }) else { throw Self.malformed("lacks columns that it announces") }
    }

    private mutating func addLeaf(_ element: SchemaElement, groups: [String]) throws(ParquetError) {
        let type = try PhysicalType(element)
        if groups.isEmpty, let repetition = element.repetition, repetition == 0 || repetition == 1 {
            leafNumbers.append(leafCount)
            let logicalType = element.logicalType ?? element.convertedType.map { LogicalType(convertedType: $0) }
            columns.append(
                ColumnSchema(name: element.name, type: type, logicalType: logicalType, isOptional: repetition == 1))
        } else {
            unsupported.append((groups + [element.name]).joined(separator: "."))
        }
        leafCount += 1
    }

    private static func childCount(_ element: SchemaElement) throws(ParquetError) -> Int32 {
        let count = element.childCount ?? 0
        guard count >= 0 else { throw malformed("has a group of \(count) columns") }
        return count
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
            guard let length = element.typeLength, length > 0, Int(length) <= ReaderLimits.pageBytesMax else {
                throw .malformed("column \(element.name) has values of no usable length; fetch the file again")
            }
            self = .fixedLenByteArray(Int(length))
        default: throw .malformed("column \(element.name) is of no known type; fetch the file again")
        }
    }
}

extension LogicalType {
    /// parquet.thrift `ConvertedType`, from writers that know no logical types.
    init(convertedType: Int32) {
        switch convertedType {
        case 0: self = .string
        case 9: self = .timestamp(unit: .milliseconds, isAdjustedToUTC: true)
        case 10: self = .timestamp(unit: .microseconds, isAdjustedToUTC: true)
        case 11...14: self = .integer(bitWidth: 8 << Int(convertedType - 11), isSigned: false)
        case 15...18: self = .integer(bitWidth: 8 << Int(convertedType - 15), isSigned: true)
        case 19: self = .json
        default: self = .other
        }
    }
}
