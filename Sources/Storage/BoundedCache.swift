import Synchronization

/// Values by key, as many as fit into some memory. To make room, those go that nobody has asked for of late (CLOCK: a hand
/// goes around, and takes what was not used since it last came by).
public final class BoundedCache<Key: Hashable & Sendable, Value: Sendable>: Sendable {
    private struct Entry {
        let key: Key
        let value: Value
        let bytes: Int
        var wasUsed = false
    }

    private struct State {
        var places: [Key: Int] = [:]
        var entries: [Entry?] = []
        var freePlaces: [Int] = []
        var hand = 0
        var counts = CacheCounts()
    }

    /// Memory of all values, roughly; 0 keeps none.
    public let bytesMax: Int
    private let state = Mutex(State())

    public init(bytesMax: Int) { self.bytesMax = bytesMax }

    public var counts: CacheCounts { state.withLock { $0.counts } }

    /// The value of a key; nil when it is not there.
    public func value(_ key: Key) -> Value? {
        guard bytesMax > 0 else { return nil }
        return state.withLock { state in
            guard let place = state.places[key] else {
                state.counts.misses += 1
                return nil
            }
            state.counts.hits += 1
            state.entries[place]?.wasUsed = true
            return state.entries[place]?.value
        }
    }

    /// Keeps a value, unless it alone takes more than an eighth of the memory.
    ///
    /// - Parameter bytes: what it takes.
    public func keep(_ value: Value, for key: Key, bytes: Int) {
        guard bytes <= bytesMax / 8 else { return }
        state.withLock { state in
            guard state.places[key] == nil else { return }
            while state.counts.bytes + bytes > bytesMax { Self.evict(&state) }
            let entry = Entry(key: key, value: value, bytes: bytes)
            if let place = state.freePlaces.popLast() {
                state.entries[place] = entry
                state.places[key] = place
            } else {
                state.places[key] = state.entries.count
                state.entries.append(entry)
            }
            state.counts.bytes += bytes
            state.counts.entries += 1
        }
    }

    /// - Parameter isGone: of which keys nobody will ask again.
    public func removeAll(where isGone: (Key) -> Bool) {
        state.withLock { state in
            for place in state.entries.indices where state.entries[place].map({ isGone($0.key) }) == true {
                Self.remove(place, &state)
            }
        }
    }

    private static func evict(_ state: inout State) {
        while true {
            let place = state.hand
            state.hand = (place + 1) % state.entries.count
            guard state.entries[place] != nil else { continue }
            if state.entries[place]?.wasUsed == true {
                state.entries[place]?.wasUsed = false
                continue
            }
            remove(place, &state)
            state.counts.evictions += 1
            return
        }
    }

    private static func remove(_ place: Int, _ state: inout State) {
        guard let entry = state.entries[place] else { return }
        state.places[entry.key] = nil
        state.entries[place] = nil
        state.freePlaces.append(place)
        state.counts.bytes -= entry.bytes
        state.counts.entries -= 1
    }
}

/// What a cache holds, and what became of the questions to it since it was made.
public struct CacheCounts: Sendable, Equatable {
    public var hits = 0
    public var misses = 0
    /// Values that went to make room.
    public var evictions = 0
    public var entries = 0
    /// Memory that they take.
    public var bytes = 0

    public init() {}
}
