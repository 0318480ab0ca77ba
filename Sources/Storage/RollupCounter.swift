import Catalog
import Kernels
import Records

/// Counts the rows of a chunk by minute, service and level.
///
/// Rows without a service or level count like those with the empty text, as in queries.
struct RollupCounter {
    private struct Key: Hashable {
        let minute: Int64
        let service: String
        let level: String
    }

    private struct Sum {
        var rows = 0
        var weight = 0.0
    }

    private var sums: [Key: Sum] = [:]
    private var rowCount = 0
    private var isTooLarge = false

    private static let nanosecondsPerMinute: Int64 = 60_000_000_000

    /// Adds rows in time order.
    ///
    /// - Throws: as `SortedRows.column`.
    mutating func add(_ rows: SortedRows) throws {
        rowCount += rows.rowCount
        guard !isTooLarge else { return }
        guard let services = Codes(try rows.column(FieldNames.service), rowCount: rows.rowCount),
            let levels = Codes(try rows.column(FieldNames.level), rowCount: rows.rowCount)
        else { return giveUp() }
        let weights = Self.weights(try rows.column(FieldNames.weight), rowCount: rows.rowCount)
        var minute: Int64?
        var end = Int64.min
        var open: [UInt64: Sum] = [:]
        for (row, time) in rows.times.enumerated() {
            if minute == nil || time >= end {
                if let minute { close(&open, minute, services, levels) }
                let number = Self.minute(time)
                minute = number
                end = (number + 1).multipliedReportingOverflow(by: Self.nanosecondsPerMinute).overflow
                    ? .max : (number + 1) * Self.nanosecondsPerMinute
                guard !isTooLarge else { return }
            }
            let key = UInt64(services.codes[row]) << 32 | UInt64(levels.codes[row])
            open[key, default: Sum()].rows += 1
            open[key]?.weight += weights.map { $0[row] } ?? 1
        }
        if let minute { close(&open, minute, services, levels) }
    }

    private mutating func close(_ open: inout [UInt64: Sum], _ minute: Int64, _ services: Codes, _ levels: Codes) {
        for (codes, sum) in open {
            let key = Key(
                minute: minute, service: services.texts[Int(codes >> 32)], level: levels.texts[Int(codes & 0xffff_ffff)])
            sums[key, default: Sum()].rows += sum.rows
            sums[key]?.weight += sum.weight
        }
        open.removeAll(keepingCapacity: true)
        if sums.count > 1_024 + rowCount / 4 || sums.count > 1 << 20 { giveUp() }
    }

    private mutating func giveUp() {
        isTooLarge = true
        sums = [:]
    }

    /// Minutes from 1970-01-01 UTC to that of a time.
    static func minute(_ time: Int64) -> Int64 {
        let (minute, rest) = time.quotientAndRemainder(dividingBy: nanosecondsPerMinute)
        return rest < 0 ? minute - 1 : minute
    }

    private static func weights(_ column: SortedColumn, rowCount: Int) -> [Double]? {
        guard !column.ends.isEmpty else { return nil }
        var weights = [Double](repeating: 1, count: rowCount)
        column.forEachRow { row, index in
            if let weight = Double(String(decoding: column.text(index), as: UTF8.self)), weight.isFinite, weight >= 0 {
                weights[row] = weight
            }
        }
        return weights
    }

    /// Nil where they would not be much fewer than the rows.
    var cells: [RollupCell]? {
        isTooLarge
            ? nil
            : sums.map {
                RollupCell(
                    minute: $0.key.minute, service: $0.key.service, level: $0.key.level, rows: $0.value.rows,
                    weight: $0.value.weight)
            }
    }
}

/// The distinct values of a column, and which one each row has.
private struct Codes {
    /// The first is that of rows without a value.
    private(set) var texts = [""]
    private(set) var codes: [UInt32]

    /// Nil when the values are too large to be names.
    init?(_ column: SortedColumn, rowCount: Int) {
        codes = [UInt32](repeating: 0, count: rowCount)
        guard !column.ends.isEmpty else { return }
        var found: [UInt32] = []
        let limits = DictionaryLimits(entriesPer256Max: 256)
        guard let entries = buildDictionary(
            bytes: column.bytes.span, ends: column.ends.span, limits: limits, codes: &found)
        else { return nil }
        var start = 0
        for end in entries.ends {
            texts.append(String(decoding: entries.bytes[start..<Int(end)], as: UTF8.self))
            start = Int(end)
        }
        column.forEachRow { row, index in codes[row] = found[index] + 1 }
    }
}
