/// What was found in the write-ahead log on opening it.
public struct ReplayReport: Sendable, Equatable, CustomStringConvertible {
    public var segments = 0
    public var records = 0
    public var rows = 0
    /// Bytes at the end of the log that are no whole record: what was being written when the process ended.
    public var tornBytes = 0
    /// Bytes elsewhere that are no whole record.
    public var damagedBytes = 0
    /// Where such bytes are, up to `damageMax` places.
    public private(set) var damage: [LogDamage] = []
    /// Segments and torn tails that were set aside, so that a closer look finds all that there was.
    public internal(set) var quarantined: [String] = []
    /// Damaged segments that could not be set aside, and why.
    public internal(set) var quarantineFailures: [String] = []

    static let damageMax = 100

    public init(segments: Int = 0, records: Int = 0, rows: Int = 0) {
        self.segments = segments
        self.records = records
        self.rows = rows
    }

    /// Whether nothing was lost.
    public var isClean: Bool { tornBytes == 0 && damagedBytes == 0 }

    mutating func add(_ damage: LogDamage) {
        damagedBytes += damage.byteCount
        if self.damage.count < Self.damageMax { self.damage.append(damage) }
    }

    public var description: String {
        var text = "\(rows) rows in \(segments) segments"
        if tornBytes > 0 { text += ", a torn tail of \(tornBytes) bytes left out" }
        if damagedBytes > 0 {
            text += ", \(damagedBytes) damaged bytes left out: " + damage.prefix(3).map(\.description).joined(separator: "; ")
            if damage.count > 3 { text += "; and elsewhere" }
        }
        if !quarantined.isEmpty { text += "; kept in \(quarantined.joined(separator: ", "))" }
        if !quarantineFailures.isEmpty { text += "; \(quarantineFailures.joined(separator: "; "))" }
        return text
    }
}

/// Bytes of a segment that are no record.
public struct LogDamage: Sendable, Equatable, CustomStringConvertible {
    public let path: String
    public let offset: Int
    public let byteCount: Int

    public var description: String { "'\(path)', \(byteCount) bytes from \(offset) on" }
}

/// What is wrong with the log beyond what the file system itself reports.
public struct WriteAheadLogError: Error, CustomStringConvertible {
    public let description: String

    init(_ description: String) { self.description = description }
}
