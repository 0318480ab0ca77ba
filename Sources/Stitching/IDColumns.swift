import Kernels
public import Records

extension StitchingRules {
    /// The hashes of the ids in the values of a column, `CorrelationIDs.hash` of each: for each place of an id in a value the
    /// hash for each value, 0 where it has none.
    ///
    /// - Parameter ends: value `i` is `bytes[ends[i - 1] ..< ends[i]]`.
    public func hashes(bytes: [UInt8], ends: [UInt32], form: IDForm) -> [[UInt64]] {
        if form == .plain, !hasCapitals(bytes.span) {
            return [hashes64(bytes: bytes.span, ends: ends.span, lengthMax: CorrelationIDs.bytesMax)]
        }
        var start = 0
        return hashes(count: ends.count, form: form, bytes) { index in
            defer { start = Int(ends[index]) }
            return start..<Int(ends[index])
        }
    }

    /// The same for the rows of a column.
    public func hashes(of column: ColumnVector, form: IDForm) -> [[UInt64]] {
        switch column.values {
        case .missing: return []
        case .hex(let width, let bytes):
            return present(hashes(bytes: hexTexts(bytes), ends: (0..<column.count).map { UInt32(($0 + 1) * width * 2) }, form: form), column)
        case .text(let texts): return present(hashes(of: texts, form: form), column)
        case .dictionary(let codes, let dictionary):
            return present(hashes(of: dictionary, form: form).map { entries in codes.map { entries.isEmpty ? 0 : entries[Int($0)] } }, column)
        case .int64, .double, .bool, .timestamp:
            return pad((0..<column.count).map { row in column.text(row).map { ids(in: $0, form) } ?? [] })
        }
    }

    private func hashes(of texts: TextVector, form: IDForm) -> [[UInt64]] {
        guard form == .plain, !hasCapitals(texts.bytes.span) else {
            return hashes(count: texts.count, form: form, texts.bytes) { texts.range($0) }
        }
        let bytes = texts.bytes.span
        return [
            (0..<texts.count).map { row in
                let range = texts.range(row)
                return range.isEmpty || range.count > CorrelationIDs.bytesMax ? 0 : hash64(bytes.extracting(range))
            }
        ]
    }

    /// - Parameter range: of each value, asked for in order.
    private func hashes(count: Int, form: IDForm, _ bytes: [UInt8], _ range: (Int) -> Range<Int>) -> [[UInt64]] {
        pad(
            (0..<count).map { index in
                let value = bytes[range(index)]
                // A URL without parameters needs no more than a look.
                if form == .url, !value.contains(UInt8(ascii: "=")) { return [] }
                return ids(in: String(decoding: value, as: UTF8.self), form)
            })
    }

    private func pad(_ ids: [[String]]) -> [[UInt64]] {
        (0..<(ids.map(\.count).max() ?? 0)).map { place in
            ids.map { $0.count > place ? CorrelationIDs.hash($0[place]) : 0 }
        }
    }

    /// What stands where there is no value means nothing.
    private func present(_ places: [[UInt64]], _ column: ColumnVector) -> [[UInt64]] {
        guard let validity = column.validity else { return places }
        return places.map { hashes in
            var hashes = hashes
            for row in hashes.indices where !validity[row] { hashes[row] = 0 }
            return hashes
        }
    }

    /// The rows of a column of `field` that have a normalised id.
    public func rows(with id: String, in column: ColumnVector, field: String) -> [Int] {
        guard let form = form(of: field) else { return [] }
        if form == .plain { return column.rows(equalIgnoringCase: id) }
        return (0..<column.count).filter { row in column.text(row).map { ids(in: $0, form).contains(id) } ?? false }
    }
}
