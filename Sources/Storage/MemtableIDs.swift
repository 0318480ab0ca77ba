import Records
import Stitching
import Synchronization

/// The ids of a batch of the memtable, found when they are first asked for.
final class MemtableIDs: Sendable {
    private struct Known {
        let rules: StitchingRules
        /// Of all ids, each once, rising.
        let hashes: [UInt64]
    }

    private let known = Mutex<Known?>(nil)

    /// Whether a row of the batch has an id with that hash.
    func contains(_ hash: UInt64, of batch: RecordBatch, _ rules: StitchingRules) -> Bool {
        let hashes = hashes(of: batch, rules)
        var (low, high) = (0, hashes.count)
        while low < high {
            let middle = (low + high) / 2
            if hashes[middle] < hash { low = middle + 1 } else { high = middle }
        }
        return low < hashes.count && hashes[low] == hash
    }

    private func hashes(of batch: RecordBatch, _ rules: StitchingRules) -> [UInt64] {
        if let known = known.withLock({ $0 }), known.rules === rules { return known.hashes }
        let hashes = RowIDs.distinct(
            batch.columns.flatMap { column in
                rules.form(of: column.name).map { rules.hashes(bytes: column.bytes, ends: column.ends, form: $0) } ?? []
            })
        known.withLock { $0 = Known(rules: rules, hashes: hashes) }
        return hashes
    }
}
