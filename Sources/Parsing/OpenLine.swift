import Kernels
import Records

/// One piece of a line that its writer has cut, or the rest of the line.
struct Piece {
    /// The line of the input it stands in, with its newline.
    let line: Range<Int>
    let parser: Int
    /// For text: the number of the pattern that fits.
    let pattern: Int?
    /// The values that tell its stream from others.
    let stream: [[UInt8]]
    let text: [UInt8]
    /// For text: how many bytes of the line stand before `text`.
    let prefixCount: Int
    /// Whether the line goes on in the next piece of its stream.
    let goesOn: Bool
}

/// A line of which not all pieces have come.
struct OpenLine: Sendable {
    /// Why a record is not all of its line: its `parse_error`.
    enum Gap {
        case cut(bytesMax: Int)
        case noEnd
        case tooManyOpen

        var reason: String {
            switch self {
            case .cut(let bytesMax): "the pieces of the line have more than \(bytesMax) bytes; cut there"
            case .noEnd: "the line goes on, but its next piece did not come"
            case .tooManyOpen: "the line goes on, but pieces of more than \(Limits.openLinesMax) lines came in between"
            }
        }
    }

    let parser: Int
    /// For text: the number of the pattern that fits the first piece.
    let pattern: Int?
    let prefixCount: Int
    private let stream: [[UInt8]]
    /// The lines that the pieces stand in, with their newlines.
    private(set) var lines: [Range<Int>]
    /// The bytes of `lines`.
    private(set) var bytes: Int
    private(set) var text: [UInt8]

    init(_ first: Piece) {
        parser = first.parser
        pattern = first.pattern
        prefixCount = first.prefixCount
        stream = first.stream
        lines = [first.line]
        bytes = first.line.count
        text = first.text
    }

    var first: Range<Int> { lines[0] }

    /// Where the last piece ends that has come.
    var end: Int { lines[lines.count - 1].upperBound }

    func goesOn(in piece: Piece) -> Bool { piece.parser == parser && piece.stream == stream }

    mutating func append(_ piece: Piece) {
        lines.append(piece.line)
        bytes += piece.line.count
        text += piece.text
    }
}
