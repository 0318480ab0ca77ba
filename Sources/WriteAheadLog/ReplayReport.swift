/// What was found in the write-ahead log on opening it.
public struct ReplayReport: Sendable, Equatable, CustomStringConvertible {
    public var segments = 0
    public var records = 0
    public var rows = 0
    /// Bytes at the end of the log that are no whole record: what was being written when the process ended.
    public var tornBytes = 0
    /// Bytes elsewhere that are no whole record.
    public var damagedBytes = 0
    /// Copies of the segments with such bytes, kept for a closer look.
    public var damagedCopies: [String] = []

    /// Whether nothing was lost.
    public var isClean: Bool { tornBytes == 0 && damagedBytes == 0 }

    public var description: String {
        var text = "\(rows) rows in \(segments) segments"
        if tornBytes > 0 { text += ", a torn tail of \(tornBytes) bytes cut off" }
        if damagedBytes > 0 { text += ", \(damagedBytes) damaged bytes left out, kept in \(damagedCopies.joined(separator: ", "))" }
        return text
    }
}

/// What is wrong with the log beyond what the file system itself reports.
public struct WriteAheadLogError: Error, CustomStringConvertible {
    public let description: String

    init(_ description: String) { self.description = description }
}
