/// A query in a file, with places for values that are given when it is asked.
///
/// ```text
/// # Errors by service.
/// # param window (duration): how far back, default 1h
/// # param service: the service, default *
/// level:error _time:$window service:$service | stats by (service) count() errors
/// ```
/// The comments before the query say what it is for, and declare its parameters, each with a kind (`text` if it does not say) and
/// perhaps a default. `$window` outside of quotes stands for the value. Whatever a value is, it stays the one word that it stands for: it
/// cannot change what else the query does.
public struct SavedQuery: Sendable {
    public enum Kind: String, Sendable, CaseIterable {
        /// Is put in quotes. `*` alone is not, and selects all.
        case text
        case duration, number
        /// The name of a field.
        case field
    }

    public struct Parameter: Sendable, Hashable {
        public let name: String
        public let kind: Kind
        public let description: String
        /// Nil for one that must be given.
        public let standard: String?
    }

    public let name: String
    /// What it is for, on one line.
    public let description: String
    public let parameters: [Parameter]
    /// The text between the parameters, one more than there are in `places`.
    private let pieces: [String]
    private let places: [Parameter]

    /// - Parameter text: the file's.
    /// - Throws: `SavedQueryError` with the line, also when the query does not parse with the defaults.
    public init(name: String, text: String) throws(SavedQueryError) {
        self.name = name
        let lines = text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
        let header = lines.prefix { $0.hasPrefix("#") || $0.allSatisfy(\.isWhitespace) }
        var parameters: [Parameter] = []
        var description: [String] = []
        for (index, line) in header.enumerated() {
            let comment = line.drop { $0 == "#" || $0 == " " }
            guard comment.hasPrefix("param ") else {
                if !comment.isEmpty { description.append(String(comment)) }
                continue
            }
            let parameter = try Self.parameter(comment.dropFirst(6), "\(name), line \(index + 1)")
            guard !parameters.contains(where: { $0.name == parameter.name }) else {
                throw SavedQueryError("\(name), line \(index + 1): the parameter '\(parameter.name)' is there twice")
            }
            parameters.append(parameter)
        }
        self.parameters = parameters
        self.description = description.joined(separator: " ")
        let body = lines.dropFirst(header.count).joined(separator: "\n")
        (pieces, places) = try Self.split(body, parameters, name)
        if let unused = parameters.first(where: { !places.contains($0) }) {
            throw SavedQueryError("\(name): the parameter '\(unused.name)' is nowhere in the query")
        }
        let examples = parameters.map { ($0.name, $0.standard ?? $0.kind.example) }
        _ = try filled(Dictionary(examples) { first, _ in first })
    }

    /// `window (duration): how far back, default 1h`
    private static func parameter(_ text: Substring, _ place: String) throws(SavedQueryError) -> Parameter {
        let form = "write '# param name (kind): what it is, default value'; kind and default may be left out"
        guard let match = text.wholeMatch(of: /([A-Za-z_][A-Za-z0-9_]*)(?: \((\w+)\))?: (.*?)(?:, default (.*))?/) else {
            throw SavedQueryError("\(place): cannot read the parameter: \(form)")
        }
        guard let kind = match.2.map({ Kind(rawValue: String($0)) }) ?? .text else {
            let known = Kind.allCases.map(\.rawValue).joined(separator: ", ")
            throw SavedQueryError("\(place): unknown kind '\(match.2 ?? "")'; use one of \(known)")
        }
        return Parameter(
            name: String(match.1), kind: kind, description: String(match.3), standard: match.4.map(String.init))
    }

