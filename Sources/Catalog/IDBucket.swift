import Foundation
import GRDB

/// The id index of catalogs before v5: for each chunk 256 blobs of sorted entries, by the top 8 bits of the hash.
///
///     entry = the next 32 bits of the hash (u32) row group (u16) page (u16)      all big-endian
enum IDBucket {
    private static let entryBytes = 8

    /// Makes a run of the blobs of each chunk.
    static func moveToRuns(_ db: Database) throws {
        for chunk in try Int64.fetchAll(db, sql: "SELECT id FROM chunk ORDER BY id") {
            var entries: [IndexedPage] = []
            let rows = try Row.fetchCursor(
                db, sql: "SELECT bucket, entries FROM id_bucket WHERE chunk = ? ORDER BY bucket", arguments: [chunk])
            while let row = try rows.next() {
                let (bucket, blob): (Int64, Data) = (row["bucket"], row["entries"])
                entries += self.entries(bucket, [UInt8](blob), chunk)
            }
            try IDRun.insert(entries.sorted(), chunk: chunk, db)
        }
    }

    private static func entries(_ bucket: Int64, _ blob: [UInt8], _ chunk: Int64) -> [IndexedPage] {
        (0..<blob.count / entryBytes).map { index in
            let word = blob[index * entryBytes..<(index + 1) * entryBytes].reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
            return IndexedPage(
                hash: bucket << 32 | Int64(word >> 32), chunk: chunk, rowGroup: UInt16(truncatingIfNeeded: word >> 16),
                page: UInt16(truncatingIfNeeded: word))
        }
    }
}
