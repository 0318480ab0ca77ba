import Foundation
import GRDB

// What sampling decided, for rows of these requests that come later. The decisions of one settling are a blob:
//
//     entry = hash of an id (u64) weight (Float64)      both big-endian, 16 bytes

/// What sampling decided on the request that has an id.
public struct SamplingDecision: Sendable, Hashable {
    public let idHash: UInt64
    /// 0 if its rows go, else how many rows each of them stands for.
    public let weight: Double

    public init(idHash: UInt64, weight: Double) {
        self.idHash = idHash
        self.weight = weight
    }
}

extension Catalog {
    private static let entryBytes = 16

    /// The latest decisions, those of one settling together, the last one first.
    ///
    /// - Parameter idsMax: no more settlings are read once there are as many ids.
    public func samplingDecisions(idsMax: Int) throws -> [[SamplingDecision]] {
        try read { db in
            let rows = try Data.fetchCursor(db, sql: "SELECT entries FROM sampling_decision ORDER BY id DESC")
            var found: [[SamplingDecision]] = []
            var ids = 0
            while ids < idsMax, let entries = try rows.next() {
                found.append(Self.decisions([UInt8](entries)))
                ids += found[found.count - 1].count
            }
            return found
        }
    }

    /// Forgets the decisions of the settlings before the latest ones that together have `idsMax` ids.
    public func forgetSamplingDecisions(beyond idsMax: Int) throws {
        try write { db in
            var ids = 0
            for row in try Row.fetchAll(db, sql: "SELECT id, ids FROM sampling_decision ORDER BY id DESC") {
                guard ids < idsMax else {
                    return try db.execute(sql: "DELETE FROM sampling_decision WHERE id <= ?", arguments: [row["id"] as Int64])
                }
                ids += row["ids"]
            }
        }
    }

    /// Makes chunks that are hot like all others, without a look at their rows.
    public func coolDown(_ chunks: [Int64]) throws {
        try write { db in
            for id in chunks { try db.execute(sql: "UPDATE chunk SET hot_since = NULL WHERE id = ?", arguments: [id]) }
        }
    }

    static func insert(_ decisions: [SamplingDecision], _ db: Database) throws {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(decisions.count * entryBytes)
        for decision in decisions {
            for number in [decision.idHash, decision.weight.bitPattern] {
                for shift in stride(from: 56, through: 0, by: -8) {
                    bytes.append(UInt8(truncatingIfNeeded: number >> UInt64(shift)))
                }
            }
        }
        try db.execute(
            sql: "INSERT INTO sampling_decision (ids, entries) VALUES (?, ?)", arguments: [decisions.count, Data(bytes)])
    }

    private static func decisions(_ bytes: [UInt8]) -> [SamplingDecision] {
        func number(_ start: Int) -> UInt64 { bytes[start..<start + 8].reduce(0) { $0 << 8 | UInt64($1) } }
        return stride(from: 0, to: bytes.count - bytes.count % entryBytes, by: entryBytes).map {
            SamplingDecision(idHash: number($0), weight: Double(bitPattern: number($0 + 8)))
        }
    }
}
