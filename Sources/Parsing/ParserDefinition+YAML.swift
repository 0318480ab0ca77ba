import Kernels
import Records
import Yams

extension ParserDefinition {
    /// Reads a definition file.
    ///
    /// - Parameters:
    ///   - file: its path, for errors; its name without folder and ending must be the definition's name.
    /// - Throws: `DefinitionError` for the first thing that is unknown, missing or of the wrong kind.
    public init(yaml: String, file: String) throws(DefinitionError) {
        let reader = DefinitionReader(file: file)
        let root = try reader.mapping(
            try reader.compose(yaml), of: "a definition",
            keys: [
                "name", "description", "format", "order", "match", "extract", "missing", "time", "level", "set", "inner",
                "rename", "drop", "redact", "multiline", "samples",
            ])
        self.file = file
        name = try reader.text(try reader.required("name", in: root))
        try reader.checkName(name, root.line(of: "name"))
        description = try reader.text(try reader.required("description", in: root))
        format = try root["format"].map { node throws(DefinitionError) in try reader.choice(node, Format.self) } ?? .text
        order = try root["order"].map { node throws(DefinitionError) in try reader.integer(node, "order", 0...1_000) } ?? 50
        match = try reader.match(root["match"])
        extract = try reader.texts(root["extract"])
        missing = try reader.texts(root["missing"]).map(\.text)
        time = try reader.time(root["time"])
        level = try reader.level(root["level"])
        set = try reader.values(root["set"], of: "set").map { ($0.key, $0.value) }.sorted { $0.0 < $1.0 }
        inner = try root["inner"].map { node throws(DefinitionError) in try reader.text(node) }
        rename = try reader.strings(root["rename"], of: "rename").map { ($0.key, $0.value) }.sorted { $0.0 < $1.0 }
        drop = try reader.texts(root["drop"]).map(\.text)
        redact = try reader.redact(root["redact"])
        multiline = try reader.multiline(root["multiline"])
        samples = try reader.samples(try reader.required("samples", in: root))
        try reader.check(self, root)
    }
}

/// A mapping whose keys are known.
private struct Mapping {
    let line: Int
    let entries: [(key: String, keyLine: Int, value: Node)]

    subscript(key: String) -> Node? { entries.first { $0.key == key }?.value }

    func line(of key: String) -> Int { entries.first { $0.key == key }?.keyLine ?? line }
}

/// Takes YAML nodes apart; every error has file, line and reason.
private struct DefinitionReader {
    let file: String

    func failure(_ line: Int, _ reason: String) -> DefinitionError {
        DefinitionError(file: file, line: line, reason: reason)
    }

    func compose(_ yaml: String) throws(DefinitionError) -> Node {
        do {
            if let node = try Yams.compose(yaml: yaml) { return node }
        } catch let error as YamlError {
            throw failure(error.line, "no valid YAML: \(error.reason)")
        } catch {
            throw failure(1, "no valid YAML: \(error)")
        }
        throw failure(1, "the file is empty")
    }

    func mapping(_ node: Node, of what: String, keys: [String]?) throws(DefinitionError) -> Mapping {
        guard case .mapping(let mapping) = node else { throw failure(node.line, "\(what) must be a mapping") }
        var entries: [(key: String, keyLine: Int, value: Node)] = []
        for (key, value) in mapping {
            guard let name = key.scalar?.string else { throw failure(key.line, "a key of \(what) must be plain text") }
            if let keys, !keys.contains(name) {
                throw failure(key.line, "unknown key '\(name)' in \(what); known are \(keys.joined(separator: ", "))")
            }
            entries.append((name, key.line, value))
        }
        return Mapping(line: node.line, entries: entries)
    }

    func required(_ key: String, in mapping: Mapping) throws(DefinitionError) -> Node {
        guard let node = mapping[key] else { throw failure(mapping.line, "the key '\(key)' is missing") }
        return node
    }

    func text(_ node: Node) throws(DefinitionError) -> String { try located(node).text }

    private func located(_ node: Node) throws(DefinitionError) -> ParserDefinition.Located {
        guard let scalar = node.scalar else { throw failure(node.line, "expected text") }
        return ParserDefinition.Located(text: scalar.string, line: node.line)
    }

    /// One text or a list of them; none for no node.
    func texts(_ node: Node?) throws(DefinitionError) -> [ParserDefinition.Located] {
        guard let node else { return [] }
        guard case .sequence(let sequence) = node else { return [try located(node)] }
        var texts: [ParserDefinition.Located] = []
        for element in sequence { texts.append(try located(element)) }
        return texts
    }

    func strings(_ node: Node?, of what: String) throws(DefinitionError) -> [String: String] {
        guard let node else { return [:] }
        var strings: [String: String] = [:]
        for entry in try mapping(node, of: what, keys: nil).entries { strings[entry.key] = try text(entry.value) }
        return strings
    }

