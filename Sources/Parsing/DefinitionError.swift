/// Why a parser definition is refused: file, line and reason.
public struct DefinitionError: Error, Equatable, CustomStringConvertible {
    public let file: String
    /// Counted from 1.
    public let line: Int
    public let reason: String

    public init(file: String, line: Int, reason: String) {
        self.file = file
        self.line = line
        self.reason = reason
    }

    public var description: String { "\(file):\(line): \(reason)" }
}

/// What is wrong with a pattern or a time format, without the place.
struct SyntaxError: Error {
    let reason: String

    init(_ reason: String) { self.reason = reason }
}
