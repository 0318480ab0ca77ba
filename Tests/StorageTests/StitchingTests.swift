import Foundation
import Kernels
import Records
import Stitching
import SystemIO
import TestSupport
import Testing
import Traces

@testable import Storage

/// Requests found from any of their ids, wherever their records are, against sets of ids joined one by one.
@Suite struct StitchedRequestTests {
    private let folder: TemporaryDirectory
    private let clock = ManualClock(now: RandomRows.firstDay + 9 * RandomRows.day)

    init() throws { folder = try TemporaryDirectory() }

    /// A record: its ids, and how it is written.
    private struct Line {
        let seq: Int
        let ids: Set<String>
        let text: String
    }

    private static func line(_ seq: Int, _ ids: [String], _ random: inout SeededRandom) -> Line {
        let time = RandomRows.firstDay + Int64(random.below(4)) * RandomRows.day + Int64(random.below(1_000)) * 1_000_000_000
        var fields = ["\"time\":\"\(Timestamp.text(time))\"", "\"seq\":\(seq)", "\"service\":\"s\(random.below(3))\""]
        // Each id in another field, in a URL, in a header, or in capitals.
        for (place, id) in ids.enumerated() {
            let shown = random.chance(20) ? id.uppercased() : id
            switch (place, random.below(3)) {
            case (0, 0): fields.append("\"trace_id\":\"\(shown)\"")
            case (0, 1): fields.append("\"url\":\"https://shop/cart?item=1&request_id=\(shown)\"")
            case (0, _): fields.append("\"http.request.header.x_correlation_id\":\"\(shown)\"")
            case (1, _): fields.append("\"request_id\":\"\(shown)\"")
            default: fields.append("\"correlation_id\":\"\(shown)\"")
            }
        }
        return Line(seq: seq, ids: Set(ids), text: "{" + fields.joined(separator: ",") + "}")
    }

    /// Records of small requests, and of hubs that stand beside many ids.
    private static func lines(_ random: inout SeededRandom) -> [Line] {
        var lines: [Line] = []
        for request in 0..<60 {
            let ids = (0..<random.below(4) + 1).map { "id-\(request)-\($0)" }
            for _ in 0..<random.below(6) + 1 {
                let first = random.below(ids.count)
                var some = [ids[first]]
                if random.chance(50) { some.append(ids[(first + 1) % ids.count]) }
                if random.chance(15) { some.append("hub-\(random.below(2))") }
                lines.append(line(lines.count, Array(Set(some)).sorted(), &random))
            }
        }
        for request in 0..<60 { lines.append(line(lines.count, ["id-\(request)-0", "hub-\(request % 2)"].sorted(), &random)) }
        return lines.shuffled(using: &random)
    }

    /// The records of the request of an id, by joining until nothing new comes.
    private static func naive(_ id: String, _ lines: [Line], hubNeighbours: Int) -> Set<Int> {
        func neighbours(_ id: String) -> Set<String> {
            lines.filter { $0.ids.contains(id) }.reduce(into: Set()) { $0.formUnion($1.ids) }.subtracting([id])
        }
        var (known, queue, taken): (Set<String>, [String], Set<String>) = ([id], [id], [])
        while let next = queue.popLast() {
            let beside = neighbours(next)
            guard beside.count <= hubNeighbours else {
                if next == id { taken.insert(next) }
                continue
            }
            taken.insert(next)
            for other in beside where known.insert(other).inserted { queue.append(other) }
        }
        return Set(lines.filter { !$0.ids.isDisjoint(with: taken) }.map(\.seq))
    }

    @Test(arguments: 0..<3) func findsTheWholeRequestFromAnyID(_: Int) throws {
        var random = SeededRandom.seeded()
        var options = StoreOptions(stitching: StitchingRules(hubNeighbours: 20))
        options.rowGroupRows = 32
        options.pageRows = 8
        let store = try Store(folder: folder.path, options: options, fileSystem: SimulatedFileSystem(), clock: clock)
        let lines = Self.lines(&random)
        var deleted: Set<Int> = []
        for (number, line) in lines.enumerated() {
            try store.append(batch(line.text))
            if random.oneIn(40) { try store.seal() }
            if random.oneIn(80) { _ = try store.compactIfDue() }
            if random.oneIn(90) { _ = try store.catalog.mergeIndex(entriesMax: 20) }
            guard random.oneIn(100) else { continue }
            // A record in the middle of some request goes.
            let gone = lines[random.below(number + 1)].seq
            _ = try store.delete(
                Deletion(query: "", who: "", times: nil) { segment, rows in
                    let seqs = try segment.column("seq", rows: rows)
                    var found = Bitmap(repeating: false, count: rows.count)
                    for row in 0..<rows.count { found[row] = seqs.text(row) == String(gone) }
                    return found
                })
            deleted.insert(gone)
        }
        let all = lines.filter { !deleted.contains($0.seq) }
        for id in Set(all.flatMap(\.ids)).sorted() {
            let request = try TraceLookup(snapshot: store.snapshot()).request(id: id)
            let seqs = request.records.compactMap { $0.text("seq").flatMap { Int($0) } }
            #expect(Set(seqs).count == seqs.count, "each record once")
            #expect(Set(seqs) == Self.naive(id, all, hubNeighbours: 20), "\(id)")
            expectProof(request)
        }
    }

