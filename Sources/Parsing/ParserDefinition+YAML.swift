public import ConfigurationFiles
import Kernels
import Records
import Yams

extension ParserDefinition {
    /// Reads a definition file.
    ///
    /// - Parameters:
    ///   - file: its path, for errors; its name without folder and ending must be the definition's name.
    /// - Throws: `ConfigurationError` for the first thing that is unknown, missing or of the wrong kind.
    public init(yaml: String, file: String) throws(ConfigurationError) {
        let yamlReader = YAMLReader(file: file)
        let reader = DefinitionReader(yaml: yamlReader)
        let root = try yamlReader.mapping(
            try yamlReader.compose(yaml), of: "a definition",
            keys: [
                "name", "description", "format", "order", "match", "extract", "missing", "time", "level", "set", "inner",
                "rename", "drop", "ids", "redact", "multiline", "samples",
            ])
        self.file = file
        name = try yamlReader.text(try yamlReader.required("name", in: root))
        try reader.checkName(name, root.line(of: "name"))
        description = try yamlReader.text(try yamlReader.required("description", in: root))
        format = try root["format"].map { node throws(ConfigurationError) in try yamlReader.choice(node, Format.self) } ?? .text
        order = try root["order"].map { node throws(ConfigurationError) in try yamlReader.integer(node, "order", 0...1_000) } ?? 50
        match = try reader.match(root["match"])
        extract = try reader.locatedTexts(root["extract"])
        missing = try yamlReader.texts(root["missing"])
        time = try reader.time(root["time"])
        level = try reader.level(root["level"])
        set = try reader.values(root["set"], of: "set").map { ($0.key, $0.value) }.sorted { $0.0 < $1.0 }
        inner = try root["inner"].map { node throws(ConfigurationError) in try yamlReader.text(node) }
        rename = try yamlReader.strings(root["rename"], of: "rename").map { ($0.key, $0.value) }.sorted { $0.0 < $1.0 }
        drop = try yamlReader.texts(root["drop"])
        ids = try yamlReader.texts(root["ids"])
        redact = try reader.redact(root["redact"])
        multiline = try reader.multiline(root["multiline"])
        samples = try reader.samples(try yamlReader.required("samples", in: root))
        try reader.check(self, root)
    }
}

/// Takes the nodes of a definition apart.
private struct DefinitionReader {
    let yaml: YAMLReader

    private func located(_ node: YAMLNode) throws(ConfigurationError) -> ParserDefinition.Located {
        ParserDefinition.Located(text: try yaml.text(node), line: yaml.line(of: node))
    }

    /// One text or a list of them; none for no node.
    func locatedTexts(_ node: YAMLNode?) throws(ConfigurationError) -> [ParserDefinition.Located] {
        var texts: [ParserDefinition.Located] = []
        for element in yaml.oneOrMore(node) { texts.append(try located(element)) }
        return texts
    }

    func values(_ node: YAMLNode?, of what: String) throws(ConfigurationError) -> [String: ParserDefinition.SampleValue] {
        guard let node else { return [:] }
        var values: [String: ParserDefinition.SampleValue] = [:]
        for entry in try yaml.mapping(node, of: what, keys: nil).entries {
            guard let scalar = entry.value.scalar else { throw yaml.failure(yaml.line(of: entry.value), "expected a value") }
            let isText = scalar.style != .plain || !scalar.string.isJSONNumberOrBoolean
            values[entry.key] = ParserDefinition.SampleValue(text: scalar.string, isText: isText)
        }
        return values
    }

    func checkName(_ name: String, _ line: Int) throws(ConfigurationError) {
        guard !name.isEmpty, name.utf8.allSatisfy({ $0.isASCIILetterOrDigit || $0 == UInt8(ascii: "-") }) else {
            throw yaml.failure(line, "the name '\(name)' must be made of letters, digits and '-'")
        }
        guard !PinnedParser.reservedNames.contains(name) else {
            throw yaml.failure(line, "the name '\(name)' is that of a built-in parser")
        }
        let fileName = yaml.file.split(separator: "/").last.map(String.init) ?? yaml.file
        guard fileName == "\(name).yaml" else {
            throw yaml.failure(line, "the definition '\(name)' must be in a file '\(name).yaml', not '\(fileName)'")
        }
    }

    func match(_ node: YAMLNode?) throws(ConfigurationError) -> ParserDefinition.Match {
        var match = ParserDefinition.Match()
        guard let node else { return match }
        let keys = try yaml.mapping(node, of: "match", keys: ["sources", "programs", "fields"])
        match.sources = try yaml.texts(keys["sources"])
        match.programs = try yaml.texts(keys["programs"])
        match.fields = try yaml.texts(keys["fields"])
        return match
    }

    func time(_ node: YAMLNode?) throws(ConfigurationError) -> ParserDefinition.Time {
        var time = ParserDefinition.Time()
        guard let node else { return time }
        let keys = try yaml.mapping(node, of: "time", keys: ["field", "formats", "zone"])
        if let field = keys["field"] { time.field = try yaml.text(field) }
        time.formats = try locatedTexts(keys["formats"])
        if let zone = keys["zone"] { time.zone = try located(zone) }
        return time
    }

    func level(_ node: YAMLNode?) throws(ConfigurationError) -> ParserDefinition.Level {
        var level = ParserDefinition.Level()
        guard let node else { return level }
        let keys = try yaml.mapping(node, of: "level", keys: ["field", "map"])
        if let field = keys["field"] { level.field = try yaml.text(field) }
        level.map = try yaml.strings(keys["map"], of: "level.map")
        return level
    }

