import TestSupport
import Testing

@testable import Kernels

/// `RowDraft` against a dictionary from column to value.
struct RowDraftTests {
    private struct Value: Equatable {
        let bytes: [UInt8]
        let kind: UInt8
    }

    private func expect(_ draft: borrowing RowDraft, _ model: [Int: Value], columns: Int) {
        #expect(draft.count == model.count)
        var found: [Int: Value] = [:]
        for index in 0..<draft.count {
            let field = draft[index]
            #expect(found.updateValue(Value(bytes: draft.bytes(field), kind: field.kind), forKey: field.column) == nil)
        }
        #expect(found == model)
        for column in 0..<columns {
            let (has, kind, bytes) = (draft.has(column), draft.field(column)?.kind, draft.bytes(column))
            #expect(has == (model[column] != nil))
            #expect(kind == model[column]?.kind)
            #expect(bytes == model[column]?.bytes)
        }
    }

    /// Puts, removals, moves and rows in any order, over few columns so that they meet, and over many so that it grows.
    @Test func agreesWithADictionary() {
        var random = SeededRandom.seeded()
        var draft = RowDraft()
        for _ in 0..<300 {
            let columns = random.chance(80) ? 1 + random.below(8) : 1 + random.below(600)
            draft.removeAll()
            var model: [Int: Value] = [:]
            for _ in 0..<random.below(random.chance(90) ? 40 : 400) {
                let (column, other) = (random.below(columns), random.below(columns))
                switch random.below(10) {
                case 0...5:
                    let value = Value(bytes: random.bytes(random.length(below: 80)), kind: UInt8(1 + random.below(4)))
                    let replaced = draft.put(value.bytes.span, column: column, kind: value.kind)
                    #expect(replaced == (model.updateValue(value, forKey: column) != nil))
                case 6, 7:
                    let removed = draft.remove(column)
                    #expect(removed == (model.removeValue(forKey: column) != nil))
                default:
                    draft.move(column, to: other)
                    if let value = model.removeValue(forKey: column) { model[other] = value }
                }
            }
            expect(draft, model, columns: columns)
        }
    }

    /// Going back brings the fields and the time of that moment, whatever was put, moved or removed since.
    @Test func goesBackToASnapshot() {
        var random = SeededRandom.seeded()
        var draft = RowDraft()
        for _ in 0..<200 {
            draft.removeAll()
            var model: [Int: Value] = [:]
            func change(_ draft: inout RowDraft, _ model: inout [Int: Value]) {
                for _ in 0..<random.below(20) {
                    let column = random.below(12)
                    if random.chance(70) {
                        let value = Value(bytes: random.bytes(random.length(below: 3_000)), kind: UInt8(1 + random.below(4)))
                        draft.put(value.bytes.span, column: column, kind: value.kind)
                        model[column] = value
                    } else {
                        draft.remove(column)
                        model[column] = nil
                    }
                }
            }
            change(&draft, &model)
            let time = random.chance(50) ? Int64(random.below(1_000)) : nil
            draft.time = time
            let snapshot = draft.snapshot()
            for _ in 0..<2 {
                var other = model
                draft.time = 7
                change(&draft, &other)
                expect(draft, other, columns: 12)
                draft.restore(snapshot)
                expect(draft, model, columns: 12)
                let restored = draft.time
                #expect(restored == time)
            }
        }
    }

    @Test func anEmptyOneHasNothing() {
        var draft = RowDraft()
        expect(draft, [:], columns: 3)
        draft.put([UInt8]().span, column: 2, kind: 1)
        draft.time = 7
        expect(draft, [2: Value(bytes: [], kind: 1)], columns: 3)
        draft.removeAll()
        expect(draft, [:], columns: 3)
        let time = draft.time
        #expect(time == nil)
    }
}
