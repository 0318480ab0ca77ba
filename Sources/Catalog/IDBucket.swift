// The id index. An id's 64-bit hash is split: the top 8 bits are the bucket, the next 32 stand in the entry, the rest
// is not kept. A bucket of one chunk is a blob of entries of 8 bytes, sorted, so that a lookup is a binary search:
//
//     entry = hash bits (u32) row group (u16) page (u16)      all big-endian
//
// Two ids that share these 40 bits lead to a page that holds only one of them; whoever reads the page checks the id.

/// A page that has rows with an id.
public struct IDEntry: Sendable, Hashable {
    public let hash: UInt64
    public let rowGroup: UInt16
    public let page: UInt16

    public init(hash: UInt64, rowGroup: UInt16, page: UInt16) {
        self.hash = hash
        self.rowGroup = rowGroup
        self.page = page
    }
}

/// One bucket of one chunk.
enum IDBucket {
    static let entryBytes = 8

    static func number(_ hash: UInt64) -> Int { Int(hash >> 56) }

    private static func hashBits(_ hash: UInt64) -> UInt32 { UInt32(truncatingIfNeeded: hash >> 24) }

    /// The entries as blobs, by bucket. Duplicates are left out.
    static func blobs(_ entries: [IDEntry]) -> [(bucket: Int, blob: [UInt8])] {
        var words = [[UInt64]](repeating: [], count: 256)
        for entry in entries {
            words[number(entry.hash)].append(
                UInt64(hashBits(entry.hash)) << 32 | UInt64(entry.rowGroup) << 16 | UInt64(entry.page))
        }
        return words.enumerated().compactMap { bucket, words in
            words.isEmpty ? nil : (bucket, blob(words.sorted()))
        }
    }

    private static func blob(_ sorted: [UInt64]) -> [UInt8] {
        var blob: [UInt8] = []
        blob.reserveCapacity(sorted.count * entryBytes)
        var last: UInt64?
        for word in sorted where word != last {
            for shift in stride(from: 56, through: 0, by: -8) { blob.append(UInt8(truncatingIfNeeded: word >> shift)) }
            last = word
        }
        return blob
    }

    /// The pages that a bucket names for an id.
    static func pages(of hash: UInt64, in blob: [UInt8]) -> [(rowGroup: UInt16, page: UInt16)] {
        let wanted = UInt64(hashBits(hash))
        var low = 0
        var high = blob.count / entryBytes
        while low < high {
            let middle = (low + high) / 2
            if word(blob, middle) >> 32 < wanted { low = middle + 1 } else { high = middle }
        }
        var pages: [(rowGroup: UInt16, page: UInt16)] = []
        while low < blob.count / entryBytes, word(blob, low) >> 32 == wanted {
            let found = word(blob, low)
            pages.append((UInt16(truncatingIfNeeded: found >> 16), UInt16(truncatingIfNeeded: found)))
            low += 1
        }
        return pages
    }

    private static func word(_ blob: [UInt8], _ index: Int) -> UInt64 {
        blob[index * entryBytes..<(index + 1) * entryBytes].reduce(0) { $0 << 8 | UInt64($1) }
    }
}
