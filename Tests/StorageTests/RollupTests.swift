import Catalog
import Records
import TestSupport

@testable import Storage

/// What the rows of a model come to, by minute, service and level.
func rollup(of rows: some Sequence<ChunkLifeModel.Row>) -> [RollupCell] {
    var times: [String: Int64] = [:]
    var sums: [RollupKey: (rows: Int, weight: Double)] = [:]
    for row in rows {
        let text = row["time"]?.text ?? ""
        let time = times[text] ?? batch("{\"time\":\"\(text)\"}").times[0]
        times[text] = time
        let minute = Int64((Double(time) / 60e9).rounded(.down))
        let key = RollupKey(minute: minute, service: row["service"]?.text ?? "", level: row["level"]?.text ?? "")
        sums[key, default: (0, 0)].rows += 1
        sums[key, default: (0, 0)].weight += row["_weight"].flatMap { Double($0.text) } ?? 1
    }
    return sums.map {
        RollupCell(minute: $0.key.minute, service: $0.key.service, level: $0.key.level, rows: $0.value.rows, weight: $0.value.weight)
    }.sorted { ($0.minute, $0.service, $0.level) < ($1.minute, $1.service, $1.level) }
}

private struct RollupKey: Hashable {
    let minute: Int64
    let service: String
    let level: String
}