    /// Each id but that asked for was led to by a record that has both, and hubs lead nowhere.
    private func expectProof(_ request: StitchedRequest) {
        var known: Set<String> = []
        for link in request.links {
            defer { known.insert(link.id) }
            guard let from = link.from else { continue }
            #expect(known.contains(from) && !request.hubs.contains(from))
            let ids = link.proof?.fields.flatMap { StitchingRules.standard.ids(in: $0.value.text, field: $0.name) } ?? []
            #expect(ids.contains(from) && ids.contains(link.id))
        }
        #expect(Set(request.links.map(\.id)).count == request.links.count)
    }

    @Test func idFieldsCanChangeWhileItRuns() throws {
        let store = try Store(folder: folder.path, options: StoreOptions(), fileSystem: SimulatedFileSystem(), clock: clock)
        try store.append(batch(#"{"order_id":"o-1","trace_id":"t-1","seq":1}"#))
        func seqs(_ id: String) throws -> [String] {
            try TraceLookup(snapshot: store.snapshot()).request(id: id).records.compactMap { $0.text("seq") }
        }
        #expect(try seqs("o-1") == [])
        store.use(StitchingRules(ids: ["order_id"]))
        #expect(try seqs("o-1") == ["1"], "rows in memory are looked at with the new rules")
        try store.seal()
        #expect(try seqs("O-1") == ["1"])
    }

    @Test func aRequestOfTooManyIDsSaysSo() throws {
        var options = StoreOptions()
        options.pageRows = 8
        let store = try Store(folder: folder.path, options: options, fileSystem: SimulatedFileSystem(), clock: clock)
        let chain = (0..<1_100).map { #"{"trace_id":"t-\#($0)","request_id":"t-\#($0 + 1)","seq":\#($0)}"# }
        try store.append(batch(chain.joined(separator: "\n")))
        try store.seal()
        let request = try TraceLookup(snapshot: store.snapshot()).request(id: "t-0")
        #expect(request.isCut && request.links.count == RequestClosure.idsMax)
        #expect(StitchingText.render(request).hasSuffix("not followed: more ids, the request has too many\n"))
    }

    @Test func showsWhatLedToWhat() throws {
        let store = try Store(
            folder: folder.path, options: StoreOptions(stitching: StitchingRules(hubNeighbours: 2)),
            fileSystem: SimulatedFileSystem(), clock: clock)
        let hub = (0..<4).map { #"{"time":"2024-03-01T12:00:0\#($0)Z","service":"web","trace_id":"t-\#($0)","correlation_id":"tenant"}"# }
        try store.append(batch(hub.joined(separator: "\n")))
        try store.append(
            batch(#"{"time":"2024-03-01T12:00:09Z","service":"edge","url":"/cart?request_id=R-1","trace_id":"t-1"}"#))
        let request = try TraceLookup(snapshot: store.snapshot()).request(id: "R-1")
        #expect(
            StitchingText.render(request) == """
                r-1  asked for
                  t-1  in a record of edge at 2024-03-01T12:00:09Z: url=/cart?request_id=R-1 trace_id=t-1
                    tenant  in a record of web at 2024-03-01T12:00:01Z: trace_id=t-1 correlation_id=tenant
                not followed: tenant, it stands beside too many other ids

                """)
        #expect(
            StitchingText.json(request) == #"""
                {"ids":[{"id":"r-1"},{"id":"t-1","from":"r-1","record":{"time":"2024-03-01T12:00:09Z","service":"edge","url":"/cart?request_id=R-1","trace_id":"t-1"}},{"id":"tenant","from":"t-1","record":{"time":"2024-03-01T12:00:01Z","service":"web","trace_id":"t-1","correlation_id":"tenant"}}],"hubs":["tenant"],"cut":false}
                """#)
    }
}
