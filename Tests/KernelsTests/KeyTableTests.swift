import TestSupport
import Testing

@testable import Kernels

/// `KeyTable` against a dictionary from the path of a key to its number.
struct KeyTableTests {
    private func node(_ table: inout KeyTable, _ parent: Int, _ name: [UInt8]) -> Int {
        // Read from a buffer that goes on, as lines do.
        (name + Array("\":1}".utf8)).withUnsafeBufferPointer { buffer in
            table.node(parent: UInt32(parent), buffer.baseAddress!, name.count)
        }
    }

    /// A key is found again by its parent and its bytes, however many there are.
    @Test func findsWhatItHasMade() {
        var random = SeededRandom.seeded()
        for _ in 0..<4 {
            var table = KeyTable()
            defer { table.deallocate() }
            for _ in 0..<2 {
                var numbers: [[[UInt8]]: Int] = [[]: 0]
                var paths: [[[UInt8]]] = [[]]
                for _ in 0..<random.below(5_000) {
                    let parent = random.chance(60) ? paths[0] : paths[random.below(paths.count)]
                    guard parent.count < 5 else { continue }
                    let name = random.chance(80)
                        ? Array("key\(random.below(700))".utf8) : random.bytes(random.length(below: 40)).map { $0 & 0x7f }
                    let number = node(&table, numbers[parent] ?? 0, name)
                    let path = parent + [name]
                    if let known = numbers[path] {
                        #expect(number == known)
                    } else {
                        #expect(number == paths.count)
                        numbers[path] = number
                        paths.append(path)
                    }
                }
                let count = table.count
                #expect(count == paths.count)
                for (path, number) in numbers where number > 0 {
                    let dotted = Array(path.joined(separator: [UInt8(ascii: ".")]))
                    #expect(table.dottedName(number) == String(decoding: dotted, as: UTF8.self))
                    #expect(table.nodes[number].dottedCount == dotted.count)
                    #expect(!table.nodes[number].isResolved)
                }
                table.removeAll()
            }
        }
    }

    @Test func namesThatJoinAlikeAreDifferentKeys() {
        var table = KeyTable()
        defer { table.deallocate() }
        let a = node(&table, 0, Array("a".utf8))
        let nested = node(&table, a, Array("b".utf8))
        let flat = node(&table, 0, Array("a.b".utf8))
        let empty = node(&table, a, [])
        #expect(Set([0, a, nested, flat, empty]).count == 5)
        #expect(table.dottedName(nested) == "a.b")
        #expect(table.dottedName(flat) == "a.b")
        #expect(table.dottedName(empty) == "a.")
        let again = node(&table, 0, Array("b".utf8))
        #expect(again != nested)
    }
}
