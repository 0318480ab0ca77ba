/// How often a field comes in its group (Parquet format, "Nested Encoding").
public enum Repetition: Sendable, Hashable { case required, optional, repeated }

/// A field of a file's schema: a column, or a group of fields.
public struct SchemaNode: Sendable, Hashable {
    public enum Kind: Sendable, Hashable {
        /// A column.
        case leaf(PhysicalType)
        case group([SchemaNode])
    }

    public let name: String
    public let repetition: Repetition
    public let logicalType: LogicalType?
    /// A number by which some table formats know the field, whatever its name.
    public let fieldID: Int?
    public let kind: Kind
    /// The definition level from which on the field has a value: how many of the fields from the root to here are
    /// optional or repeated.
    public let definitionLevel: Int
    /// How many of the fields from the root to here are repeated.
    public let repetitionLevel: Int
    /// The columns at and below the field, as indices into the leaves of the file.
    public let leaves: Range<Int>

    /// The fields of a group; none of a column.
    public var children: [SchemaNode] { if case .group(let children) = kind { children } else { [] } }
}

/// A leaf of a file's schema, nested or not.
public struct LeafColumn: Sendable, Hashable {
    /// The names of the groups that it lies in, and its own.
    public let path: [String]
    public let type: PhysicalType
    public let logicalType: LogicalType?
    /// The definition level of an entry that has a value.
    public let definitionLevelMax: Int
    public let repetitionLevelMax: Int

    /// The path with dots.
    public var name: String { path.joined(separator: ".") }
}
