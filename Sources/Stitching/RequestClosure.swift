/// Which ids belong to one request: from the ids asked for, over records that have several, to all that are joined.
///
/// An id with many distinct neighbours is a *hub* (a session, a user, a tenant): it can be asked for, but joins nothing.
public struct RequestClosure {
    /// Distinct other ids beside which an id may stand before it counts as a hub.
    public static let neighboursMax = 50
    /// Ids of one request.
    public static let idsMax = 1_000

    private var known: Set<String>
    private let asked: Set<String>
    private var pending: [String]

    /// - Parameter ids: normalised, those that were asked for.
    public init(_ ids: [String]) {
        asked = Set(ids)
        known = asked
        pending = ids.reversed()
    }

    /// The next id whose records are to be looked up; nil when there is none left.
    public mutating func next() -> String? { pending.popLast() }

    /// Takes the ids found beside `id`; returns whether the records of `id` belong to the request.
    public mutating func visit(_ id: String, neighbours: Set<String>) -> Bool {
        let isHub = neighbours.subtracting([id]).count > Self.neighboursMax
        guard !isHub else { return asked.contains(id) }
        for neighbour in neighbours.sorted() where known.count < Self.idsMax {
            if known.insert(neighbour).inserted { pending.append(neighbour) }
        }
        return true
    }
}
