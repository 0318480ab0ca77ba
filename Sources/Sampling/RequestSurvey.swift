import Kernels
import QueryEngine
import Records
import Stitching
import Storage

/// What decides on the requests of one hot chunk.
///
/// Rows with the same ids are a *group*. Which groups are one request shows only when all chunks are looked at, since an
/// id that joins two of them here may be a hub there.
struct RequestSurvey: SampleSurvey {
    /// Rows that have the same ids.
    struct Group {
        /// A bit for each rule that one of the rows matches.
        var rules: UInt64 = 0
        var rows: UInt32 = 0
        var firstTime = Int64.max
        /// What it was sampled at before; 0 for not at all.
        var threshold: UInt64 = 0
        var randomness: RandomnessSource
    }

    /// A row without an id: a request of its own.
    struct LoneRow {
        let row: UInt32
        let charge: UInt32
        let time: Int64
        let rules: UInt64
    }

    /// Names the chunk; lone rows take their randomness from it.
    let seed: UInt64
    /// For each row its group; `noGroup` for a lone row.
    fileprivate(set) var groupOfRow: [UInt32] = []
    fileprivate(set) var groups: [Group] = []
    /// Those of each group together; see `idRange(of:)`.
    fileprivate(set) var ids: [UInt64] = []
    fileprivate(set) var idEnds: [UInt32] = []
    /// Rising by row.
    fileprivate(set) var loneRows: [LoneRow] = []
    /// Rows that rules about records match, with these rules; rising by row.
    fileprivate(set) var recordRules: [(row: UInt32, rules: UInt64)] = []
    /// How many rows of a group have a charge: `group << 32 | charge`.
    fileprivate(set) var charges: [UInt64: UInt32] = [:]
    fileprivate(set) var keys = RateKeys()
    /// What rows stood for before; nil where that is 1 for all.
    fileprivate(set) var weights: [Double]?
    /// The services of all rows, for counting: their names, and which one each row has.
    fileprivate(set) var services = ServiceCodes()

    static let noGroup = UInt32.max

    /// Where the ids of a group stand in `ids`.
    func idRange(of group: Int) -> Range<Int> { Int(group == 0 ? 0 : idEnds[group - 1])..<Int(idEnds[group]) }

    /// The randomness of a lone row: the same in every verdict.
    func randomness(ofLoneRow row: UInt32) -> UInt64 { Randomness.mixed(seed &+ UInt64(row)) & Randomness.mask }

    var memoryBytes: Int {
        groupOfRow.count * 4 + groups.count * 64 + ids.count * 8 + idEnds.count * 4 + loneRows.count * 24
            + recordRules.count * 16 + charges.count * 24 + (weights?.count ?? 0) * 8 + keys.memoryBytes + services.memoryBytes
    }
}

/// Names of services and a number for each row.
struct ServiceCodes: Sendable {
    private(set) var names: [String] = []
    private(set) var ofRow: [UInt16] = []
    private var numbers: [String: UInt16] = [:]

    /// Beyond this many they count together, under `other`.
    private static let namesMax = 1_000
    static let other = "(other)"

    mutating func add(_ column: ColumnVector) {
        let column = KeyColumn(column)
        for row in 0..<column.count { ofRow.append(number(column.text(row))) }
    }

    private mutating func number(_ text: String) -> UInt16 {
        if let number = numbers[text] { return number }
        let name = names.count < Self.namesMax ? text : Self.other
        let number = numbers[name] ?? UInt16(names.count)
        if number == names.count { names.append(name) }
        if name == text { numbers[text] = number } else { numbers[name] = number }
        return number
    }

    var memoryBytes: Int { ofRow.count * 2 + names.count * 64 }
}

/// Makes a survey of the segments of a chunk.
struct SurveyBuilder {
    private let matcher: RuleMatcher
    private let stitching: StitchingRules
    private var survey: RequestSurvey
    /// A group for each id that stands alone, and for each set of ids by a hash of all of them.
    private var groupNumbers = IntegerTable()
    private var lastKey: (key: UInt64, group: UInt32)?

    private static let stateFields = ["tracestate", "trace_state"]

    init(_ matcher: RuleMatcher, _ stitching: StitchingRules, name: String) {
        self.matcher = matcher
        self.stitching = stitching
        survey = RequestSurvey(seed: CorrelationIDs.hash(name))
    }

    /// - Throws: when a column cannot be read.
    consuming func build(_ segments: [any Segment]) throws -> RequestSurvey {
        let filters = try matcher.compiled(now: 0)
        for segment in segments {
            for rows in segment.blocks {
                let matches = try matcher.matches(segment, rows, filters, &survey.keys)
                try add(segment, rows, matches)
            }
        }
        return survey
    }

    /// An id of each row.
    private struct IDColumn {
        let hashes: [UInt64]
        let values: ColumnVector
        let field: String
    }

