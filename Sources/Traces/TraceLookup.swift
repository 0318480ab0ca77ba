public import Records
public import Storage
import Stitching

/// Finds every record of a request from any one of its ids.
///
/// A record can have several correlation ids, such as the request id of the edge and a trace id; each id found leads
/// to further records (`RequestClosure`), until nothing new comes or a limit is reached.
public struct TraceLookup: Sendable {
    private let snapshot: Snapshot
    private let fields: [String]

    /// - Parameter fields: the correlation-id fields, those that the store keeps in its id index.
    public init(snapshot: Snapshot, fields: [String]) {
        self.snapshot = snapshot
        self.fields = fields
    }

    /// The records of the request that has `id`, in time order; none when no record has it.
    ///
    /// - Throws: when a chunk cannot be read.
    public func records(id: String) throws -> [Record] { try records(ids: [id]) }

    /// The records of all requests that have one of `ids`, each once, in time order.
    public func records(ids: [String]) throws -> [Record] {
        var closure = RequestClosure()
        var pending = ids.compactMap { CorrelationIDs.normalise($0) }
        var done: Set<String> = []
        var found: [Record] = []
        while !pending.isEmpty {
            var step: [[RequestClosure.FoundID]] = []
            for id in pending where done.insert(id).inserted {
                for row in try rows(with: id, notWith: done) {
                    found.append(row.record)
                    step.append(row.ids)
                }
            }
            pending = closure.next(after: step).filter { !done.contains($0) }
        }
        return found.sorted { ($0.time ?? 0) < ($1.time ?? 0) }
    }

    private struct Row {
        let record: Record
        let ids: [RequestClosure.FoundID]
    }

    /// The rows with `id`, but for those that have an id looked up before: they were found with it.
    private func rows(with id: String, notWith done: Set<String>) throws -> [Row] {
        []
    }
}
