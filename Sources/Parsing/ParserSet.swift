public import ConfigurationFiles
import Foundation
import Kernels

/// All definitions there are, in the order in which they are tried. Immutable: a reload makes another.
public final class ParserSet: Sendable {
    let parsers: [CompiledParser]
    /// For each first byte of a record, the patterns of the text parsers for any source that could fit.
    private let general: [PatternList]
    /// Text parsers with `match.sources`, and the patterns of each.
    private let bySource: [(globs: [String], patterns: PatternList)]
    /// The patterns of the text parsers with `match.programs`.
    private let byProgram: [String: PatternList]
    /// Parsers of format json: for any source, for some, and for the text inside of records.
    private let generalJSON: [Int]
    private let jsonBySource: [(globs: [String], parser: Int)]
    private let jsonByProgram: [String: [Int]]
    private let byName: [String: Int]
    /// The parser of entries of the journal for any source.
    let journalExport: Int?

    /// Fields of which a definition says that they hold ids of requests.
    public var idFields: [String] { parsers.flatMap(\.definition.ids) }

    /// No definitions: JSON, logfmt and plain text only.
    public static let none = ParserSet(parsers: [])

    private init(parsers: [CompiledParser]) {
        self.parsers = parsers
        let texts = parsers.indices.filter { parsers[$0].definition.format == .text }
        func list(_ indices: [Int]) -> PatternList { PatternList(indices.flatMap { parsers[$0].beginnings(owner: $0) }) }
        let generalTexts = texts.filter { parsers[$0].isGeneral }
        // Most bytes begin the same patterns, so they share a list.
        var lists: [[Int]: PatternList] = [:]
        let beginnings = generalTexts.flatMap { parsers[$0].beginnings(owner: $0) }
        general = (0...255).map { byte in
            let fitting = beginnings.indices.filter { beginnings[$0].pattern.canBegin(with: UInt8(byte)) }
            if let list = lists[fitting] { return list }
            let list = PatternList(fitting.map { beginnings[$0] })
            lists[fitting] = list
            return list
        }
        func byProgram(_ indices: [Int]) -> [String: [Int]] {
            var programs: [String: [Int]] = [:]
            for index in indices {
                for program in parsers[index].definition.match.programs { programs[program, default: []].append(index) }
            }
            return programs
        }
        func ofSources(_ indices: [Int]) -> [(globs: [String], parser: Int)] {
            indices.map { (parsers[$0].definition.match.sources, $0) }.filter { !$0.0.isEmpty }
        }
        self.byProgram = byProgram(texts).mapValues { list($0) }
        bySource = ofSources(texts).map { ($0.globs, list([$0.parser])) }
        let json = parsers.indices.filter { parsers[$0].definition.format == .json }
        generalJSON = json.filter { parsers[$0].isGeneral }
        jsonBySource = ofSources(json)
        jsonByProgram = byProgram(json)
        journalExport = generalTexts.first { parsers[$0].isJournalExport }
        byName = Dictionary(uniqueKeysWithValues: parsers.enumerated().map { ($1.name, $0) })
    }

    /// - Parameters:
    ///   - definitions: of two with one name the later is taken.
    ///   - redactionKey: for redaction by hash.
    /// - Throws: `ConfigurationError` where one has a pattern, time format or rule that is not well-formed.
    public convenience init(
        _ definitions: [ParserDefinition], redactionKey: RedactionKey = .random
    ) throws(ConfigurationError) {
        var latest: [String: ParserDefinition] = [:]
        for definition in definitions { latest[definition.name] = definition }
        var parsers: [CompiledParser] = []
        for definition in latest.values.sorted(by: { ($0.order, $0.name) < ($1.order, $1.name) }) {
            parsers.append(try CompiledParser(definition, redactionKey: redactionKey))
        }
        self.init(parsers: parsers)
    }

    /// The built-in definitions, and those of `folder`, which replace built-in ones of the same name.
    ///
    /// - Throws: `ConfigurationError` for a definition that is wrong, a Foundation error where the folder cannot be read.
    public static func load(folder: String?, redactionKey: RedactionKey = .random) throws -> ParserSet {
        try ParserSet(try builtInDefinitions() + (folder.map { try definitions(in: $0) } ?? []), redactionKey: redactionKey)
    }

