import Foundation
import LogsQL
import Records

/// A row of a result, by field; fields without a value are not there.
typealias Cells = [String: String]

/// Pipes that count, rank, and put rows together, in the plainest way.
extension Model {
    /// The rows that come after some rows through a pipe, in their order where the pipe has one; nil for pipes that it does not know.
    func rows(after pipe: LogsQL.Pipe, _ rows: [Row], all: [Row]) -> [Cells]? {
        switch pipe {
        case .sort(let sort): return sorted(rows, sort)
        case .top(let top): return self.top(rows, top)
        case .facets(let facets): return self.facets(rows, facets)
        case .fieldNames(let name):
            return names(rows).map { field in [name: field, "hits": String(rows.count { !$0.text(field).isEmpty })] }
        case .fieldValues(let values):
            let filled = rows.filter { !$0.text(stored(values.field)).isEmpty }
            return self.top(filled, .init(values.limit ?? .max, fields: [values.field]))
        case .totalStats(let stats):
            return rows.map { row in
                let group = rows.filter { key(of: $0, stats) == key(of: row, stats) }
                return row.cells.merging(results(stats, group)) { $1 }
            }
        case .runningStats(let stats):
            let rows = rows.enumerated().sorted { ($0.element.time, $0.offset) < ($1.element.time, $1.offset) }.map(\.element)
            return rows.indices.map { place in
                let group = rows[...place].filter { key(of: $0, stats) == key(of: rows[place], stats) }
                return rows[place].cells.merging(results(stats, group)) { $1 }
            }
        case .union(let query): return (rows + all.filter { matches(query.filter, $0) }).map(\.cells)
        case .join(let join): return self.join(rows, join, all.filter { matches(join.query.filter, $0) })
        default: return nil
        }
    }

    private func names(_ rows: [Row]) -> [String] {
        (Set(rows.flatMap(\.fields.keys)).filter { name in rows.contains { !$0.text(name).isEmpty } } + (rows.isEmpty ? [] : ["time"]))
            .sorted()
    }

    private func sorted(_ rows: [Row], _ sort: LogsQL.Pipe.Sort) -> [Cells] {
        let groups = Dictionary(grouping: rows) { row in sort.partition.map { row.text(stored($0)) } }
        return groups.sorted { precedes($0.key, $1.key) }.flatMap { _, rows in
            let sorted = rows.enumerated().sorted { left, right in
                for key in sort.keys {
                    let (a, b) = (left.element.text(stored(key.field)), right.element.text(stored(key.field)))
                    if precedes(a, b) { return !key.descending }
                    if precedes(b, a) { return key.descending }
                }
                return left.offset < right.offset
            }
            return sorted.enumerated().dropFirst(sort.offset).prefix(sort.limit ?? .max).map { place, row in
                sort.rank.map { row.element.cells.merging([$0: String(place + 1)]) { $1 } } ?? row.element.cells
            }
        }
    }

    private func precedes(_ left: [String], _ right: [String]) -> Bool {
        for (a, b) in zip(left, right) where a != b { return precedes(a, b) }
        return false
    }

    private func counts(_ rows: [Row], _ fields: [String]) -> [(key: [String], hits: Int)] {
        Dictionary(grouping: rows) { row in fields.map { row.text(stored($0)) } }.map { ($0, $1.count) }
            .sorted { $0.hits != $1.hits ? $0.hits > $1.hits : precedes($0.key, $1.key) }
    }

    private func top(_ rows: [Row], _ top: LogsQL.Pipe.Top) -> [Cells] {
        counts(rows, top.fields).prefix(top.count).enumerated().map { place, group in
            var cells = Cells(zip(top.fields.map(stored), group.key)) { $1 }
            cells[top.hits] = String(group.hits)
            if let rank = top.rank { cells[rank] = String(place + 1) }
            return cells.filter { !$0.value.isEmpty }
        }
    }

    private func facets(_ rows: [Row], _ facets: LogsQL.Pipe.Facets) -> [Cells] {
        names(rows).flatMap { name -> [Cells] in
            let counts = counts(rows.filter { !$0.text(name).isEmpty }, [name])
            guard counts.count <= facets.valuesPerFieldMax, counts.allSatisfy({ $0.key[0].utf8.count <= facets.valueBytesMax }),
                facets.keepsConstantFields || counts.count > 1 || counts.first?.hits != rows.count
            else { return [] }
            return counts.prefix(facets.count).map { ["field_name": name, "field_value": $0.key[0], "hits": String($0.hits)] }
        }
    }

    private func key(of row: Row, _ stats: LogsQL.Pipe.Stats) -> [String] { stats.by.map { row.text(stored($0.field)) } }

    private func results(_ stats: LogsQL.Pipe.Stats, _ rows: [Row]) -> Cells {
        var cells = self.stats(.init(calls: stats.calls), rows).first ?? [:]
        for (name, text) in cells where text.isEmpty { cells[name] = nil }
        return cells
    }

    private func join(_ rows: [Row], _ join: LogsQL.Pipe.Join, _ others: [Row]) -> [Cells] {
        let fields = join.fields.map(stored)
        return rows.flatMap { row -> [Cells] in
            let found = others.filter { other in fields.allSatisfy { other.text($0) == row.text($0) } }
            guard !found.isEmpty else { return join.isInner ? [] : [row.cells] }
            return found.map { other in
                var cells = row.cells
                let added = other.fields.merging(["time": other.text("time")]) { $1 }.filter { !fields.contains($0.key) && (!join.prefix.isEmpty || $0.key != "time") }
                for (name, text) in added { cells[join.prefix + name] = text.isEmpty ? nil : text }
                return cells
            }
        }
    }
}

extension Row {
    var cells: Cells { fields.filter { !$0.value.isEmpty }.merging(["time": text("time")]) { $1 } }
}

extension Record {
    var cells: Cells { texts.filter { !$0.value.isEmpty } }
}
