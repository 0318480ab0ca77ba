public import ConfigurationFiles
public import Sampling
public import Stitching

/// The configuration file of a collector.
///
/// ```yaml
/// sampling:
///   rules:
///     - name: errors
///       keep: {level: error}
///     - name: rest
///       probability: 10%
/// stitching:
///   ids: [order_id]
/// ```
public struct ConfigurationFile: Sendable {
    /// Nil for no sampling: all rows stay.
    public var sampling: SamplingConfiguration?
    public var stitching = StitchingConfiguration()

    public init() {}

    /// - Parameter file: its path, for errors.
    /// - Throws: `ConfigurationError` for the first thing that is unknown, missing or out of range.
    public init(yaml: String, file: String) throws(ConfigurationError) {
        let reader = YAMLReader(file: file)
        let keys = try reader.mapping(try reader.compose(yaml), of: "the configuration", keys: ["sampling", "stitching"])
        if let node = keys["sampling"] {
            let sampling = try SamplingConfiguration(node, reader)
            if !sampling.rules.isEmpty { self.sampling = sampling }
        }
        if let node = keys["stitching"] { stitching = try StitchingConfiguration(node, reader) }
    }
}
