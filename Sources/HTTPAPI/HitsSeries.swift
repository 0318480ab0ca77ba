import Records

/// How many records there are at which times, of those with the same values in some fields.
struct HitsSeries: Encodable {
    let fields: [String: String]
    private(set) var timestamps: [String] = []
    private(set) var values: [Int] = []
    private(set) var total = 0

    private init(_ fields: [String: String]) { self.fields = fields }

    private mutating func append(_ time: String, _ hits: Int) {
        timestamps.append(time)
        values.append(hits)
        total += hits
    }

    /// - Parameters:
    ///   - records: a group each, by time first.
    ///   - fields: as written in the request.
    ///   - count: the field of the hits; estimates are rounded.
    static func read(_ records: [Record], fields: [String], count: String) -> [HitsSeries] {
        var series: [HitsSeries] = []
        var places: [[String]: Int] = [:]
        for record in records {
            let values = fields.map { record.text(FieldNames.canonical(query: $0)) ?? "" }
            let place = places[values] ?? series.count
            if place == series.count {
                places[values] = place
                series.append(HitsSeries(Dictionary(zip(fields, values)) { first, _ in first }))
            }
            series[place].append(record.text(FieldNames.time) ?? "", Int((record[count]?.number ?? 0).rounded()))
        }
        return places.sorted { $0.key.lexicographicallyPrecedes($1.key) }.map { series[$0.value] }
    }

    /// The `limit` series with most hits, and what the others have together as one without fields.
    static func largest(_ series: [HitsSeries], _ limit: Int?) -> [HitsSeries] {
        guard let limit, limit < series.count else { return series }
        let order = series.indices.sorted { (-series[$0].total, $0) < (-series[$1].total, $1) }
        let kept = Set(order.prefix(limit))
        var rest: [String: Int] = [:]
        for place in order.dropFirst(limit) {
            for (time, hits) in zip(series[place].timestamps, series[place].values) { rest[time, default: 0] += hits }
        }
        var others = HitsSeries([:])
        for (time, hits) in rest.sorted(by: { $0.key < $1.key }) { others.append(time, hits) }
        return series.indices.filter(kept.contains).map { series[$0] } + [others]
    }
}
