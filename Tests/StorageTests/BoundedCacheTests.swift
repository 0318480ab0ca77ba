import Storage
import TestSupport
import Testing

@Suite struct BoundedCacheTests {
    /// Against a dictionary: what is there is right, and it is never more than allowed.
    @Test(arguments: [1, 2, 3] as [UInt64])
    func keepsWithinItsBytes(seed: UInt64) {
        var random = SeededRandom(seed: seed)
        let cache = BoundedCache<Int, Int>(bytesMax: 800)
        var sizes: [Int: Int] = [:]
        for _ in 0..<5_000 {
            let key = random.below(60)
            switch random.below(20) {
            case 0:
                let gone = random.below(60)
                cache.removeAll { $0 % 7 == gone % 7 }
                #expect(cache.value(gone) == nil, "seed \(seed)")
            case 1..<10:
                if let value = cache.value(key) { #expect(value == key * 3, "seed \(seed)") }
            default:
                sizes[key] = sizes[key] ?? random.below(101)
                cache.keep(key * 3, for: key, bytes: sizes[key] ?? 0)
            }
            let present = (0..<60).filter { cache.value($0) != nil }
            #expect(cache.counts.entries == present.count, "seed \(seed)")
            #expect(cache.counts.bytes == present.reduce(0) { $0 + (sizes[$1] ?? 0) }, "seed \(seed)")
            #expect(cache.counts.bytes <= 800, "seed \(seed)")
        }
        #expect(cache.counts.evictions > 0)
    }

    @Test func whatIsAskedForStays() {
        let cache = BoundedCache<Int, Int>(bytesMax: 800)
        for key in 0..<100 {
            cache.keep(key, for: key, bytes: 100)
            #expect(cache.value(0) == 0)
        }
    }

    @Test func largeValuesAndNoMemory() {
        let cache = BoundedCache<Int, Int>(bytesMax: 800)
        cache.keep(1, for: 1, bytes: 101)
        #expect(cache.value(1) == nil)
        let none = BoundedCache<Int, Int>(bytesMax: 0)
        none.keep(1, for: 1, bytes: 0)
        #expect(none.value(1) == nil && none.counts.misses == 0)
    }
}
