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

    public init(snapshot: Snapshot) { self.snapshot = snapshot }

    /// The request that has `id`; one without records when no record has it.
    ///
    /// - Parameter id: an id, or a header that holds one.
    /// - Throws: `TraceTooLarge`, or when a chunk cannot be read.
    public func request(id: String, check: () throws -> Void = {}) throws -> StitchedRequest {
        try request(ids: [id], check: check)
    }

    /// All requests that have one of `ids`, each record once, in time order.
    ///
    /// - Parameter check: asked again and again; the lookup ends with what it throws.
    public func request(ids: [String], check: () throws -> Void = {}) throws -> StitchedRequest {
        let asked = ids.compactMap(CorrelationIDs.normalise(typed:))
        var closure = RequestClosure(asked, hubNeighbours: snapshot.stitching.hubNeighbours)
        var request = StitchedRequest()
        for id in asked { request.links.append(StitchLink(id: id, from: nil, proof: nil)) }
        var visited: Set<String> = []
        var linked = Set(asked)
        var bytes = 0
        while let id = closure.next() {
            let found = try records(of: id, closure, check)
            guard closure.visit(id, neighbours: found.neighbours.keys) else { continue }
            for candidates in found.candidates {
                let new = try candidates.records(without: visited)
                bytes += new.reduce(0) { $0 + $1.memoryBytes }
                request.records += new
                guard request.records.count <= Self.recordsMax, bytes <= Self.recordBytesMax else { throw TraceTooLarge() }
            }
            visited.insert(id)
            // One that was asked for, and joins nothing.
            if closure.hubs.contains(id) { continue }
            for (neighbour, place) in found.neighbours.sorted(by: { $0.key < $1.key }) where closure.contains(neighbour) && linked.insert(neighbour).inserted {
                let proof = try found.candidates[place.candidates].proof(place.row)
                request.links.append(StitchLink(id: neighbour, from: id, proof: proof))
            }
        }
        request.hubs = closure.hubs
        request.isCut = closure.isCut
        request.records.sort { ($0.time ?? 0) < ($1.time ?? 0) }
        return request
    }

    private struct Found {
        var candidates: [Candidates] = []
        /// Other ids in the same records, each with the first of them.
        var neighbours: [String: (candidates: Int, row: Int)] = [:]
    }

    /// Of a hub no more than shows that it is one.
    private func records(of id: String, _ closure: RequestClosure, _ check: () throws -> Void) throws -> Found {
        var found = Found()
        for location in try snapshot.locate(id: id) {
            try check()
            let candidates = try Candidates(location, id: id, snapshot.stitching)
            for (row, ids) in candidates.ids {
                for other in ids where other != id && found.neighbours[other] == nil {
                    found.neighbours[other] = (found.candidates.count, row)
                }
            }
            found.candidates.append(candidates)
            if closure.isSettled(id, neighbourCount: found.neighbours.count) { break }
        }
        return found
    }
}

/// The records of a request, and how they were found to belong together.
public struct StitchedRequest: Sendable {
    /// In time order.
    public fileprivate(set) var records: [Record] = []
    /// The ids of the request: first those that were asked for, then each after the one that led to it.
    public fileprivate(set) var links: [StitchLink] = []
    /// Ids that stand beside too many others to join anything.
    public fileprivate(set) var hubs: [String] = []
    /// Whether it has more than `RequestClosure.idsMax` ids, of which the others were not followed.
    public fileprivate(set) var isCut = false
}

/// An id of a request, and what led to it.
public struct StitchLink: Sendable {
    public let id: String
    /// Nil for an id that was asked for.
    public let from: String?
    /// A record that has both: its time, service and the fields with ids.
    public let proof: Record?
}

/// The rows with an id on one page of a chunk, or in one batch of the memtable.
private struct Candidates {
    private let location: Snapshot.Location
    private let columns: [(field: String, column: ColumnVector)]
    /// All ids of each row that has the one in question, by row.
    let ids: [(row: Int, ids: Set<String>)]

    init(_ location: Snapshot.Location, id: String, _ rules: StitchingRules) throws {
        self.location = location
        columns = try location.segment.fieldNames.filter(rules.hasIDs).map { ($0, try location.segment.column($0, rows: location.rows)) }
        var ids: [Int: Set<String>] = [:]
        for (field, column) in columns {
            for row in rules.rows(with: id, in: column, field: field) where ids[row] == nil {
                ids[row] = Set(columns.flatMap { field, column in column.text(row).map { rules.ids(in: $0, field: field) } ?? [] })
            }
        }
        self.ids = ids.sorted { $0.key < $1.key }.map { ($0.key, $0.value) }
    }

    /// What of a record shows that its ids belong together.
    func proof(_ row: Int) throws -> Record {
        let place = location.rows.lowerBound + row..<location.rows.lowerBound + row + 1
        var time: Int64?
        if case .timestamp(let times) = try location.segment.column(FieldNames.time, rows: place).values { time = times.first }
        var fields = time.map { [Record.Field(FieldNames.time, FieldValue(Timestamp.text($0)))] } ?? []
        if let service = try location.segment.column(FieldNames.service, rows: place).value(0) {
            fields.append(Record.Field(FieldNames.service, service))
        }
        for (field, column) in columns { if let value = column.value(row) { fields.append(Record.Field(field, value)) } }
        return Record(time: time, fields: fields)
    }

    /// The records of the rows but for those with an id visited before: they were taken with it.
    func records(without visited: Set<String>) throws -> [Record] {
        let rows = ids.filter { $0.ids.isDisjoint(with: visited) }.map(\.row)
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
