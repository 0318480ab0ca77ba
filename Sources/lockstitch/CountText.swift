import Foundation

/// Numbers of things for people.
enum CountText {
    /// `1 chunk`, `2 chunks`.
    static func text(_ count: Int, _ noun: String) -> String { "\(count) \(noun)\(count == 1 ? "" : "s")" }
}

/// Sizes for people.
enum ByteText {
    private static let units = ["KiB", "MiB", "GiB", "TiB"]

    /// `1023 B`, `1.0 KiB`, `12.3 MiB`.
    static func text(_ bytes: Int) -> String {
        guard bytes >= 1_024 else { return "\(bytes) B" }
        var value = Double(bytes) / 1_024
        var unit = 0
        while value >= 1_023.95, unit < units.count - 1 { (value, unit) = (value / 1_024, unit + 1) }
        return String(format: "%.1f ", value) + units[unit]
    }
}
