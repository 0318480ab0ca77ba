import Yams

/// Takes the nodes of a YAML file apart. Every error has file, line and reason.
public struct YAMLReader: Sendable {
    public let file: String

    /// - Parameter file: its path, for errors.
    public init(file: String) { self.file = file }

    public func failure(_ line: Int, _ reason: String) -> ConfigurationError {
        ConfigurationError(file: file, line: line, reason: reason)
    }

    /// Where a node begins, counted from 1.
    public func line(of node: YAMLNode) -> Int { node.mark?.line ?? 1 }

    /// The root of a document.
    public func compose(_ yaml: String) throws(ConfigurationError) -> YAMLNode {
        do {
            if let node = try Yams.compose(yaml: yaml) { return node }
        } catch let error as YamlError {
            throw failure(error.line, "no valid YAML: \(error.reason)")
        } catch {
            throw failure(1, "no valid YAML: \(error)")
        }
        throw failure(1, "the file is empty")
    }

    /// - Parameters:
    ///   - what: for errors, such as `a rule`.
    ///   - keys: those that it may have; nil for any.
    public func mapping(_ node: YAMLNode, of what: String, keys: [String]?) throws(ConfigurationError) -> YAMLMapping {
        guard case .mapping(let mapping) = node else { throw failure(line(of: node), "\(what) must be a mapping") }
        var entries: [YAMLMapping.Entry] = []
        for (key, value) in mapping {
            guard let name = key.scalar?.string else { throw failure(line(of: key), "a key of \(what) must be plain text") }
            if let keys, !keys.contains(name) {
                throw failure(line(of: key), "unknown key '\(name)' in \(what); known are \(keys.joined(separator: ", "))")
            }
            entries.append(YAMLMapping.Entry(key: name, line: line(of: key), value: value))
        }
        return YAMLMapping(line: line(of: node), entries: entries)
    }

    public func required(_ key: String, in mapping: YAMLMapping) throws(ConfigurationError) -> YAMLNode {
        guard let node = mapping[key] else { throw failure(mapping.line, "the key '\(key)' is missing") }
        return node
    }

    /// The elements of a list.
    public func list(_ node: YAMLNode, of what: String) throws(ConfigurationError) -> [YAMLNode] {
        guard case .sequence(let sequence) = node else { throw failure(line(of: node), "\(what) must be a list") }
        return Array(sequence)
    }

    public func text(_ node: YAMLNode) throws(ConfigurationError) -> String {
        guard let scalar = node.scalar else { throw failure(line(of: node), "expected text") }
        return scalar.string
    }

    /// One node or a list of them; none for no node.
    public func oneOrMore(_ node: YAMLNode?) -> [YAMLNode] {
        guard let node else { return [] }
        guard case .sequence(let sequence) = node else { return [node] }
        return Array(sequence)
    }

    /// One text or a list of them; none for no node.
    public func texts(_ node: YAMLNode?) throws(ConfigurationError) -> [String] {
        var texts: [String] = []
        for element in oneOrMore(node) { texts.append(try text(element)) }
        return texts
    }

    /// A mapping from text to text; none for no node.
    public func strings(_ node: YAMLNode?, of what: String) throws(ConfigurationError) -> [String: String] {
        guard let node else { return [:] }
        var strings: [String: String] = [:]
        for entry in try mapping(node, of: what, keys: nil).entries { strings[entry.key] = try text(entry.value) }
        return strings
    }

    public func integer(_ node: YAMLNode, _ what: String, _ range: ClosedRange<Int>) throws(ConfigurationError) -> Int {
        guard let value = Int(try text(node)), range.contains(value) else {
            throw failure(line(of: node), "\(what) must be a whole number from \(range.lowerBound) to \(range.upperBound)")
        }
        return value
    }

    /// A whole number of up to nine digits with a unit.
    ///
    /// - Parameters:
    ///   - units: what each counts; the empty name for a number without one.
    ///   - range: of the number times its unit.
    ///   - what: for errors, such as `a time from 1ms to 60s`.
    public func quantity(
        _ node: YAMLNode, units: [String: Int64], _ range: ClosedRange<Int64>, _ what: String
    ) throws(ConfigurationError) -> Int64 {
        let text = try text(node)
        let digits = text.prefix { $0.isASCII && $0.isNumber }
        let unit = units[String(text.dropFirst(digits.count))]
        guard digits.count <= 9, let unit, let value = Int64(digits), range.contains(value * unit) else {
            throw failure(line(of: node), "'\(text)' must be \(what)")
        }
        return value * unit
    }

    public func choice<Choice: RawRepresentable<String> & CaseIterable>(
        _ node: YAMLNode, _: Choice.Type
    ) throws(ConfigurationError) -> Choice {
        let text = try text(node)
        guard let choice = Choice(rawValue: text) else {
            let known = Choice.allCases.map(\.rawValue).joined(separator: " or ")
            throw failure(line(of: node), "'\(text)' must be \(known)")
        }
        return choice
    }
}

extension YamlError {
    fileprivate var line: Int {
        switch self {
        case .scanner(_, _, let mark, _), .parser(_, _, let mark, _), .composer(_, _, let mark, _): mark.line
        case .duplicatedKeysInMapping(_, let context): context.mark.line
        default: 1
        }
    }

    fileprivate var reason: String {
        switch self {
        case .scanner(_, let problem, _, _), .parser(_, let problem, _, _), .composer(_, let problem, _, _): problem
        case .duplicatedKeysInMapping(let duplicates, _):
            "the key \(duplicates.map { "'\($0)'" }.joined(separator: ", ")) stands twice"
        default: "\(self)"
        }
    }
}