    /// Cuts the query at the parameters: `$name` outside of quotes and comments, and not within a word.
    private static func split(
        _ body: String, _ parameters: [Parameter], _ place: String
    ) throws(SavedQueryError) -> ([String], [Parameter]) {
        var (pieces, places): ([String], [Parameter]) = ([], [])
        var piece = ""
        var rest = body[...]
        while let character = rest.first {
            var count = 1
            if "\"'`".contains(character) {
                count = quotedCount(rest)
            } else if character == "#" {
                count = rest.prefix { $0 != "\n" }.count
            } else if character == "$", let name = name(after: rest, piece) {
                guard let parameter = parameters.first(where: { $0.name == name }) else {
                    throw SavedQueryError("\(place): '$\(name)' is no parameter; add '# param \(name): what it is', or put it in quotes")
                }
                pieces.append(piece)
                places.append(parameter)
                piece = ""
                rest = rest.dropFirst(name.count + 1)
                continue
            }
            piece += rest.prefix(count)
            rest = rest.dropFirst(count)
        }
        return (pieces + [piece], places)
    }

    private static func name(after text: Substring, _ before: String) -> String? {
        guard before.last.map({ !($0.isLetter || $0.isNumber || $0 == "_") }) ?? true else { return nil }
        return text.dropFirst().prefixMatch(of: /[A-Za-z_][A-Za-z0-9_]*/).map { String($0.0) }
    }

    /// Characters of a quoted text, to the end if it is not closed.
    private static func quotedCount(_ text: Substring) -> Int {
        let quote = text.first
        var (count, isEscaped) = (1, false)
        for character in text.dropFirst() {
            count += 1
            if isEscaped {
                isEscaped = false
            } else if character == quote {
                break
            } else {
                isEscaped = character == "\\" && quote != "`"
            }
        }
        return count
    }

    /// The query with values for its parameters.
    ///
    /// - Throws: `SavedQueryError` for a value that is missing, is not of its kind, or is for no parameter.
    public func filled(_ values: [String: String]) throws(SavedQueryError) -> String {
        if let other = values.keys.sorted().first(where: { name in !parameters.contains { $0.name == name } }) {
            let known = parameters.map(\.name).joined(separator: ", ")
            throw SavedQueryError("@\(name) has no parameter '\(other)'" + (known.isEmpty ? "" : "; it has \(known)"))
        }
        var text = ""
        for (piece, place) in zip(pieces, places) {
            guard let value = values[place.name] ?? place.standard else {
                throw SavedQueryError("@\(name) needs \(place.name)=…: \(place.description)")
            }
            guard let written = place.kind.written(value) else {
                throw SavedQueryError("@\(name): '\(value)' is no \(place.kind.rawValue) for \(place.name)")
            }
            text += piece + written
        }
        text += pieces.last ?? ""
        do throws(QueryError) {
            _ = try parse(text)
        } catch {
            throw SavedQueryError("@\(name): \(error.rendered(source: text))")
        }
        return text
    }
}

extension SavedQuery.Kind {
    fileprivate var example: String {
        switch self {
        case .text, .field: "x"
        case .duration: "1h"
        case .number: "1"
        }
    }

    /// As it stands in a query, nil for what is not of the kind.
    fileprivate func written(_ value: String) -> String? {
        switch self {
        case .text: value == "*" ? "*" : CanonicalText.quoted(value)
        case .duration: DurationText.nanoseconds(value).map(CanonicalText.duration)
        case .number: Number(value).map { $0.value.isFinite } == true && CanonicalText.isNumeral(value) ? value : nil
        case .field: value.isEmpty ? nil : CanonicalText.quoted(value)
        }
    }
}

extension CanonicalText {
    /// Whether it is a number, and no more than that.
    fileprivate static func isNumeral(_ text: String) -> Bool {
        text.utf8.allSatisfy { (48...57).contains($0) || "+-._eE".utf8.contains($0) }
    }
}

/// Why a saved query cannot be read, or asked.
public struct SavedQueryError: Error, Sendable, CustomStringConvertible {
    public let description: String

    init(_ description: String) { self.description = description }
}

extension SavedQuery {
    /// Those that are part of the binary.
    ///
    /// - Throws: as `init`, which the tests rule out.
    public static func builtIn() throws(SavedQueryError) -> [SavedQuery] {
        var queries: [SavedQuery] = []
        for (name, text) in BuiltInQueries.files { queries.append(try SavedQuery(name: name, text: text)) }
        return queries
    }
}
