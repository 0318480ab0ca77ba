/// What the builders of rows must know of names, and the bounds they keep to.
public struct RowSchema: Sendable {
    /// From the spellings in lines to the names of columns.
    public let aliases: [String: String]
    /// The field with the time of the row. It has no column.
    public let time: String
    /// The column of a further field of that very name.
    public let secondTime: String
    /// The column that keeps the text of times that cannot be read.
    public let timeText: String
    /// The field that gives the time, in nanoseconds since the epoch, to a row that says none.
    public let startTime: String
    /// Bytes of a line, fields of a row, levels of nested objects, bytes of a dotted name, and words without `=` in logfmt.
    public let lineBytesMax: Int
    public let fieldsMax: Int
    public let nestingMax: Int
    public let nameBytesMax: Int
    public let bareKeysMax: Int

    public init(
        aliases: [String: String], time: String, secondTime: String, timeText: String, startTime: String,
        lineBytesMax: Int, fieldsMax: Int, nestingMax: Int, nameBytesMax: Int, bareKeysMax: Int
    ) {
        self.aliases = aliases
        self.time = time
        self.secondTime = secondTime
        self.timeText = timeText
        self.startTime = startTime
        self.lineBytesMax = lineBytesMax
        self.fieldsMax = fieldsMax
        self.nestingMax = nestingMax
        self.nameBytesMax = nameBytesMax
        self.bareKeysMax = bareKeysMax
    }
}