    func redact(_ node: YAMLNode?) throws(ConfigurationError) -> [ParserDefinition.Redact] {
        guard let node else { return [] }
        var rules: [ParserDefinition.Redact] = []
        for element in try yaml.list(node, of: "redact") {
            let keys = try yaml.mapping(element, of: "redact", keys: ["find", "by", "in"])
            let method = try keys["by"].map { node throws(ConfigurationError) in
                try yaml.choice(node, ParserDefinition.Redact.Method.self)
            }
            rules.append(
                ParserDefinition.Redact(
                    find: try located(try yaml.required("find", in: keys)), method: method ?? .mask,
                    fields: keys["in"] == nil ? nil : try yaml.texts(keys["in"])))
        }
        return rules
    }

    func multiline(_ node: YAMLNode?) throws(ConfigurationError) -> ParserDefinition.Multiline? {
        guard let node else { return nil }
        var multiline = ParserDefinition.Multiline()
        let keys = try yaml.mapping(node, of: "multiline", keys: ["start", "partial", "timeout", "bytes"])
        if let partial = keys["partial"] {
            guard keys["start"] == nil else {
                throw yaml.failure(keys.line(of: "start"), "multiline has either 'start' or 'partial'")
            }
            multiline.partial = try self.partial(partial)
        }
        if let start = keys["start"] { multiline.start = try located(start) }
        if let timeout = keys["timeout"] {
            multiline.timeout = try yaml.quantity(
                timeout, units: ["ms": 1_000_000, "s": 1_000_000_000], 1_000_000...60_000_000_000,
                "a time from 1ms to 60s")
        }
        if let bytes = keys["bytes"] {
            multiline.bytes = Int(
                try yaml.quantity(bytes, units: ["KiB": 1 << 10, "MiB": 1 << 20], 1 << 10...1 << 20, "a size from 1KiB to 1MiB"))
        }
        return multiline
    }

    private func partial(_ node: YAMLNode) throws(ConfigurationError) -> ParserDefinition.Partial {
        let keys = try yaml.mapping(node, of: "multiline.partial", keys: ["field", "by", "extract", "until", "only"])
        let until = try keys["until"].map { node throws(ConfigurationError) in try yaml.text(node) }
        guard until?.isEmpty != true else { throw yaml.failure(keys.line(of: "until"), "multiline.partial.until is empty") }
        return ParserDefinition.Partial(
            field: try yaml.text(try yaml.required("field", in: keys)), streams: try yaml.texts(keys["by"]),
            extract: try locatedTexts(keys["extract"]), until: until,
            only: keys["only"] == nil ? nil : try yaml.texts(keys["only"]))
    }

    func samples(_ node: YAMLNode) throws(ConfigurationError) -> [ParserDefinition.Sample] {
        guard case .sequence(let sequence) = node, !sequence.isEmpty else {
            throw yaml.failure(yaml.line(of: node), "samples must be a list with one sample at least")
        }
        var samples: [ParserDefinition.Sample] = []
        for element in sequence {
            let keys = try yaml.mapping(element, of: "a sample", keys: ["line", "record", "records", "program", "source"])
            guard (keys["record"] == nil) != (keys["records"] == nil) else {
                throw yaml.failure(yaml.line(of: element), "a sample has either 'record' or 'records'")
            }
            var records: [[String: ParserDefinition.SampleValue]] = []
            if let record = keys["record"] { records.append(try values(record, of: "record")) }
            if let list = keys["records"] {
                for record in try yaml.list(list, of: "records") { records.append(try values(record, of: "a record")) }
            }
            samples.append(
                ParserDefinition.Sample(
                    text: try yaml.text(try yaml.required("line", in: keys)),
                    source: try keys["source"].map { node throws(ConfigurationError) in try yaml.text(node) },
                    program: try keys["program"].map { node throws(ConfigurationError) in try yaml.text(node) },
                    records: records, line: yaml.line(of: element)))
        }
        return samples
    }

    /// What must hold between parts.
    func check(_ definition: ParserDefinition, _ root: YAMLMapping) throws(ConfigurationError) {
        guard !definition.description.isEmpty, !definition.description.contains("\n") else {
            throw yaml.failure(root.line(of: "description"), "the description must be one line of text")
        }
        for (key, names) in [("set", definition.set.map(\.name)), ("rename", definition.rename.map(\.to))]
        where names.contains(FieldNames.time) {
            throw yaml.failure(root.line(of: key), "the time of a record cannot be given by \(key); use time.field")
        }
        switch definition.format {
        case .text:
            guard !definition.extract.isEmpty else { throw yaml.failure(root.line, "the key 'extract' is missing") }
            guard definition.match.fields.isEmpty else {
                throw yaml.failure(root.line(of: "match"), "match.fields is for format json")
            }
            if let partial = definition.multiline?.partial {
                guard partial.until == nil, partial.only == nil else {
                    throw yaml.failure(root.line(of: "multiline"), "multiline.partial.until and only are for format json")
                }
                guard !partial.extract.isEmpty else {
                    throw yaml.failure(root.line(of: "multiline"), "multiline.partial needs extract, which lines fit that go on")
                }
            }
        case .json:
            guard definition.extract.isEmpty else { throw yaml.failure(root.line(of: "extract"), "extract is for format text") }
            if let multiline = definition.multiline {
                guard let partial = multiline.partial else {
                    throw yaml.failure(root.line(of: "multiline"), "multiline without partial is for format text")
                }
                guard partial.extract.isEmpty else {
                    throw yaml.failure(root.line(of: "multiline"), "multiline.partial.extract is for format text")
                }
                guard partial.until != nil else {
                    throw yaml.failure(root.line(of: "multiline"), "multiline.partial needs until, what a line ends with")
                }
            }
            guard !definition.match.fields.isEmpty else {
                throw yaml.failure(root.line, "a definition of format json needs match.fields")
            }
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
