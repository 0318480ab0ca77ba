/// Which ids belong to one request: from the ids asked for, over records that have several, to all that are joined. Breadth
/// first, so that what leads from an id asked for to another is as short as can be.
///
/// An id with many distinct neighbours is a *hub* (a session, a user, a tenant): it can be asked for, but joins nothing.
public struct RequestClosure {
    /// Ids of one request.
    public static let idsMax = 1_000

    /// The ids that were met and found to be hubs.
    public private(set) var hubs: [String] = []
    /// Whether there are more ids than `idsMax`.
    public private(set) var isCut = false

    private let hubNeighbours: Int
    private var known: Set<String>
    private let asked: Set<String>
    private var queue: [String]
    private var position = 0

    /// - Parameters:
    ///   - ids: normalised, those that were asked for.
    ///   - hubNeighbours: as in `StitchingRules`.
    public init(_ ids: [String], hubNeighbours: Int = StitchingRules.hubNeighboursStandard) {
        asked = Set(ids)
        known = asked
        queue = ids
        self.hubNeighbours = hubNeighbours
    }

    /// The next id whose records are to be looked up; nil when there is none left.
    public mutating func next() -> String? {
        guard position < queue.count else { return nil }
        defer { position += 1 }
        return queue[position]
    }

    /// Whether an id is one of the request.
    public func contains(_ id: String) -> Bool { known.contains(id) }

    /// Whether nothing more need be known of an id beside which these stand: it is a hub, and was not asked for.
    public func isSettled(_ id: String, neighbourCount: Int) -> Bool { neighbourCount > hubNeighbours && !asked.contains(id) }

    /// Takes the other ids found beside `id`; returns whether the records of `id` belong to the request.
    public mutating func visit(_ id: String, neighbours: some Collection<String>) -> Bool {
        guard neighbours.count <= hubNeighbours else {
            hubs.append(id)
            return asked.contains(id)
        }
        for neighbour in neighbours.sorted() where !known.contains(neighbour) {
            guard known.count < Self.idsMax else {
                isCut = true
                break
            }
            known.insert(neighbour)
            queue.append(neighbour)
        }
        return true
    }
}
