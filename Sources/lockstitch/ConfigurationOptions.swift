import ArgumentParser
import Collector
import ConfigurationFiles
import Foundation

/// Where the configuration comes from.
struct ConfigurationOptions: ParsableArguments {
    @Option(help: "A configuration file in YAML, with the rules of sampling and stitching; see docs/SAMPLING.md and docs/STITCHING.md.")
    var config: String?

    /// One that says nothing if there is no file.
    func load() throws -> ConfigurationFile { try config.map(Self.load) ?? ConfigurationFile() }

    static func load(_ config: String) throws -> ConfigurationFile {
        let yaml: String
        do {
            yaml = try String(contentsOfFile: config, encoding: .utf8)
        } catch {
            throw CommandFailure("cannot read the configuration '\(config)': \(error.localizedDescription)", code: 2)
        }
        do throws(ConfigurationError) {
            return try ConfigurationFile(yaml: yaml, file: config)
        } catch {
            throw CommandFailure(error.description, code: 2)
        }
    }
}
