import ArgumentParser
import Foundation

enum OutputFormat: String, ExpressibleByArgument, CaseIterable {
    case table, json
}

struct QueryCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "query",
        abstract: "Ask the collector in LogsQL.",
        discussion: """
            Examples:
              lockstitch query 'level:error _time:5m'
              lockstitch query 'service:="cart" timeout | sort by (time desc) | limit 20'
              lockstitch query '* | stats by (service, level) count() rows | sort by (rows desc)'
              lockstitch query --explain analyze 'level:error | stats by (service) count()'
              lockstitch query --file my.logsql
              lockstitch query @
              lockstitch query @error-rate service=cart window=1d
            """)

    @Argument(help: "The query (docs/LOGSQL.md); @NAME for a saved one, @ to list those there are.")
    var query: String?

    @Argument(help: "For a saved query: its parameters, as NAME=VALUE.")
    var parameters: [String] = []

    @Option(help: ArgumentHelp("A folder with more saved queries, NAME.logsql, which go before those of the same names.", valueName: "folder"))
    var queries: String?

    @Option(name: .shortAndLong, help: "Read the query from a file instead.")
    var file: String?

    @Option(help: "At most so many rows; 0 for all.")
    var limit: Int = 1_000

    @Option(help: "table, or json (one object a line). Default: table on a terminal, else json.")
    var output: OutputFormat?

    @Option(
        name: .customLong("explain"), defaultAsFlag: .plan,
        help: "Show how the query is run in place of its answer; 'analyze' runs it and shows what each step did.")
    var explanation: Explanation?

    @OptionGroup var server: ServerOptions

    enum Explanation: String, ExpressibleByArgument, CaseIterable {
        case plan, analyze
    }

    func validate() throws {
        guard (query == nil) != (file == nil) else { throw ValidationError("give a query, or --file with one") }
        guard parameters.isEmpty || query?.hasPrefix("@") == true else {
            throw ValidationError("'\(parameters[0])' is no option; put the query in quotes. Only a saved query has parameters")
        }
        guard limit >= 0 else { throw ValidationError("--limit must not be negative") }
    }

    func run() async throws {
        try await CommandFailure.exiting {
            if query == "@" {
                let saved = try SavedQueries(folder: queries)
                return try StandardOutput.write(saved.list.utf8)
            }
            let format = output ?? (Terminal.isInteractive ? .table : .json)
            var form = [
                "query": try source(), "limit": String(limit), "output": format.rawValue,
                "width": String(Terminal.width),
            ]
            form["explain"] = explanation?.rawValue
            let answer = try await server.client().post("/query", form: form, output: StandardOutput.write)
            answer.showWarnings()
            answer.showEstimate()
            if let rows = answer.truncatedRows {
                Terminal.writeError("lockstitch: only the first \(rows) rows; --limit 0 for all")
            }
        }
    }

    private func source() throws -> String {
        if let query {
            guard query.hasPrefix("@") else { return query }
            return try SavedQueries(folder: queries).text(of: String(query.dropFirst()), parameters)
        }
        do {
            return try String(contentsOfFile: file ?? "", encoding: .utf8)
        } catch {
            throw CommandFailure("cannot read the query from '\(file ?? "")'", code: 2)
        }
    }
}
