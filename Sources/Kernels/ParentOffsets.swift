// Which row is the parent of which, by their ids: from `parent_span_id` to a distance between rows.
//
// A hash table of the spans of a run of rows, open addressing with linear probing, at most half full:
//
//     slot = index into `spans` + 1, 0 when free        spans[i] = row, hash of trace and id, where the id lies

/// For rows that name a parent, how far away it is.
public struct ParentOffsets: Sendable {
    /// Row of the parent less row of the child, for each row that has a 1 in `found`.
    public private(set) var offsets: [Int32] = []
    public private(set) var found: Bitmap

    /// - Parameter rowCount: of all rows that will be looked at.
    public init(rowCount: Int) { found = Bitmap(repeating: false, count: rowCount) }

    /// Looks for the parents of `rows` among `rows`; to be called for runs of rows that rise.
    ///
    /// A parent is the first span with the id that the child names and with the trace that it has.
    /// - Parameters:
    ///   - ids: of the rows themselves.
    ///   - parents: the ids that they name. An empty one is none.
    ///   - traces: what else must be the same; nil for nothing.
    ///   - isSpan: which rows can be a parent; nil for all with an id.
    public mutating func find(_ rows: Range<Int>, ids: RowTexts, parents: RowTexts, traces: RowTexts?, isSpan: Bitmap?) {
        precondition(ids.rowCount == found.count)
        precondition(parents.rowCount == found.count)
        precondition(traces == nil || traces?.rowCount == found.count)
        precondition(isSpan == nil || isSpan?.count == found.count)
        precondition(rows.lowerBound >= 0 && rows.upperBound <= found.count && rows.count <= Int(Int32.max))
        let traceHashes = traces.map { hashes($0, rows) }
        ids.bytes.withUnsafeBufferPointer { idBytes in
            var table = SpanTable(idBytes, spansMax: rows.count)
            defer { table.deallocate() }
            var cursor = RowTextCursor(ids, row: rows.lowerBound)
            for row in rows {
                guard let id = cursor.next(), !id.isEmpty, isSpan?[row] ?? true else { continue }
                table.insert(row, id, traceHashes?[row &- rows.lowerBound] ?? 0)
            }
            parents.bytes.withUnsafeBufferPointer { parentBytes in
                var cursor = RowTextCursor(parents, row: rows.lowerBound)
                for row in rows {
                    guard let parent = cursor.next(), !parent.isEmpty,
                        let place = table.row(parentBytes, parent, traceHashes?[row &- rows.lowerBound] ?? 0)
                    else { continue }
                    found[row] = true
                    offsets.append(Int32(truncatingIfNeeded: place &- row))
                }
            }
        }
    }

    /// 0 for a row without a text.
    private func hashes(_ texts: RowTexts, _ rows: Range<Int>) -> [UInt64] {
        texts.bytes.withUnsafeBufferPointer { bytes in
            var cursor = RowTextCursor(texts, row: rows.lowerBound)
            return rows.map { _ in cursor.next().map { hash(bytes, $0) } ?? 0 }
        }
    }
}

@inline(__always)
private func hash(_ bytes: UnsafeBufferPointer<UInt8>, _ range: Range<Int>) -> UInt64 {
    guard let base = bytes.baseAddress else { return 0 }
    return hash64(UnsafeRawPointer(base + range.lowerBound), range.count)
}

/// Invariant: fewer than half of the slots are taken, so that a probe always ends.
private struct SpanTable {
    private struct Entry {
        let row: Int
        let hash: UInt64
        let id: Range<Int>
    }

    private let ids: UnsafeBufferPointer<UInt8>
    private let slots: UnsafeMutablePointer<UInt32>
    private let mask: Int
    private var spans: [Entry] = []

    init(_ ids: UnsafeBufferPointer<UInt8>, spansMax: Int) {
        self.ids = ids
        var capacity = 64
        while capacity < spansMax * 2 + 2 { capacity *= 2 }
        slots = .allocate(capacity: capacity)
        slots.initialize(repeating: 0, count: capacity)
        mask = capacity - 1
    }

    func deallocate() { slots.deallocate() }

    mutating func insert(_ row: Int, _ id: Range<Int>, _ traceHash: UInt64) {
        let key = hashWord(hash(ids, id) ^ traceHash)
        var place = Int(truncatingIfNeeded: key) & mask
        while slots[place] != 0 {
            let entry = spans[Int(slots[place]) &- 1]
            if entry.hash == key, isSame(entry.id, ids, id) { return }
            place = (place &+ 1) & mask
        }
        spans.append(Entry(row: row, hash: key, id: id))
        slots[place] = UInt32(truncatingIfNeeded: spans.count)
    }

    func row(_ bytes: UnsafeBufferPointer<UInt8>, _ id: Range<Int>, _ traceHash: UInt64) -> Int? {
        let key = hashWord(hash(bytes, id) ^ traceHash)
        var place = Int(truncatingIfNeeded: key) & mask
        while slots[place] != 0 {
            let entry = spans[Int(slots[place]) &- 1]
            if entry.hash == key, isSame(entry.id, bytes, id) { return entry.row }
            place = (place &+ 1) & mask
        }
        return nil
    }

    /// The ids are compared byte by byte, so that the text that comes back is the one that came in.
    @inline(__always)
    private func isSame(_ known: Range<Int>, _ bytes: UnsafeBufferPointer<UInt8>, _ id: Range<Int>) -> Bool {
        guard known.count == id.count, let known = ids.baseAddress.map({ $0 + known.lowerBound }),
            let other = bytes.baseAddress.map({ $0 + id.lowerBound })
        else { return false }
        return equal(known, other, id.count)
    }
}
