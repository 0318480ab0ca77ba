import Foundation
import FuzzSupport
import Testing

@testable import Parsing

/// The definitions that are part of the binary: all are well-formed, and make of their samples what they say.
struct BuiltInDefinitionsTests {
    private static let definitions = (try? ParserSet.builtInDefinitions()) ?? []
    static let names = definitions.map(\.name)

    @Test func areWellFormed() throws {
        let definitions = try ParserSet.builtInDefinitions()
        let set = try ParserSet(definitions)
        #expect(set.summaries.count == definitions.count)
        #expect(definitions.allSatisfy { set.has($0.name) })
    }

    @Test(arguments: names)
    func samplesGiveTheirRecords(name: String) throws {
        let set = try ParserSet(Self.definitions)
        let definition = try #require(Self.definitions.first { $0.name == name })
        let differences = SampleCheck.differences(of: definition, in: set)
        #expect(differences.isEmpty, "\(differences.map(\.description).joined(separator: "\n"))")
    }

    /// A definition without the others around it works the same, so that none leans on another to be tried first.
    @Test(arguments: names)
    func nothingButInnerTextNeedsOtherDefinitions(name: String) throws {
        let definition = try #require(Self.definitions.first { $0.name == name })
        guard definition.inner == nil else { return }
        let differences = SampleCheck.differences(of: definition, in: try ParserSet([definition]))
        #expect(differences.isEmpty, "\(differences.map(\.description).joined(separator: "\n"))")
    }

    @Test func areTheFilesOnDisk() throws {
        let folder = SeedLines.repositoryRoot.appending(path: "parsers")
        let names = try FileManager.default.contentsOfDirectory(atPath: folder.path).filter { $0.hasSuffix(".yaml") }
        #expect(BuiltInDefinitions.files.map(\.name) == names.sorted(), "run scripts/embed-parsers")
        for (name, yaml) in BuiltInDefinitions.files {
            let onDisk = try String(contentsOf: folder.appending(path: name), encoding: .utf8)
            let trimmed = onDisk.reversed().drop { $0 == "\n" }.reversed()
            #expect(yaml == String(trimmed), "\(name) differs: run scripts/embed-parsers")
        }
    }

    @Test(arguments: [
        "nginx-access", "nginx-error", "apache-access", "apache-error", "envoy-access", "haproxy-http",
        "syslog-rfc5424", "syslog-rfc3164", "journal-json", "docker-json", "kubernetes-cri", "klog", "log4j",
        "python-logging", "postgresql", "mysql-slow", "redis", "sshd", "go-slog-json", "rails", "windows-event-json",
        "gelf", "cef",
    ])
    func isShipped(name: String) {
        #expect(Self.names.contains(name))
    }

    /// A name says one thing in the whole set: none is reserved, and the order is that of `order`, then name.
    @Test func areTriedInOrder() throws {
        let summaries = try ParserSet(Self.definitions.shuffled()).summaries
        let expected = Self.definitions.sorted { ($0.order, $0.name) < ($1.order, $1.name) }
        #expect(summaries.map(\.name) == expected.map(\.name))
        #expect(summaries.map(\.description) == expected.map(\.description))
    }
}
