import Parsing
import Records
import Shipping
import SystemIO

extension LineParser {
    /// Parses all lines of a file, batch by batch.
    ///
    /// - Parameter file: `-` is standard input.
    /// - Throws: a `CommandFailure` when it cannot be read, and what `body` throws.
    mutating func parse(file: String, as parser: PinnedParser = .auto, _ body: (RecordBatch) throws -> Void) throws {
        let source = LineSource(parser: parser, name: file)
        var lines: [UInt8] = []
        do {
            let reader = try InputReader(file == "-" ? .standardInput : .file(file))
            while let block = try reader.nextBlock() {
                let searched = lines.count
                lines += block
                guard let newline = lines[searched...].lastIndex(of: UInt8(ascii: "\n")) else { continue }
                let open = try parse(Array(lines[...newline]), source, isFinal: false, body)
                lines.replaceSubrange(...newline, with: open)
            }
        } catch let error as ShipError {
            throw CommandFailure(error.description, code: 2)
        }
        _ = try parse(lines, source, isFinal: true, body)
    }

    /// Returns the lines of records that may go on.
    private mutating func parse(
        _ lines: [UInt8], _ source: LineSource, isFinal: Bool, _ body: (RecordBatch) throws -> Void
    ) throws -> [UInt8] {
        let receivedAt = SystemWallClock().now()
        var progress = Progress()
        repeat {
            progress = parse(lines, after: progress, receivedAt: receivedAt, source: source, isFinal: isFinal)
            try body(takeBatch())
        } while progress.isBatchFull
        return progress.openBytes(of: lines)
    }
}
