// The id index: which pages of which chunks have rows with an id.
//
// Of an id's 64-bit hash the top 40 bits count. The entries of one or several chunks, sorted, are a *run*, cut into
// *blocks* of some hundred entries, so that a lookup reads one block of each run. A block's key in SQLite is its run and
// the hash of its first entry:
//
//     key   = run (23 bits) hash (40 bits)
//     entry = hash (40 bits) chunk (u32) row group (u16) page (u16)      all big-endian, 13 bytes
//
// Entries of one hash are never in two blocks. Two ids that share these 40 bits lead to a page that holds only one of
// them; whoever reads the page checks the id.

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

/// What of a hash counts.
struct IDHash {
    /// One more than any.
    static let end: Int64 = 1 << 40

    static func bits(_ hash: UInt64) -> Int64 { Int64(hash >> 24) }
}

/// An entry of a block.
struct IndexedPage: Hashable, Comparable {
    let hash: Int64
    /// Chunk, row group and page.
    let place: UInt64

    init(hash: Int64, chunk: Int64, rowGroup: UInt16, page: UInt16) {
        self.hash = hash
        place = UInt64(UInt32(truncatingIfNeeded: chunk)) << 32 | UInt64(rowGroup) << 16 | UInt64(page)
    }

    fileprivate init(hash: Int64, place: UInt64) {
        self.hash = hash
        self.place = place
    }

    var chunk: Int64 { Int64(place >> 32) }
    var rowGroup: Int { Int(place >> 16 & 0xffff) }
    var page: Int { Int(place & 0xffff) }

    static func < (left: IndexedPage, right: IndexedPage) -> Bool {
        left.hash == right.hash ? left.place < right.place : left.hash < right.hash
    }
}

/// A block of the id index.
enum IDBlock {
    static let entryBytes = 13
    static let entriesMax = 256

    /// Sorted entries as blocks. Duplicates are left out.
    static func blocks(_ sorted: [IndexedPage]) -> [(first: Int64, count: Int, bytes: [UInt8])] {
        var blocks: [(first: Int64, count: Int, bytes: [UInt8])] = []
        var last: IndexedPage?
        for entry in sorted where entry != last {
            if blocks.isEmpty || (blocks[blocks.count - 1].count >= entriesMax && last?.hash != entry.hash) {
                blocks.append((entry.hash, 0, []))
            }
            let index = blocks.count - 1
            blocks[index].count += 1
            for shift in stride(from: 32, through: 0, by: -8) {
                blocks[index].bytes.append(UInt8(truncatingIfNeeded: entry.hash >> Int64(shift)))
            }
            for shift in stride(from: 56, through: 0, by: -8) {
                blocks[index].bytes.append(UInt8(truncatingIfNeeded: entry.place >> UInt64(shift)))
            }
            last = entry
        }
        return blocks
    }

    /// The entries of a hash.
    static func pages(of hash: Int64, in block: [UInt8]) -> [IndexedPage] {
        var low = 0
        var high = block.count / entryBytes
        while low < high {
            let middle = (low + high) / 2
            if self.hash(block, middle) < hash { low = middle + 1 } else { high = middle }
        }
        var pages: [IndexedPage] = []
        while low < block.count / entryBytes, self.hash(block, low) == hash {
            pages.append(entry(block, low))
            low += 1
        }
        return pages
    }

    static func entries(_ block: [UInt8]) -> [IndexedPage] {
        (0..<block.count / entryBytes).map { entry(block, $0) }
    }

    private static func hash(_ block: [UInt8], _ index: Int) -> Int64 {
        block[index * entryBytes..<index * entryBytes + 5].reduce(0) { $0 << 8 | Int64($1) }
    }

    private static func entry(_ block: [UInt8], _ index: Int) -> IndexedPage {
        let place = block[index * entryBytes + 5..<(index + 1) * entryBytes].reduce(0) { $0 << 8 | UInt64($1) }
        return IndexedPage(hash: hash(block, index), place: place)
    }
}
