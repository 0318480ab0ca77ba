import Parquet
import Records

/// The columns of a chunk, known before its first row group is written.
struct ChunkPlan {
    /// All but `_rest`; the time is first.
    private(set) var own: [ColumnSchema]
    private(set) var kinds = ChunkColumnKinds()

    init() {
        own = [
            ColumnSchema(
                name: ChunkNames.time, type: .int64, logicalType: .timestamp(unit: .nanoseconds, isAdjustedToUTC: true),
                isOptional: false)
        ]
    }

    /// - Parameter valueKinds: those that occur among the values.
    mutating func append(
        _ name: String, _ type: PhysicalType, _ logicalType: LogicalType?, valueKinds: ValueKinds
    ) {
        insert(name, type, logicalType, valueKinds: valueKinds, at: own.count)
    }

    /// - Parameter valueKinds: those that occur among the values.
    mutating func insert(
        _ name: String, _ type: PhysicalType, _ logicalType: LogicalType?, valueKinds: ValueKinds, at place: Int
    ) {
        if type == .byteArray { kinds.note(name, valueKinds) }
        own.insert(ColumnSchema(name: name, type: type, logicalType: logicalType, isOptional: true), at: place)
    }

    /// Adds the column of distances to parent spans; no other has its name.
    mutating func insertParentOffsets(at place: Int) {
        kinds.parentOffsets = ChunkNames.parentRowOffset
        own.insert(ColumnSchema(name: ChunkNames.parentRowOffset, type: .int32, isOptional: true), at: place)
    }

    /// Where the column of distances to parent spans is.
    var parentOffsets: Int? { kinds.parentOffsets.flatMap { name in own.firstIndex { $0.name == name } } }

    /// The fields that have a column of their own.
    var fieldNames: [String] { own.map(\.name).filter { $0 != kinds.parentOffsets } }

    /// Adds the column of fields that have none of their own.
    mutating func appendRest() { kinds.rest = ChunkNames.rest }

    var hasRest: Bool { kinds.rest != nil }

    /// Of all columns, `_rest` last.
    var schema: [ColumnSchema] { own + (hasRest ? [Self.rest] : []) }

    private static let rest = ColumnSchema(
        name: ChunkNames.rest, type: .byteArray, logicalType: .string, isOptional: true)
}
