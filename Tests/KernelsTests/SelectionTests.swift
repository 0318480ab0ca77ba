import Kernels
import TestSupport
import Testing

@Suite struct SelectionTests {
    @Test(arguments: [1, 2, 3, 4, 5] as [UInt64])
    func kernelsDoWhatLoopsDo(seed: UInt64) {
        var random = SeededRandom(seed: seed)
        for _ in 0..<200 {
            let count = random.below(300)
            let share = random.pick([2, 10, 50, 95, 100])
            var rows = Bitmap(repeating: false, count: count)
            for row in 0..<count where random.chance(share) { rows[row] = true }
            let chosen = (0..<count).filter { rows[$0] }
            let integers = (0..<count).map { _ in random.chance(5) ? Int64(bitPattern: random.next()) : Int64(random.below(20)) - 10 }
            let codes = (0..<count).map { _ in UInt32(random.below(7)) }
            let others = (0..<count).map { _ in UInt32(random.below(3)) }

            let (low, high) = (Int64(random.below(20)) - 12, Int64(random.below(20)) - 5)
            if low <= high {
                let found = Kernels.rows(rows, with: integers, in: low...high)
                #expect((0..<count).filter { found[$0] } == chosen.filter { (low...high).contains(integers[$0]) }, "seed \(seed)")
            }
            let marks = (0..<7).map { _ in random.oneIn(2) }
            let marked = Kernels.rows(rows, with: codes, in: marks)
            #expect((0..<count).filter { marked[$0] } == chosen.filter { marks[Int(codes[$0])] }, "seed \(seed)")

            var counts = [Int](repeating: 0, count: 7)
            countRows(rows, codes, &counts)
            #expect(counts == (0..<7).map { code in chosen.count { codes[$0] == code } }, "seed \(seed)")

            var sums = [IntegerSum](repeating: IntegerSum(), count: 7)
            addRows(integers, rows, codes, to: &sums)
            for code in 0..<7 {
                let own = chosen.filter { codes[$0] == code }
                #expect(sums[code].count == own.count && sums[code].sum == own.reduce(Int128(0)) { $0 + Int128(integers[$1]) })
            }

            var doubles: [Double] = [1]
            appendValues(integers, rows, to: &doubles)
            #expect(doubles == [1] + chosen.map { Double(integers[$0]) }, "seed \(seed)")
            if !doubles.isEmpty {
                let place = random.below(doubles.count)
                let sorted = doubles.sorted()
                #expect(select(place, of: &doubles) == sorted[place] && doubles.sorted() == sorted, "seed \(seed)")
            }

            var table = IntegerTable()
            var pairs = codes
            table.insertPairs(&pairs, others, rows)
            for row in chosen { #expect(table.keys[Int(pairs[row])] == UInt64(codes[row]) << 32 | UInt64(others[row])) }
        }
    }

    @Test(arguments: [(1, 8), (2, 16), (3, 16)] as [(UInt64, Int)])
    func idsKeepTheirNumbers(seed: UInt64, width: Int) {
        var random = SeededRandom(seed: seed)
        let ids = (0..<400).map { _ in (0..<width).map { _ in UInt8(random.below(random.oneIn(2) ? 2 : 256)) } }
        var table = IDTable(width: width)
        var known: [[UInt8]] = []
        for _ in 0..<20 {
            let picked = (0..<150).map { _ in random.pick(ids) }
            var rows = Bitmap(repeating: false, count: picked.count)
            for row in picked.indices where random.chance(70) { rows[row] = true }
            var codes = [UInt32](repeating: .max, count: picked.count)
            table.insert(picked.flatMap(\.self), rows, into: &codes)
            for row in picked.indices where rows[row] {
                if !known.contains(picked[row]) { known.append(picked[row]) }
                #expect(codes[row] == UInt32(known.firstIndex(of: picked[row]) ?? -1) && table.key(Int(codes[row])) == picked[row])
            }
            for row in picked.indices where !rows[row] { #expect(codes[row] == .max) }
        }
        #expect(table.count == known.count)
    }
}