    private mutating func add(_ segment: any Segment, _ rows: Range<Int>, _ matches: RuleMatcher.Matches) throws {
        let columns = try segment.fieldNames.flatMap { field -> [IDColumn] in
            guard let form = stitching.form(of: field) else { return [] }
            let column = try segment.column(field, rows: rows)
            return stitching.hashes(of: column, form: form).map { IDColumn(hashes: $0, values: column, field: field) }
        }
        guard case .timestamp(let times) = try segment.column(FieldNames.time, rows: rows).values else { return }
        let states = try Self.stateFields.map { try segment.column($0, rows: rows) }.first { column in
            if case .missing = column.values { false } else { true }
        }
        survey.services.add(try segment.column(FieldNames.service, rows: rows))
        try addWeights(segment, rows)
        for row in 0..<rows.count {
            let number = UInt32(survey.groupOfRow.count)
            if matches.recordRules[row] != 0 { survey.recordRules.append((number, matches.recordRules[row])) }
            guard let group = group(columns, row) else {
                survey.groupOfRow.append(RequestSurvey.noGroup)
                survey.loneRows.append(
                    .init(row: number, charge: matches.charges[row], time: times[row], rules: matches.requestRules[row]))
                continue
            }
            survey.groupOfRow.append(group)
            note(row, in: Int(group), matches, time: times[row], state: states)
        }
    }

    private mutating func note(
        _ row: Int, in group: Int, _ matches: RuleMatcher.Matches, time: Int64, state: ColumnVector?
    ) {
        survey.groups[group].rules |= matches.requestRules[row]
        survey.groups[group].rows += 1
        survey.groups[group].firstTime = min(survey.groups[group].firstTime, time)
        let charge = matches.charges[row]
        if charge != 0 { survey.charges[UInt64(group) << 32 | UInt64(charge), default: 0] += 1 }
        guard let text = state?.text(row) else { return }
        let state = TraceState(text)
        survey.groups[group].threshold = max(survey.groups[group].threshold, state.threshold ?? 0)
        if let randomness = state.randomness {
            survey.groups[group].randomness = min(survey.groups[group].randomness, RandomnessSource(explicit: randomness))
        }
    }

    /// The group of a row; nil where it has no id.
    private mutating func group(_ columns: [IDColumn], _ row: Int) -> UInt32? {
        var first: UInt64 = 0
        var more: [UInt64] = []
        for column in columns {
            let hash = column.hashes[row]
            if hash == 0 || hash == first || more.contains(hash) { continue }
            if first == 0 { first = hash } else { more.append(hash) }
        }
        guard first != 0 else { return nil }
        var key = first
        if !more.isEmpty {
            more.append(first)
            more.sort()
            key = more.reduce(1) { Randomness.mixed($0 ^ $1) }
        }
        if let lastKey, lastKey.key == key { return lastKey.group }
        let (group, isNew) = groupNumbers.insert(key)
        if isNew { addGroup(key, more.isEmpty ? [first] : more, columns, row) }
        lastKey = (key, group)
        return group
    }

    private mutating func addGroup(_ key: UInt64, _ ids: [UInt64], _ columns: [IDColumn], _ row: Int) {
        survey.ids += ids
        survey.idEnds.append(UInt32(survey.ids.count))
        var randomness = ids.map { RandomnessSource(idHash: $0) }.min() ?? RandomnessSource(idHash: key)
        for column in columns where column.hashes[row] != 0 {
            for trace in traceIDs(column, row) { randomness = min(randomness, trace) }
        }
        survey.groups.append(RequestSurvey.Group(randomness: randomness))
    }

    /// Ids of 32 hexadecimal digits are trace ids, whatever the field is called.
    private func traceIDs(_ column: IDColumn, _ row: Int) -> [RandomnessSource] {
        guard let text = column.values.text(row) else { return [] }
        return stitching.ids(in: text, field: column.field).compactMap { id in
            guard id.utf8.count == 32, let high = UInt64(id.prefix(16), radix: 16), let low = UInt64(id.suffix(16), radix: 16)
            else { return nil }
            return RandomnessSource(traceID: high, low)
        }
    }

    private mutating func addWeights(_ segment: any Segment, _ rows: Range<Int>) throws {
        let column = try segment.column(FieldNames.weight, rows: rows)
        if case .missing = column.values {
            survey.weights?.append(contentsOf: repeatElement(1, count: rows.count))
            return
        }
        var weights = survey.weights ?? [Double](repeating: 1, count: survey.groupOfRow.count)
        for row in 0..<rows.count {
            let weight = column.text(row).flatMap { Double($0) } ?? 1
            weights.append(weight.isFinite && weight > 0 ? weight : 1)
        }
        survey.weights = weights
    }
}
