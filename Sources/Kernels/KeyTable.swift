/// What the names of a line stand for, found by their bytes: the direct parsers' way from a key to a column.
///
/// A node is a key within a parent (0 is the line itself), so that nested names need not be joined for a lookup.
/// Open addressing; a slot holds a node's number plus one.
struct KeyTable {
    /// What a value under the key does, beside going to a column.
    enum Role: UInt8 {
        case plain
        /// The time of the row.
        case time
        /// Nanoseconds since the epoch: the time of the row unless it has one.
        case startTime
    }

    struct Node {
        let parent: UInt32
        let hash: UInt64
        let nameStart: Int
        let nameCount: Int
        /// Bytes of the name with those of its parents and the dots between.
        let dottedCount: Int
        /// Whether `role` and `column` are known: from the first value on, since a name may be that of objects only.
        var isResolved = false
        var role = Role.plain
        /// The column by the name that the key stands for; none for the time.
        var column = -1
        /// The column by its own name, the same where the key is no alias; -1 until it is needed.
        var ownColumn = -1
    }

    private(set) var nodes: UnsafeMutablePointer<Node>
    private(set) var count = 0
    private var nodeCapacity = 256
    private var names: UnsafeMutablePointer<UInt8>
    private var nameBytes = 0
    private var nameCapacity = 4_096
    private var slots: UnsafeMutablePointer<UInt32>
    private var slotMask = 1_023
    /// Another one for each table, so that nobody can choose keys that fall on one slot.
    private let seed = UInt64.random(in: .min ... .max)

    init() {
        nodes = .allocate(capacity: nodeCapacity)
        names = .allocate(capacity: nameCapacity)
        slots = .allocate(capacity: slotMask + 1)
        slots.initialize(repeating: 0, count: slotMask + 1)
        // The root, whose number is 0: the parent of all names at the top.
        append(Node(parent: 0, hash: 0, nameStart: 0, nameCount: 0, dottedCount: 0))
    }

    func deallocate() {
        nodes.deallocate()
        names.deallocate()
        slots.deallocate()
    }

    mutating func removeAll() {
        slots.update(repeating: 0, count: slotMask + 1)
        count = 1
        nameBytes = 0
    }

    /// The node of a key, made if there is none.
    ///
    /// - Parameter name: the bytes of the key, without escapes.
    @inline(__always)
    mutating func node(parent: UInt32, _ name: UnsafePointer<UInt8>, _ nameCount: Int) -> Int {
        let hash = hashWord(hash64(name, nameCount) ^ seed &+ UInt64(parent))
        var slot = Int(truncatingIfNeeded: hash) & slotMask
        while true {
            let entry = slots[slot]
            if entry == 0 { return insert(parent, name, nameCount, hash, slot: slot) }
            let number = Int(entry) - 1
            let node = nodes + number
            if node.pointee.hash == hash, node.pointee.parent == parent, node.pointee.nameCount == nameCount,
                equal(names + node.pointee.nameStart, name, nameCount)
            {
                return number
            }
            slot = (slot &+ 1) & slotMask
        }
    }

    @inline(never)
    private mutating func insert(
        _ parent: UInt32, _ name: UnsafePointer<UInt8>, _ nameCount: Int, _ hash: UInt64, slot: Int
    ) -> Int {
        if nameBytes + nameCount > nameCapacity {
            let capacity = max(nameCapacity * 2, nameBytes + nameCount)
            names = moved(names, count: nameBytes, capacity: capacity)
            nameCapacity = capacity
        }
        (names + nameBytes).update(from: name, count: nameCount)
        let dottedCount = nameCount + (parent == 0 ? 0 : nodes[Int(parent)].dottedCount + 1)
        append(
            Node(
                parent: parent, hash: hash, nameStart: nameBytes, nameCount: nameCount, dottedCount: dottedCount))
        nameBytes += nameCount
        slots[slot] = UInt32(count)
        if count * 2 > slotMask { growSlots() }
        return count - 1
    }

    private mutating func append(_ node: Node) {
        if count == nodeCapacity {
            nodes = moved(nodes, count: count, capacity: nodeCapacity * 2)
            nodeCapacity *= 2
        }
        (nodes + count).initialize(to: node)
        count += 1
    }

    private mutating func growSlots() {
        slots.deallocate()
        slotMask = slotMask * 2 + 1
        slots = .allocate(capacity: slotMask + 1)
        slots.initialize(repeating: 0, count: slotMask + 1)
        for number in 1..<count {
            var slot = Int(truncatingIfNeeded: nodes[number].hash) & slotMask
            while slots[slot] != 0 { slot = (slot + 1) & slotMask }
            slots[slot] = UInt32(number + 1)
        }
    }

    /// The key with the keys around it, joined by dots.
    func dottedName(_ number: Int) -> String {
        var parts: [String] = []
        var number = number
        while number != 0 {
            let node = nodes[number]
            parts.append(
                String(decoding: UnsafeBufferPointer(start: names + node.nameStart, count: node.nameCount), as: UTF8.self))
            number = Int(node.parent)
        }
        return parts.reversed().joined(separator: ".")
    }
}
