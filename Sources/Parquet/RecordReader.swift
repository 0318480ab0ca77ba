/// Puts the rows of a row group together from its columns, one row at a time.
///
///     var records = try reader.records(rowGroup: 0)
///     while let record = try records.next() {
///         print(record)    // a value for each field of `reader.root`
///     }
///
/// The columns of all rows asked for are in memory, of records only the one at hand.
public struct RecordReader: Sendable {
    private let shapes: [FieldShape]
    private var cursors: LeafCursors
    private var rowsLeft: Int
    private let rowGroup: Int

    init(_ shapes: [FieldShape], _ columns: [Int: NestedColumn], _ leaves: [LeafColumn], rows: Int, rowGroup: Int) {
        self.shapes = shapes
        cursors = LeafCursors(leaves, columns)
        rowsLeft = rows
        self.rowGroup = rowGroup
    }

    /// The fields of the next row; nil after the last.
    ///
    /// - Throws: `ParquetError.malformed` when columns of the same group disagree on where its lists begin and end.
    public mutating func next() throws(ParquetError) -> [Value]? {
        guard rowsLeft > 0 else { return nil }
        rowsLeft -= 1
        var values: [Value] = []
        values.reserveCapacity(shapes.count)
        do throws(ParquetError) {
            for shape in shapes { values.append(try cursors.value(shape)) }
            try cursors.checkRowEnd()
        } catch {
            throw error.inRowGroup(rowGroup)
        }
        return values
    }
}

/// A place in each column, from which values are assembled (Melnik et al., "Dremel", 2010, section 4.3).
///
/// The first leaf of a group says whether the group is there and whether a list goes on; the others must agree.
private struct LeafCursors: Sendable {
    private struct Cursor: Sendable {
        let column: NestedColumn
        let name: String
        let definitionMax: UInt8
        var entry = 0
        /// The next value.
        var value = 0
    }

    private var cursors: [Cursor] = []
    /// Which of `cursors` a leaf has.
    private var places: [Int?]

    init(_ leaves: [LeafColumn], _ columns: [Int: NestedColumn]) {
        places = [Int?](repeating: nil, count: leaves.count)
        for (leaf, column) in columns.sorted(by: { $0.key < $1.key }) {
            places[leaf] = cursors.count
            cursors.append(
                Cursor(
                    column: column, name: leaves[leaf].name, definitionMax: UInt8(leaves[leaf].definitionLevelMax)))
        }
    }

    private func place(_ leaf: Int) -> Int {
        guard let place = places[leaf] else { preconditionFailure("the leaves of all shapes are read") }
        return place
    }

    // MARK: Assembly

    mutating func value(_ shape: FieldShape) throws(ParquetError) -> Value {
        switch shape {
        case .leaf(let leaf): return try leafValue(leaf)
        case .structure(let fields, _):
            var values: [Value] = []
            values.reserveCapacity(fields.count)
            for field in fields { values.append(try value(field)) }
            return .structure(values)
        case .optional(let content, let definition, let leaves):
            return try isMissing(below: definition, leaves) ? .null : value(content)
        case .list(let element, let level):
            var elements: [Value] = []
            guard try !isMissing(below: level.definition, level.leaves) else { return .list([]) }
            repeat { elements.append(try value(element)) } while try goesOn(level)
            return .list(elements)
        case .map(let key, let content, let level):
            var entries: [Value.Entry] = []
            guard try !isMissing(below: level.definition, level.leaves) else { return .map([]) }
            repeat {
                let key = try value(key)
                entries.append(Value.Entry(key: key, value: try value(content)))
            } while try goesOn(level)
            return .map(entries)
        }
    }

    private mutating func leafValue(_ leaf: Int) throws(ParquetError) -> Value {
        let place = place(leaf)
        guard try definition(place) == cursors[place].definitionMax else { throw disagree(place) }
        defer {
            cursors[place].entry += 1
            cursors[place].value += 1
        }
        return cursors[place].column.values.value(at: cursors[place].value)
    }

    /// Whether the field is missing here; if so, moves past the entries that say it.
    private mutating func isMissing(below level: UInt8, _ leaves: Range<Int>) throws(ParquetError) -> Bool {
        // A group without columns has nowhere to say that it is missing; nor could a list of such groups end.
        guard let first = leaves.first else { return true }
        let found = try definition(place(first))
        guard found < level else { return false }
        // What it lies in is there, as those before have told.
        guard found == level - 1 else { throw disagree(place(first)) }
        for leaf in leaves {
            let place = place(leaf)
            guard try definition(place) == found else { throw disagree(place) }
            cursors[place].entry += 1
        }
        return true
    }

    /// Whether the list has another element.
    private func goesOn(_ level: FieldShape.Level) throws(ParquetError) -> Bool {
        guard let first = level.leaves.first else { return false }
        let next = repetition(place(first))
        for leaf in level.leaves where repetition(place(leaf)) != next { throw disagree(place(leaf)) }
        // More than the level would go on with a list within an element, which has just been read to its end.
        guard next <= level.repetition else { throw disagree(place(first)) }
        return next == level.repetition
    }

    func checkRowEnd() throws(ParquetError) {
        for place in cursors.indices where repetition(place) != 0 { throw disagree(place) }
    }

    // MARK: Levels

    private func definition(_ place: Int) throws(ParquetError) -> UInt8 {
        let entry = cursors[place].entry
        guard entry < cursors[place].column.entryCount else { throw disagree(place) }
        return cursors[place].column.definitionLevels[entry]
    }

    /// Of the next entry; 0 at the end, where a row would begin.
    private func repetition(_ place: Int) -> UInt8 {
        let entry = cursors[place].entry
        return entry < cursors[place].column.entryCount ? cursors[place].column.repetitionLevels[entry] : 0
    }

    private func disagree(_ place: Int) -> ParquetError {
        .malformed("levels of column \(cursors[place].name) do not go with those of its group; fetch the file again")
    }
}

extension FileReader {
    /// Reads rows as values of the fields of `root`, nested ones put together.
    ///
    /// - Parameters:
    ///   - rowGroup: index into `rowGroups`.
    ///   - rows: within the row group; nil for all.
    ///   - fields: names of fields of `root`, in the order wanted; nil for all. The columns of others are not read.
    /// - Throws: as `read(column:rowGroup:rows:)`; `ParquetError.unsupported` when there is no field of a name,
    ///   or a name comes twice.
    public func records(
        rowGroup: Int, rows: Range<Int>? = nil, fields: [String]? = nil
    ) throws(ParquetError) -> RecordReader {
        let nodes = try fieldNodes(fields)
        var columns: [Int: NestedColumn] = [:]
        for leaf in nodes.flatMap(\.leaves) where columns[leaf] == nil {
            columns[leaf] = try readNested(leaf: leaf, rowGroup: rowGroup, rows: rows)
        }
        return RecordReader(
            nodes.map { FieldShape($0) }, columns, leaves, rows: (rows ?? 0..<rowGroups[rowGroup].rowCount).count,
            rowGroup: rowGroup)
    }

    private func fieldNodes(_ names: [String]?) throws(ParquetError) -> [SchemaNode] {
        guard let names else { return root.children }
        var nodes: [SchemaNode] = []
        for name in names {
            guard let node = root.children.first(where: { $0.name == name }) else {
                throw .unsupported("it has no field \(name)")
            }
            // Each column is gone through once.
            guard !nodes.contains(where: { $0.leaves == node.leaves && !$0.leaves.isEmpty }) else {
                throw .unsupported("field \(name) is asked for twice")
            }
            nodes.append(node)
        }
        return nodes
    }
}
