/// Why a line is no record: the text of its `parse_error`.
struct LineError: Error, Equatable {
    let reason: String

    init(_ reason: String) { self.reason = reason }

    init(_ reason: String, at byte: Int) { self.reason = "\(reason) at byte \(byte)" }
}
