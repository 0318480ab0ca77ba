/// Why a line is no record: the text of its `parse_error`.
struct LineError: Error, Equatable {
    private let what: String
    /// Counted from 0.
    private let byte: Int?

    init(_ what: String, at byte: Int? = nil) {
        self.what = what
        self.byte = byte
    }

    var reason: String { byte.map { "\(what) at byte \($0)" } ?? what }

    /// The same with bytes counted from `count` earlier.
    func shifted(by count: Int) -> LineError { LineError(what, at: byte.map { $0 + count }) }
}
