/// Bars on the time line of a trace, in eighths of a cell.
struct WaterfallBar {
    let start: Int64
    let duration: Int64
    /// Cells of the whole trace, at least 1.
    let width: Int

    /// Partial blocks begin at the left of a cell only, so a bar begins with the nearest cell; its length is true to an
    /// eighth, and at least one eighth.
    ///
    /// - Returns: `width` cells.
    func text(_ span: Span) -> String {
        let offset = Int(share(span.start.saturatingSubtracting(start)).rounded())
        let first = min(max(0, offset), width - 1)
        let length = Int((share(span.duration ?? 0) * 8).rounded())
        let eighths = min(max(1, length), (width - first) * 8)
        let filled = eighths / 8
        let rest = eighths % 8 == 0 ? "" : Self.blocks[eighths % 8]
        let after = width - first - filled - (rest.isEmpty ? 0 : 1)
        return Self.repeated(" ", first) + Self.repeated("█", filled) + rest + Self.repeated(" ", after)
    }

    /// Cells for a duration, within the width.
    private func share(_ nanoseconds: Int64) -> Double {
        min(max(0, Double(nanoseconds) / Double(max(1, duration))), 1) * Double(width)
    }

    private static let blocks = ["", "▏", "▎", "▍", "▌", "▋", "▊", "▉"]

    private static func repeated(_ text: String, _ count: Int) -> String { String(repeating: text, count: count) }
}