    func values(_ node: Node?, of what: String) throws(DefinitionError) -> [String: ParserDefinition.SampleValue] {
        guard let node else { return [:] }
        var values: [String: ParserDefinition.SampleValue] = [:]
        for entry in try mapping(node, of: what, keys: nil).entries {
            guard let scalar = entry.value.scalar else { throw failure(entry.value.line, "expected a value") }
            let isText = scalar.style != .plain || !scalar.string.isJSONNumberOrBoolean
            values[entry.key] = ParserDefinition.SampleValue(text: scalar.string, isText: isText)
        }
        return values
    }

    func integer(_ node: Node, _ what: String, _ range: ClosedRange<Int>) throws(DefinitionError) -> Int {
        guard let value = Int(try text(node)), range.contains(value) else {
            throw failure(node.line, "\(what) must be a whole number from \(range.lowerBound) to \(range.upperBound)")
        }
        return value
    }

    func choice<Choice: RawRepresentable<String> & CaseIterable>(
        _ node: Node, _: Choice.Type
    ) throws(DefinitionError) -> Choice {
        let text = try text(node)
        guard let choice = Choice(rawValue: text) else {
            let known = Choice.allCases.map(\.rawValue).joined(separator: " or ")
            throw failure(node.line, "'\(text)' must be \(known)")
        }
        return choice
    }

    func checkName(_ name: String, _ line: Int) throws(DefinitionError) {
        guard !name.isEmpty, name.utf8.allSatisfy({ $0.isASCIILetterOrDigit || $0 == UInt8(ascii: "-") }) else {
            throw failure(line, "the name '\(name)' must be made of letters, digits and '-'")
        }
        guard !PinnedParser.reservedNames.contains(name) else {
            throw failure(line, "the name '\(name)' is that of a built-in parser")
        }
        let fileName = file.split(separator: "/").last.map(String.init) ?? file
        guard fileName == "\(name).yaml" else {
            throw failure(line, "the definition '\(name)' must be in a file '\(name).yaml', not '\(fileName)'")
        }
    }

    func match(_ node: Node?) throws(DefinitionError) -> ParserDefinition.Match {
        var match = ParserDefinition.Match()
        guard let node else { return match }
        let keys = try mapping(node, of: "match", keys: ["sources", "programs", "fields"])
        match.sources = try texts(keys["sources"]).map(\.text)
        match.programs = try texts(keys["programs"]).map(\.text)
        match.fields = try texts(keys["fields"]).map(\.text)
        return match
    }

    func time(_ node: Node?) throws(DefinitionError) -> ParserDefinition.Time {
        var time = ParserDefinition.Time()
        guard let node else { return time }
        let keys = try mapping(node, of: "time", keys: ["field", "formats", "zone"])
        if let field = keys["field"] { time.field = try text(field) }
        time.formats = try texts(keys["formats"])
        if let zone = keys["zone"] { time.zone = try located(zone) }
        return time
    }

    func level(_ node: Node?) throws(DefinitionError) -> ParserDefinition.Level {
        var level = ParserDefinition.Level()
        guard let node else { return level }
        let keys = try mapping(node, of: "level", keys: ["field", "map"])
        if let field = keys["field"] { level.field = try text(field) }
        level.map = try strings(keys["map"], of: "level.map")
        return level
    }

    func redact(_ node: Node?) throws(DefinitionError) -> [ParserDefinition.Redact] {
        guard let node else { return [] }
        guard case .sequence(let sequence) = node else { throw failure(node.line, "redact must be a list") }
        var rules: [ParserDefinition.Redact] = []
        for element in sequence {
            let keys = try mapping(element, of: "redact", keys: ["find", "by", "in"])
            let method = try keys["by"].map { node throws(DefinitionError) in
                try choice(node, ParserDefinition.Redact.Method.self)
            }
            rules.append(
                ParserDefinition.Redact(
                    find: try located(try required("find", in: keys)), method: method ?? .mask,
                    fields: keys["in"] == nil ? nil : try texts(keys["in"]).map(\.text)))
        }
        return rules
    }

    func multiline(_ node: Node?) throws(DefinitionError) -> ParserDefinition.Multiline? {
        guard let node else { return nil }
        var multiline = ParserDefinition.Multiline()
        let keys = try mapping(node, of: "multiline", keys: ["start", "partial", "timeout", "bytes"])
        if let partial = keys["partial"] {
            guard keys["start"] == nil else {
                throw failure(keys.line(of: "start"), "multiline has either 'start' or 'partial'")
            }
            multiline.partial = try self.partial(partial)
        }
        if let start = keys["start"] { multiline.start = try located(start) }
        if let timeout = keys["timeout"] {
            multiline.timeout = try number(
                timeout, units: ["ms": 1_000_000, "s": 1_000_000_000], 1_000_000...60_000_000_000,
                "a time from 1ms to 60s")
        }
        if let bytes = keys["bytes"] {
            multiline.bytes = Int(
                try number(bytes, units: ["KiB": 1 << 10, "MiB": 1 << 20], 1 << 10...1 << 20, "a size from 1KiB to 1MiB"))
        }
        return multiline
    }

