import ConfigurationFiles
import Foundation
import LogsQL
import Records

/// What a rule asks of a record, as YAML has it: a mapping of which all must hold.
///
/// | key | |
/// |---|---|
/// | `level: error` | that level or a more severe one, however it is spelled |
/// | `level_below: info` | a known level that is less severe |
/// | `duration_above: 2s` | a span that took longer |
/// | `service: [a, b]` | one of these |
/// | `id: […]` | a correlation id is one of these, in any case of letters |
/// | `where: {field: [a, b]}` | a field is one of these |
/// | `filter: 'LogsQL'` | |
enum RuleCondition {
    private static let keys = ["level", "level_below", "duration_above", "service", "id", "where", "filter"]

    static func filter(_ node: YAMLNode, of what: String, _ yaml: YAMLReader) throws(ConfigurationError) -> Filter {
        let entries = try yaml.mapping(node, of: what, keys: keys).entries
        guard !entries.isEmpty else { throw yaml.failure(yaml.line(of: node), "\(what) needs one of \(keys.joined(separator: ", "))") }
        var filters: [Filter] = []
        for entry in entries { filters += try Self.filters(entry, yaml) }
        return filters.count == 1 ? filters[0] : .and(filters)
    }

    private static func filters(_ entry: YAMLMapping.Entry, _ yaml: YAMLReader) throws(ConfigurationError) -> [Filter] {
        let node = entry.value
        switch entry.key {
        case "level": return [anyCase(FieldNames.level, try spellings(node, yaml))]
        case "level_below":
            let spellings = try spellings(node, yaml)
            let below = Levels.names.keys.filter { !spellings.contains($0) }
            guard !below.isEmpty else { throw yaml.failure(yaml.line(of: node), "no level is below '\(try yaml.text(node))'") }
            return [anyCase(FieldNames.level, below.sorted())]
        case "duration_above":
            let text = try yaml.text(node)
            guard let nanoseconds = DurationText.nanoseconds(text), nanoseconds >= 0 else {
                throw yaml.failure(yaml.line(of: node), "duration_above must be a duration such as 500ms or 2s, not '\(text)'")
            }
            return [.comparison(Filter.Comparison(field: FieldNames.duration, .greater, Operand(String(nanoseconds))))]
        case "service": return [.oneOf(Filter.OneOf(field: FieldNames.service, try values(node, entry.key, yaml)))]
        case "id":
            let ids = try values(node, entry.key, yaml)
            return [.or(FieldNames.correlationIDs.map { anyCase($0, ids) })]
        case "where":
            var filters: [Filter] = []
            for field in try yaml.mapping(node, of: "where", keys: nil).entries {
                filters.append(.oneOf(Filter.OneOf(field: field.key, try values(field.value, field.key, yaml))))
            }
            return filters
        default:
            let text = try yaml.text(node)
            do throws(QueryError) {
                let query = try LogsQL.parse(text)
                guard query.pipes.isEmpty else { throw QueryError("a rule's filter has no pipes", position: 0) }
                return [query.filter]
            } catch {
                throw yaml.failure(yaml.line(of: node), error.rendered(source: text))
            }
        }
    }

    private static func values(_ node: YAMLNode, _ key: String, _ yaml: YAMLReader) throws(ConfigurationError) -> [String] {
        let values = try yaml.texts(node)
        guard !values.isEmpty else { throw yaml.failure(yaml.line(of: node), "'\(key)' needs one value at least") }
        return values
    }

    private static func spellings(_ node: YAMLNode, _ yaml: YAMLReader) throws(ConfigurationError) -> [String] {
        let text = try yaml.text(node)
        let spellings = Levels.spellings(from: text)
        guard !spellings.isEmpty else {
            throw yaml.failure(yaml.line(of: node), "'\(text)' is no level; levels are \(Levels.rising.joined(separator: ", "))")
        }
        return spellings
    }

    /// The field is one of these, whatever the case of letters.
    private static func anyCase(_ field: String, _ values: [String]) -> Filter {
        let alternatives = values.map(NSRegularExpression.escapedPattern).joined(separator: "|")
        return .regexp(Filter.Regexp(field: field, "(?i)^(?:\(alternatives))$"))
    }
}
