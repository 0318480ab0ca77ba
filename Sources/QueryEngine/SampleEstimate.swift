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
    /// False where the sample had more requests than `QueryLimitsOfEngine.sampleCellsMax`: no result has an error then.
    public let isErrorKnown: Bool
    /// The results that were computed from the kept rows alone, such as the greatest value.
    public let ofKeptRows: [String]
    /// By the names of the results. A row has the fields only where the result is an estimate.
    public let errorNames: [String: ErrorNames]
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
