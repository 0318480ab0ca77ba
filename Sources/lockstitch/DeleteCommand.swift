import ArgumentParser
import Foundation

struct DeleteCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "delete",
        abstract: "Delete the rows that match a filter, for good.",
        discussion: """
            Examples:
              lockstitch delete 'service:="checkout" user_email:="ada@example.org"' --dry-run
              lockstitch delete '_time:<2024-01-01' --yes
              lockstitch delete --history

            Only rows that are stored when the command begins are deleted. A deletion that is cut short stays done as far as \
            it came; run it again. --history shows how many rows each took away.
            """)

    @Argument(help: "A LogsQL filter, without pipes.")
    var filter: String?

    @Flag(help: "Only say how many rows match.")
    var dryRun = false

    @Flag(name: [.short, .long], help: "Do not ask.")
    var yes = false

    @Flag(help: "Show the deletions there were, the last first.")
    var history = false

    @Option(help: "For --history: table, or json (one object a line). Default: table on a terminal, else json.")
    var output: OutputFormat?

    @OptionGroup var server: ServerOptions

    private struct Answer: Decodable {
        let rows: Int
        let chunks: Int?
    }

    func validate() throws {
        guard (filter == nil) == history else { throw ValidationError("give a filter, or --history") }
        guard !(history && (dryRun || yes)) else { throw ValidationError("--history goes with neither --dry-run nor --yes") }
        guard !(dryRun && yes) else { throw ValidationError("give --dry-run or --yes, not both") }
    }

    func run() async throws {
        try await CommandFailure.exiting {
            guard let filter else { return try await showHistory() }
            if !yes {
                let rows = try await delete(filter, isDryRun: true).rows
                if dryRun { return try Terminal.write("\(Self.count(rows)) would be deleted\n") }
                try confirm(rows)
            }
            let deleted = try await delete(filter, isDryRun: false)
            try Terminal.write("\(Self.count(deleted.rows)) deleted\n")
        }
    }

    private static func count(_ rows: Int) -> String { rows == 1 ? "1 row" : "\(rows) rows" }

    private func delete(_ filter: String, isDryRun: Bool) async throws -> Answer {
        var form = ["query": filter, "dry_run": isDryRun ? "1" : "0"]
        form["who"] = APIClient.who
        return try APIClient.decode(Answer.self, try await server.client().post("/delete", form: form))
    }

    private func confirm(_ rows: Int) throws {
        guard isatty(STDIN_FILENO) == 1 else {
            throw CommandFailure("\(Self.count(rows)) would be deleted; give --yes to delete them", code: 1)
        }
        try Terminal.write("Delete \(Self.count(rows)) for good? [y/N] ")
        guard let answer = readLine(), ["y", "yes"].contains(answer.lowercased()) else {
            throw CommandFailure("nothing was deleted", code: 1)
        }
    }

    private func showHistory() async throws {
        try await server.client().show("/audit", ["action": "delete"], format: output)
    }
}
