public import ConfigurationFiles
import LogsQL
import Records
import Storage

extension SamplingConfiguration {
    /// Reads the section.
    ///
    /// - Throws: `ConfigurationError` for the first thing that is unknown, missing or out of range.
    public init(_ node: YAMLNode, _ yaml: YAMLReader) throws(ConfigurationError) {
        let keys = try yaml.mapping(node, of: "sampling", keys: ["window", "disk", "memory", "decisions", "rules"])
        window = HotWindow()
        if let node = keys["window"] { window.age = try yaml.duration(node, "window", 1_000_000_000...86_400_000_000_000) }
        if let node = keys["disk"] { window.bytesMax = try yaml.size(node, "disk", 1 << 20...1 << 44) }
        if let node = keys["memory"] { window.surveyBytesMax = try yaml.size(node, "memory", 1 << 20...1 << 40) }
        if let node = keys["decisions"] { window.decisionsMax = try yaml.integer(node, "decisions", 1...100_000_000) }
        rules = []
        guard let list = keys["rules"] else { return }
        for node in try yaml.list(list, of: "rules") {
            guard rules.count < Self.rulesMax else {
                throw yaml.failure(yaml.line(of: node), "there are more than \(Self.rulesMax) rules")
            }
            let rule = try SamplingRule(node, yaml)
            guard !rules.contains(where: { $0.name == rule.name }) else {
                throw yaml.failure(yaml.line(of: node), "two rules are named '\(rule.name)'")
            }
            rules.append(rule)
        }
    }
}

extension SamplingRule {
    private static let actions = ["keep", "drop", "rate", "probability"]

    init(_ node: YAMLNode, _ yaml: YAMLReader) throws(ConfigurationError) {
        let keys = try yaml.mapping(node, of: "a rule", keys: ["name"] + Self.actions + ["when", "scope", "flag"])
        name = try yaml.name(try yaml.required("name", in: keys), "a rule")
        guard name != FeatureFlags.sampling else {
            throw yaml.failure(keys.line(of: "name"), "'\(name)' is the flag of all rules together; name this one otherwise")
        }
        let found = keys.entries.filter { Self.actions.contains($0.key) }
        guard found.count == 1, let entry = found.first else {
            throw yaml.failure(keys.line, "a rule has one of \(Self.actions.joined(separator: ", "))")
        }
        var condition: Filter?
        switch entry.key {
        case "keep":
            action = .keep
            condition = try RuleCondition.filter(entry.value, of: "keep", yaml)
        case "drop":
            action = .drop
            condition = try RuleCondition.filter(entry.value, of: "drop", yaml)
        case "rate": action = .rate(try RateLimit(entry.value, yaml))
        default: action = .probability(try yaml.share(entry.value, "probability"))
        }
        if let when = keys["when"] {
            guard condition == nil else {
                throw yaml.failure(keys.line(of: "when"), "'when' is for rate and probability; '\(entry.key)' has the condition itself")
            }
            condition = try RuleCondition.filter(when, of: "when", yaml)
        }
        self.condition = condition
        scope = try keys["scope"].map { node throws(ConfigurationError) in try yaml.choice(node, Scope.self) } ?? .request
        guard scope == .request || action == .drop else {
            throw yaml.failure(keys.line(of: "scope"), "only 'drop' may have the scope 'record'")
        }
        flag = try keys["flag"].map { node throws(ConfigurationError) in try yaml.name(node, "a flag") } ?? name
    }
}

extension SamplingRule.RateLimit {
    private static let keyFieldsMax = 8

    init(_ node: YAMLNode, _ yaml: YAMLReader) throws(ConfigurationError) {
        let keys = try yaml.mapping(node, of: "rate", keys: ["rows_per_second", "burst", "key", "keys_max"])
        rowsPerSecond = try yaml.number(try yaml.required("rows_per_second", in: keys), "rows_per_second", above: 0)
        burst = try keys["burst"].map { node throws(ConfigurationError) in
            try yaml.number(node, "burst", from: 1)
        } ?? Swift.max(1, rowsPerSecond * 10)
        key = keys["key"] == nil ? [FieldNames.service] : try yaml.texts(keys["key"])
        guard (1...Self.keyFieldsMax).contains(key.count) else {
            throw yaml.failure(keys.line(of: "key"), "a key has 1 to \(Self.keyFieldsMax) fields")
        }
        keysMax = try keys["keys_max"].map { node throws(ConfigurationError) in
            try yaml.integer(node, "keys_max", 1...1_000_000)
        } ?? 10_000
    }
}

extension YAMLReader {
    fileprivate func duration(_ node: YAMLNode, _ what: String, _ range: ClosedRange<Int64>) throws(ConfigurationError) -> Int64 {
        guard let value = DurationText.nanoseconds(try text(node)), range.contains(value) else {
            let (first, last) = (range.lowerBound / 1_000_000_000, range.upperBound / 1_000_000_000)
            throw failure(line(of: node), "\(what) must be a duration from \(first)s to \(last)s, such as 10m")
        }
        return value
    }

    fileprivate func size(_ node: YAMLNode, _ what: String, _ range: ClosedRange<Int>) throws(ConfigurationError) -> Int {
        guard let value = ByteSize.bytes(try text(node)), range.contains(value) else {
            throw failure(
                line(of: node), "\(what) must be a size from \(range.lowerBound >> 20)MiB to \(range.upperBound >> 30)GiB")
        }
        return value
    }

    fileprivate func number(
        _ node: YAMLNode, _ what: String, above least: Double = -1, from first: Double = 0
    ) throws(ConfigurationError) -> Double {
        guard let value = Double(try text(node)), value.isFinite, value > least, value >= first else {
            throw failure(line(of: node), "\(what) must be a number " + (least >= 0 ? "above \(Int(least))" : "from \(Int(first))"))
        }
        return value
    }

    /// `10%` or `0.1`.
    fileprivate func share(_ node: YAMLNode, _ what: String) throws(ConfigurationError) -> Double {
        let text = try text(node)
        let value = text.hasSuffix("%") ? Double(text.dropLast()).map { $0 / 100 } : Double(text)
        guard let value, value > 0, value <= 1 else {
            throw failure(line(of: node), "\(what) must be above 0 and up to 1, such as 0.1 or 10%; use drop to keep none")
        }
        return value
    }

    fileprivate func name(_ node: YAMLNode, _ what: String) throws(ConfigurationError) -> String {
        let name = try text(node)
        let isName = name.utf8.allSatisfy { byte in
            byte.isASCIILowercaseLetterOrDigit || byte == UInt8(ascii: "-") || byte == UInt8(ascii: "_") || byte == UInt8(ascii: ".")
        }
        guard isName, (1...64).contains(name.utf8.count) else {
            throw failure(line(of: node), "the name of \(what) is made of a to z, digits, '-', '_' and '.', 64 at most, not '\(name)'")
        }
        return name
    }
}

extension UInt8 {
    fileprivate var isASCIILowercaseLetterOrDigit: Bool {
        UInt8(ascii: "a")...UInt8(ascii: "z") ~= self || UInt8(ascii: "0")...UInt8(ascii: "9") ~= self
    }
}