    private func partial(_ node: Node) throws(DefinitionError) -> ParserDefinition.Partial {
        let keys = try mapping(node, of: "multiline.partial", keys: ["field", "by", "extract", "until", "only"])
        let until = try keys["until"].map { node throws(DefinitionError) in try text(node) }
        guard until?.isEmpty != true else { throw failure(keys.line(of: "until"), "multiline.partial.until is empty") }
        return ParserDefinition.Partial(
            field: try text(try required("field", in: keys)), streams: try texts(keys["by"]).map(\.text),
            extract: try texts(keys["extract"]), until: until,
            only: keys["only"] == nil ? nil : try texts(keys["only"]).map(\.text))
    }

    private func number(
        _ node: Node, units: [String: Int64], _ range: ClosedRange<Int64>, _ what: String
    ) throws(DefinitionError) -> Int64 {
        let text = try text(node)
        let digits = text.prefix { $0.isASCII && $0.isNumber }
        let unit = units[String(text.dropFirst(digits.count))]
        guard digits.count <= 9, let unit, let value = Int64(digits), range.contains(value * unit) else {
            throw failure(node.line, "'\(text)' must be \(what)")
        }
        return value * unit
    }

    func samples(_ node: Node) throws(DefinitionError) -> [ParserDefinition.Sample] {
        guard case .sequence(let sequence) = node, !sequence.isEmpty else {
            throw failure(node.line, "samples must be a list with one sample at least")
        }
        var samples: [ParserDefinition.Sample] = []
        for element in sequence {
            let keys = try mapping(element, of: "a sample", keys: ["line", "record", "records", "program", "source"])
            guard (keys["record"] == nil) != (keys["records"] == nil) else {
                throw failure(element.line, "a sample has either 'record' or 'records'")
            }
            var records: [[String: ParserDefinition.SampleValue]] = []
            if let record = keys["record"] { records.append(try values(record, of: "record")) }
            if let list = keys["records"] {
                guard case .sequence(let list) = list else { throw failure(list.line, "records must be a list") }
                for record in list { records.append(try values(record, of: "a record")) }
            }
            samples.append(
                ParserDefinition.Sample(
                    text: try text(try required("line", in: keys)),
                    source: try keys["source"].map { node throws(DefinitionError) in try text(node) },
                    program: try keys["program"].map { node throws(DefinitionError) in try text(node) },
                    records: records, line: element.line))
        }
        return samples
    }

    /// What must hold between parts.
    func check(_ definition: ParserDefinition, _ root: Mapping) throws(DefinitionError) {
        guard !definition.description.isEmpty, !definition.description.contains("\n") else {
            throw failure(root.line(of: "description"), "the description must be one line of text")
        }
        for (key, names) in [("set", definition.set.map(\.name)), ("rename", definition.rename.map(\.to))]
        where names.contains(FieldNames.time) {
            throw failure(root.line(of: key), "the time of a record cannot be given by \(key); use time.field")
        }
        switch definition.format {
        case .text:
            guard !definition.extract.isEmpty else { throw failure(root.line, "the key 'extract' is missing") }
            guard definition.match.fields.isEmpty else {
                throw failure(root.line(of: "match"), "match.fields is for format json")
            }
            if let partial = definition.multiline?.partial {
                guard partial.until == nil, partial.only == nil else {
                    throw failure(root.line(of: "multiline"), "multiline.partial.until and only are for format json")
                }
                guard !partial.extract.isEmpty else {
                    throw failure(root.line(of: "multiline"), "multiline.partial needs extract, which lines fit that go on")
                }
            }
        case .json:
            guard definition.extract.isEmpty else { throw failure(root.line(of: "extract"), "extract is for format text") }
            if let multiline = definition.multiline {
                guard let partial = multiline.partial else {
                    throw failure(root.line(of: "multiline"), "multiline without partial is for format text")
                }
                guard partial.extract.isEmpty else {
                    throw failure(root.line(of: "multiline"), "multiline.partial.extract is for format text")
                }
                guard partial.until != nil else {
                    throw failure(root.line(of: "multiline"), "multiline.partial needs until, what a line ends with")
                }
            }
            guard !definition.match.fields.isEmpty else {
                throw failure(root.line, "a definition of format json needs match.fields")
            }
        }
    }
}

extension Node {
    /// Counted from 1.
    fileprivate var line: Int { mark?.line ?? 1 }
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

extension String {
    /// Whether the text is a number or a boolean as JSON writes them.
    fileprivate var isJSONNumberOrBoolean: Bool {
        if self == "true" || self == "false" { return true }
        return isJSONNumber(Array(utf8).span)
    }
}
