/// Log levels: their names, their order, and how they are usually spelled.
public enum Levels {
    /// From the least to the most severe.
    public static let rising = [
        "trace", "debug", "info", "notice", "warn", "error", "critical", "alert", "fatal", "emergency",
    ]

    /// The usual spellings, in lower case, with the name each becomes.
    public static let names: [String: String] = [
        "trace": "trace", "finest": "trace", "finer": "trace", "verbose": "trace",
        "debug": "debug", "dbg": "debug", "fine": "debug", "config": "debug",
        "info": "info", "information": "info", "informational": "info", "inf": "info",
        "notice": "notice",
        "warn": "warn", "warning": "warn", "wrn": "warn",
        "error": "error", "err": "error", "severe": "error", "eror": "error",
        "critical": "critical", "crit": "critical",
        "alert": "alert",
        "emergency": "emergency", "emerg": "emergency",
        "fatal": "fatal", "panic": "fatal", "ftl": "fatal",
    ]

    /// The spellings of a level and of all that are more severe; none for a text that names no level.
    public static func spellings(from level: String) -> [String] {
        guard let name = names[level.lowercased()], let place = rising.firstIndex(of: name) else { return [] }
        let wanted = Set(rising[place...])
        return names.filter { wanted.contains($0.value) }.map(\.key).sorted()
    }
}
