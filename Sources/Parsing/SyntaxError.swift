/// What is wrong with a pattern or a time format, without the place.
struct SyntaxError: Error {
    let reason: String

    init(_ reason: String) { self.reason = reason }
}
