import Kernels

/// The groups of several surveys put together to requests: groups that have an id in common are one, but for hubs.
struct Requests {
    /// All that is known of a request.
    struct Request {
        var rules: UInt64 = 0
        var rows = 0
        var firstTime = Int64.max
        var threshold: UInt64 = 0
        var randomness: RandomnessSource
        /// Whether it has rows in a chunk that is to be settled.
        var isDue = false
    }

    /// For each survey, for each group, its request.
    private(set) var requestOfGroup: [[UInt32]] = []
    private(set) var requests: [Request] = []
    /// For each id that a group of a due chunk has, and that is no hub: its hash and request.
    private(set) var dueIDs: [(hash: UInt64, request: UInt32)] = []

    private var ids = IntegerTable()
    private var union = UnionFind()

    /// - Parameters:
    ///   - due: how many of the surveys, the first ones, are of chunks to be settled.
    ///   - hubNeighbours: as in `StitchingRules`.
    init(_ surveys: [RequestSurvey], due: Int, hubNeighbours: Int) {
        let nodes = surveys.map { survey in survey.ids.map { ids.insert($0).code } }
        let isHub = Self.hubs(surveys, nodes, idCount: ids.count, hubNeighbours)
        // A group whose ids are all hubs joins nothing, and is a request by itself: a node behind those of ids.
        var nodeOfGroup: [[UInt32]] = []
        var nodeCount = ids.count
        union.grow(to: ids.count)
        for (index, survey) in surveys.enumerated() {
            var own: [UInt32] = []
            for group in survey.groups.indices {
                let range = survey.idRange(of: group)
                let joining = nodes[index][range].filter { !isHub[Int($0)] }
                guard let first = joining.first else {
                    own.append(UInt32(nodeCount))
                    nodeCount += 1
                    continue
                }
                for other in joining.dropFirst() { union.join(first, other) }
                own.append(first)
            }
            nodeOfGroup.append(own)
        }
        union.grow(to: nodeCount)
        number(surveys, nodeOfGroup, due: due)
        noteDueIDs(surveys, nodes, isHub, due: due)
    }

    /// Ids beside more distinct others than one of a request can be.
    private static func hubs(_ surveys: [RequestSurvey], _ nodes: [[UInt32]], idCount: Int, _ hubNeighbours: Int) -> [Bool] {
        var neighbours = [UInt32](repeating: 0, count: idCount)
        var pairs = IntegerTable()
        for (survey, nodes) in zip(surveys, nodes) {
            for group in survey.groups.indices {
                let range = survey.idRange(of: group)
                guard range.count > 1 else { continue }
                for left in range {
                    for right in range where nodes[left] < nodes[right] {
                        guard pairs.insert(UInt64(nodes[left]) << 32 | UInt64(nodes[right])).isNew else { continue }
                        neighbours[Int(nodes[left])] += 1
                        neighbours[Int(nodes[right])] += 1
                    }
                }
            }
        }
        return neighbours.map { $0 > UInt32(hubNeighbours) }
    }

    private mutating func number(_ surveys: [RequestSurvey], _ nodeOfGroup: [[UInt32]], due: Int) {
        var numbers = [UInt32](repeating: .max, count: union.count)
        for (index, survey) in surveys.enumerated() {
            var own: [UInt32] = []
            own.reserveCapacity(survey.groups.count)
            for (group, facts) in survey.groups.enumerated() {
                let root = Int(union.root(nodeOfGroup[index][group]))
                if numbers[root] == .max {
                    numbers[root] = UInt32(requests.count)
                    requests.append(Request(randomness: facts.randomness))
                }
                let request = Int(numbers[root])
                requests[request].rules |= facts.rules
                requests[request].rows += Int(facts.rows)
                requests[request].firstTime = min(requests[request].firstTime, facts.firstTime)
                requests[request].threshold = max(requests[request].threshold, facts.threshold)
                requests[request].randomness = min(requests[request].randomness, facts.randomness)
                if index < due { requests[request].isDue = true }
                own.append(numbers[root])
            }
            requestOfGroup.append(own)
        }
    }

    private mutating func noteDueIDs(_ surveys: [RequestSurvey], _ nodes: [[UInt32]], _ isHub: [Bool], due: Int) {
        var isNoted = [Bool](repeating: false, count: ids.count)
        for (index, survey) in surveys.enumerated() {
            for group in survey.groups.indices where requests[Int(requestOfGroup[index][group])].isDue {
                for place in survey.idRange(of: group) {
                    let node = Int(nodes[index][place])
                    if isHub[node] || isNoted[node] { continue }
                    isNoted[node] = true
                    dueIDs.append((survey.ids[place], requestOfGroup[index][group]))
                }
            }
        }
    }
}

/// Disjoint sets of numbers from 0, by size and with paths halved.
struct UnionFind {
    private var parents: [UInt32] = []
    private var sizes: [UInt32] = []

    var count: Int { parents.count }

    mutating func grow(to count: Int) {
        while parents.count < count {
            parents.append(UInt32(parents.count))
            sizes.append(1)
        }
    }

    mutating func root(_ number: UInt32) -> UInt32 {
        var number = number
        while parents[Int(number)] != number {
            parents[Int(number)] = parents[Int(parents[Int(number)])]
            number = parents[Int(number)]
        }
        return number
    }

    mutating func join(_ left: UInt32, _ right: UInt32) {
        var (left, right) = (root(left), root(right))
        guard left != right else { return }
        if sizes[Int(left)] < sizes[Int(right)] { swap(&left, &right) }
        parents[Int(right)] = left
        sizes[Int(left)] += sizes[Int(right)]
    }
}
