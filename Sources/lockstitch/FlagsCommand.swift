import ArgumentParser
import Records

struct FlagsCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "flags",
        abstract: "Switch sampling rules while the collector runs.",
        discussion: """
            A flag has the name of a rule, and lets it apply to a part of all requests: on, off, or a percentage. A rule \
            without a flag is on. The flag 'sampling' switches all rules together; while it is off, everything is kept.

            Examples:
              lockstitch flags list
              lockstitch flags set drop-health-checks 25%
              lockstitch flags set sampling off
            """,
        subcommands: [ListFlags.self, SetFlag.self, FlagHistory.self])
}

struct ListFlags: AsyncParsableCommand {
    static let configuration = CommandConfiguration(commandName: "list", abstract: "Show the flags that were set.")

    @Option(help: "table, or json (one object a line). Default: table on a terminal, else json.")
    var output: OutputFormat?

    @OptionGroup var server: ServerOptions

    func run() async throws {
        try await CommandFailure.exiting { try await server.client().show("/flags", format: output) }
    }
}

struct FlagHistory: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "history", abstract: "Show who set which flag, the last change first.")

    @Option(help: "table, or json (one object a line). Default: table on a terminal, else json.")
    var output: OutputFormat?

    @OptionGroup var server: ServerOptions

    func run() async throws {
        try await CommandFailure.exiting { try await server.client().show("/audit", ["action": "flag"], format: output) }
    }
}

struct SetFlag: AsyncParsableCommand {
    static let configuration = CommandConfiguration(commandName: "set", abstract: "Set a flag, for good.")

    @Argument(help: "The flag: the name of a rule, or 'sampling' for all.")
    var name: String

    @Argument(help: "on, off, or a percentage such as 25%.")
    var value: String

    @Option(help: "text, or json (one object).")
    var output: Format = .text

    @OptionGroup var server: ServerOptions

    enum Format: String, ExpressibleByArgument, CaseIterable {
        case text, json
    }

    private struct Answer: Decodable {
        let name: String
        let percent: Double
        let before: Double
    }

    func run() async throws {
        try await CommandFailure.exiting {
            let form = ["name": name, "value": value, "who": APIClient.who]
            let answer = try await server.client().post("/flags", form: form)
            switch output {
            case .json: try StandardOutput.write(answer)
            case .text:
                let flag = try APIClient.decode(Answer.self, answer)
                let (before, after) = (FeatureFlags.text(flag.before), FeatureFlags.text(flag.percent))
                try Terminal.write("\(flag.name) is \(after)\(before == after ? " as before" : ", was \(before)")\n")
            }
        }
    }
}
