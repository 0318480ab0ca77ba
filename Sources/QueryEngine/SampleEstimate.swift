import Foundation
public import Records
import Synchronization

/// What it means that an answer was estimated from rows that sampling kept.
public struct SampleEstimate: Sendable, Hashable {
    /// The fields that say how far a result may be from the truth.
    public struct ErrorNames: Sendable, Hashable {
        /// Of the standard error.
        public let standard: String
        /// Of the ends of an interval that has the truth in it in 95 % of all cases.
        public let low: String
        public let high: String

        /// `<name>_stderr`, `<name>_low` and `<name>_high`; with `_2` and so on after it where `taken` has the name.
        init(of name: String, besides taken: inout Set<String>) {
            func free(_ name: String) -> String {
                var (free, number) = (name, 1)
                while !taken.insert(free).inserted {
                    number += 1
                    free = "\(name)_\(number)"
                }
                return free
            }
            (standard, low, high) = (free("\(name)_stderr"), free("\(name)_low"), free("\(name)_high"))
        }
    }

    /// The rows that `stats` was given.
    public let keptRows: Int
    /// How many rows there were, as the kept ones tell.
    public let standsFor: Double
    /// False where the sample had more requests than `QueryLimitsOfEngine.sampleSumsMax` allows: no result has an error then.
    public let isErrorKnown: Bool
    /// The results that were computed from the kept rows alone, such as the greatest value.
    public let ofKeptRows: [String]
    /// By the names of the results. A row has the fields only where the result is an estimate.
    public let errorNames: [String: ErrorNames]
}

extension SampleEstimate {
    /// The same with each result and its standard error in one field.
    func merged(_ record: Record) -> Record {
        var fields = record.fields
        for (name, names) in errorNames {
            guard let place = fields.firstIndex(where: { $0.name == name }),
                let value = Double(fields[place].value.text),
                let error = fields.first(where: { $0.name == names.standard }).flatMap({ Double($0.value.text) })
            else { continue }
            fields[place] = Record.Field(name, FieldValue(Self.text(value, error), kind: .number))
            fields.removeAll { [names.standard, names.low, names.high].contains($0.name) }
        }
        return Record(time: record.time, fields: fields)
    }

    /// `1234 ± 56`: the error with two digits, the value with no more places.
    private static func text(_ value: Double, _ error: Double) -> String {
        guard (1e-200...1e200).contains(error) else { return "\(NumberText.shortest(value)) ± \(NumberText.shortest(error))" }
        let exponent = Int(log10(error).rounded(.down)) - 1
        let power = pow(10, Double(abs(exponent)))
        func rounded(_ number: Double) -> String {
            NumberText.shortest(exponent < 0 ? (number * power).rounded() / power : (number / power).rounded() * power)
        }
        return "\(rounded(value)) ± \(rounded(error))"
    }
}

/// Where the stages of a query note that it is estimated.
final class SampleEstimates: Sendable {
    private let known = Mutex<SampleEstimate?>(nil)

    /// Nil while no row was weighted.
    var estimate: SampleEstimate? {
        get { known.withLock { $0 } }
        set { known.withLock { $0 = newValue } }
    }
}

/// What a query found.
public struct QueryAnswer: Sendable {
    public let records: [Record]
    /// Nil where nothing was estimated.
    public let estimate: SampleEstimate?
}
