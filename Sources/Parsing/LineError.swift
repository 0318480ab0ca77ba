/// Why a line is no record: the text of its `parse_error`.
struct LineError: Error, Equatable {
    private let what: String
    /// Counted from 0.
    private let byte: Int?
    /// Whether the line is no broken JSON or logfmt, but something else.
    let isOtherFormat: Bool

    init(_ what: String, at byte: Int? = nil, isOtherFormat: Bool = false) {
        self.what = what
        self.byte = byte
        self.isOtherFormat = isOtherFormat
    }

    var reason: String { byte.map { "\(what) at byte \($0)" } ?? what }

    /// The same with bytes counted from `count` earlier.
    func shifted(by count: Int) -> LineError {
        LineError(what, at: byte.map { $0 + count }, isOtherFormat: isOtherFormat)
    }
}
