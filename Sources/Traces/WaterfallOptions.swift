/// How a trace is drawn.
public struct WaterfallOptions: Sendable {
    /// Which logs are shown under their spans.
    public enum Logs: String, Sendable, CaseIterable {
        case all, errors, none
    }

    /// Narrower is drawn as wide as this.
    public static let widthMin = 60
    /// Wider is drawn as wide as this.
    public static let widthMax = 1_000
    /// Rows drawn, the header aside; the rest is counted in a last line.
    public static let rowsMax = 5_000

    public var logs = Logs.all
    /// Terminal cells of a line, brought into `widthMin ... widthMax`.
    public var width = 120
    /// Whether to use colours (ECMA-48, SGR).
    public var color = false

    public init() {}

    var drawnWidth: Int { min(max(width, WaterfallOptions.widthMin), WaterfallOptions.widthMax) }
}
