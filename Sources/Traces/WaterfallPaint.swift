import Records

/// Colours of a waterfall (ECMA-48, SGR), or none.
struct WaterfallPaint {
    private let isOn: Bool

    /// Neither red, which is for errors, nor the terminal's own.
    private static let palette = [36, 33, 35, 34, 32, 96, 93, 95, 94, 92]

    private let codes: [String: Int]

    /// Services have colours in order of their names, so that a request drawn again looks the same.
    init(isOn: Bool, services: [String]) {
        self.isOn = isOn
        var codes: [String: Int] = [:]
        for (place, service) in services.sorted().enumerated() {
            codes[service] = Self.palette[place % Self.palette.count]
        }
        self.codes = codes
    }

    func bold(_ text: String) -> String { colored(text, 1) }
    func dim(_ text: String) -> String { colored(text, 2) }
    func error(_ text: String) -> String { colored(text, 31) }
    func service(_ text: String, _ service: String) -> String { codes[service].map { colored(text, $0) } ?? text }

    func level(_ text: String, of log: Record) -> String {
        if log.isErrorLog { return error(text) }
        switch log.text(FieldNames.level)?.lowercased() {
        case "warn", "warning": return colored(text, 33)
        case "debug", "trace": return dim(text)
        default: return text
        }
    }

    private func colored(_ text: String, _ code: Int) -> String {
        isOn && text.contains { $0 != " " } ? "\u{1b}[\(code)m\(text)\u{1b}[0m" : text
    }
}