    /// The definitions that are part of the binary.
    public static func builtInDefinitions() throws(ConfigurationError) -> [ParserDefinition] {
        var definitions: [ParserDefinition] = []
        for (name, yaml) in BuiltInDefinitions.files {
            definitions.append(try ParserDefinition(yaml: yaml, file: "parsers/\(name)"))
        }
        return definitions
    }

    /// The definitions of a folder: its files that end with `.yaml`.
    public static func definitions(in folder: String) throws -> [ParserDefinition] {
        let names = try FileManager.default.contentsOfDirectory(atPath: folder).filter { $0.hasSuffix(".yaml") }.sorted()
        return try names.map { name in
            let path = "\(folder)/\(name)"
            return try ParserDefinition(yaml: try String(contentsOfFile: path, encoding: .utf8), file: path)
        }
    }

    /// Name and description of each, in the order in which they are tried.
    public var summaries: [(name: String, description: String)] {
        parsers.map { ($0.name, $0.definition.description) }
    }

    public func has(_ name: String) -> Bool { byName[name] != nil }

    func index(_ name: String) -> Int? { byName[name] }

    /// What to try for records of a program (inside another record) and of a source.
    final class Candidates: Sendable {
        private let ofProgram: PatternList?
        private let ofSource: [PatternList]
        private let general: [PatternList]
        /// The parsers of format json, in order.
        let json: [Int]

        fileprivate init(ofProgram: PatternList?, ofSource: [PatternList], general: [PatternList], json: [Int]) {
            self.ofProgram = ofProgram
            self.ofSource = ofSource
            self.general = general
            self.json = json
        }

        /// The lists of patterns to try for a record that starts with `byte`, in order; nil after the last.
        func list(_ index: Int, byte: UInt8) -> PatternList? {
            var index = index
            if let ofProgram {
                if index == 0 { return ofProgram }
                index -= 1
            }
            if index < ofSource.count { return ofSource[index] }
            return index == ofSource.count ? general[Int(byte)] : nil
        }
    }

    func candidates(program: String?, source: String?) -> Candidates {
        let ofProgram = program.flatMap { jsonByProgram[$0] } ?? []
        let ofSource = jsonBySource.filter { Glob.matches($0.globs, source) }.map(\.parser)
        return Candidates(
            ofProgram: program.flatMap { byProgram[$0] },
            ofSource: bySource.filter { Glob.matches($0.globs, source) }.map(\.patterns), general: general,
            json: ofProgram + ofSource + generalJSON)
    }

    /// Whether lines of JSON from a source may be other records than those of the same shape from elsewhere.
    func hasJSON(ofSource source: String?) -> Bool { jsonBySource.contains { Glob.matches($0.globs, source) } }
}

/// A parser that all lines of a source get.
public enum PinnedParser: Sendable, Hashable {
    /// Told apart line by line.
    case auto
    case json, logfmt
    /// Plain text.
    case text
    case definition(String)

    static let reservedNames = ["auto", "json", "logfmt", "text"]

    public init(_ name: String) {
        switch name {
        case "auto": self = .auto
        case "json": self = .json
        case "logfmt": self = .logfmt
        case "text": self = .text
        default: self = .definition(name)
        }
    }
}

/// Where lines come from, as far as parsing cares.
public struct LineSource: Sendable, Hashable {
    public var parser: PinnedParser
    /// Such as the path of a file; for `match.sources`.
    public var name: String?

    public init(parser: PinnedParser = .auto, name: String? = nil) {
        self.parser = parser
        self.name = name
    }
}

/// `*` for any text, `?` for one byte.
enum Glob {
    /// Whether one of `globs` fits; none does if there is no text.
    static func matches(_ globs: [String], _ text: String?) -> Bool {
        guard let text else { return false }
        return globs.contains { matches($0, text) }
    }

    static func matches(_ glob: String, _ text: String) -> Bool {
        let glob = Array(glob.utf8)
        let text = Array(text.utf8)
        var g = 0
        var t = 0
        var star: (g: Int, t: Int)?
        while t < text.count {
            if g < glob.count, glob[g] == UInt8(ascii: "*") {
                star = (g, t)
                g += 1
            } else if g < glob.count, glob[g] == UInt8(ascii: "?") || glob[g] == text[t] {
                g += 1
                t += 1
            } else if let last = star {
                star = (last.g, last.t + 1)
                g = last.g + 1
                t = last.t + 1
            } else {
                return false
            }
        }
        return glob[g...].allSatisfy { $0 == UInt8(ascii: "*") }
    }
}
