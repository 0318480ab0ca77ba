import Kernels

/// A parser as its YAML file describes it; docs/PARSERS.md says what every part means.
public struct ParserDefinition: Sendable {
    public enum Format: String, Sendable, CaseIterable {
        case text, json
    }

    struct Match: Sendable {
        var sources: [String] = []
        var programs: [String] = []
        var fields: [String] = []
    }

    /// A text of the file, with its line for errors.
    struct Located: Sendable {
        let text: String
        let line: Int
    }

    struct Time: Sendable {
        var field = "time"
        var formats: [Located] = []
        var zone: Located?
    }

    struct Level: Sendable {
        var field = "level"
        var map: [String: String] = [:]
    }

    struct Redact: Sendable {
        enum Method: String, Sendable, CaseIterable {
            case mask, hash
        }

        let find: Located
        let method: Method
        /// nil for all fields but the ids and the time.
        let fields: [String]?
    }

    /// How the pieces are told that a writer makes of a long line, and how they are joined.
    struct Partial: Sendable {
        /// The field whose text is joined.
        let field: String
        /// The fields that tell streams apart: a piece goes on in the next line of its stream.
        let streams: [String]
        /// For text: what lines fit that go on.
        let extract: [Located]
        /// For JSON: what the text of a line ends with that does not go on.
        let until: String?
        /// For JSON: globs of all the fields that a piece can have; nil for any.
        let only: [String]?
    }

    struct Multiline: Sendable {
        var start: Located?
        var partial: Partial?
        var timeout: Int64 = 1_000_000_000
        var bytes = 64 << 10
    }

    /// Lines, and the records they must give.
    public struct Sample: Sendable {
        public let text: String
        public let source: String?
        public let program: String?
        /// Of each record its fields, the time as RFC 3339 text under `time` if the line says one.
        public let records: [[String: SampleValue]]
        public let line: Int
    }

    /// A value that a record of a sample must have.
    public struct SampleValue: Sendable, Equatable {
        public let text: String
        public let isText: Bool

        /// Of `ValueKind`.
        var kind: UInt8 {
            isText ? ValueKind.string : text == "true" || text == "false" ? ValueKind.bool : ValueKind.number
        }
    }

    public let file: String
    public let name: String
    public let description: String
    public let samples: [Sample]
    let format: Format
    let order: Int
    let match: Match
    let extract: [Located]
    let missing: [String]
    let time: Time
    let level: Level
    let set: [(name: String, value: SampleValue)]
    let inner: String?
    let rename: [(from: String, to: String)]
    let drop: [String]
    /// Fields that hold ids of requests.
    let ids: [String]
    let redact: [Redact]
    let multiline: Multiline?
}
