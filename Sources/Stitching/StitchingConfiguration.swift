public import ConfigurationFiles

/// The section `stitching` of the configuration.
public struct StitchingConfiguration: Sendable, Hashable {
    /// Further fields that hold ids.
    public var ids: [String] = []
    /// Fields that hold none, whatever their name.
    public var notIDs: [String] = []
    /// Further fields with URLs.
    public var urls: [String] = []
    public var hubNeighbours = StitchingRules.hubNeighboursStandard

    public init() {}

    /// Reads the section.
    ///
    /// - Throws: `ConfigurationError` for the first thing that is unknown or out of range.
    public init(_ node: YAMLNode, _ yaml: YAMLReader) throws(ConfigurationError) {
        let keys = try yaml.mapping(node, of: "stitching", keys: ["ids", "not_ids", "urls", "hub_neighbours"])
        ids = try yaml.texts(keys["ids"])
        notIDs = try yaml.texts(keys["not_ids"])
        urls = try yaml.texts(keys["urls"])
        if let node = keys["hub_neighbours"] { hubNeighbours = try yaml.integer(node, "hub_neighbours", 1...10_000) }
        for (key, names) in [("ids", ids), ("not_ids", notIDs), ("urls", urls)] where names.contains("") {
            throw yaml.failure(keys.line(of: key), "a field of '\(key)' has no name")
        }
    }

    /// - Parameter parserIDs: fields of which parser definitions say that they hold ids.
    public func rules(parserIDs: [String] = []) -> StitchingRules {
        StitchingRules(ids: parserIDs + ids, notIDs: notIDs, urls: urls, hubNeighbours: hubNeighbours)
    }
}
