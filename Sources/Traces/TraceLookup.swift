public import Records
import Stitching
public import Storage

/// Finds every record of a request from any one of its ids.
///
/// A record can have several correlation ids, such as the request id of the edge and a trace id; each id found leads
/// to further records (`RequestClosure`), until nothing new comes or a limit is reached.
public struct TraceLookup: Sendable {
    /// Records of one request. A request with more is an error that says so.
    public static let recordsMax = 200_000
    /// Memory of the records of one request. A request with more is the same error.
    public static let recordBytesMax = 256 << 20

    private let snapshot: Snapshot
    private let fields: [String]

    /// - Parameter fields: the correlation-id fields, those that the store keeps in its id index.
    public init(snapshot: Snapshot, fields: [String]) {
        self.snapshot = snapshot
        self.fields = fields
    }

    /// The records of the request that has `id`, in time order; none when no record has it.
    ///
    /// - Parameter id: an id, or a header that holds one.
    /// - Throws: `TraceTooLarge`, or when a chunk cannot be read.
    public func records(id: String) throws -> [Record] { try records(ids: [id]) }

    /// The records of all requests that have one of `ids`, each once, in time order.
    ///
    /// - Parameter check: asked again and again; the lookup ends with what it throws.
    public func records(ids: [String], check: () throws -> Void = {}) throws -> [Record] {
        var closure = RequestClosure(ids.compactMap(CorrelationIDs.normalise(typed:)))
        var visited: Set<String> = []
        var records: [Record] = []
        var bytes = 0
        while let id = closure.next() {
            let found = try snapshot.locate(id: id).map { location in
                try check()
                return try Candidates(location, id: id, fields: fields)
            }
            let neighbours = found.reduce(into: Set()) { $0.formUnion($1.ids.values.joined()) }
            guard closure.visit(id, neighbours: neighbours) else { continue }
            for candidates in found {
                let new = try candidates.records(without: visited)
                bytes += new.reduce(0) { $0 + $1.memoryBytes }
                records += new
                guard records.count <= Self.recordsMax, bytes <= Self.recordBytesMax else { throw TraceTooLarge() }
            }
            visited.insert(id)
        }
        return records.sorted { ($0.time ?? 0) < ($1.time ?? 0) }
    }
}

/// The rows with an id on one page of a chunk, or in one batch of the memtable.
private struct Candidates {
    private let location: Snapshot.Location
    /// All ids of each row that has the one in question.
    let ids: [Int: Set<String>]

    init(_ location: Snapshot.Location, id: String, fields: [String]) throws {
        self.location = location
        let columns = try fields.map { ($0, try location.segment.column($0, rows: location.rows)) }
        var ids: [Int: Set<String>] = [:]
        for (field, column) in columns {
            for row in CorrelationIDs.rows(with: id, in: column, field: field) where ids[row] == nil {
                ids[row] = Set(
                    columns.compactMap { field, column in
                        column.text(row).flatMap { CorrelationIDs.normalise($0, field: field) }
                    })
            }
        }
        self.ids = ids
    }

    /// The records of the rows but for those with an id visited before: they were taken with it.
    func records(without visited: Set<String>) throws -> [Record] {
        let rows = ids.filter { $0.value.isDisjoint(with: visited) }.keys.sorted()
        guard let first = rows.first, let last = rows.last else { return [] }
        let start = location.rows.lowerBound + first
        let range = start..<location.rows.lowerBound + last + 1
        let columns = try location.segment.fieldNames.map { ($0, try location.segment.column($0, rows: range)) }
        return rows.map { row in
            var time: Int64?
            var fields: [Record.Field] = []
            for (name, column) in columns {
                if name == FieldNames.time, case .timestamp(let times) = column.values { time = times[row - first] }
                if let value = column.value(row - first) { fields.append(Record.Field(name, value)) }
            }
            return Record(time: time, fields: fields)
        }
    }
}

/// A request has more records than `TraceLookup.recordsMax`.
public struct TraceTooLarge: Error, CustomStringConvertible {
    public var description: String {
        "cannot show the trace: it has more than \(TraceLookup.recordsMax) records or \(TraceLookup.recordBytesMax >> 20) MiB; use a query on the id instead"
    }
}
