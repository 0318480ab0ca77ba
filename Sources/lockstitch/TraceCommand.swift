import ArgumentParser

struct TraceCommand: AsyncParsableCommand {
    enum Format: String, ExpressibleByArgument, CaseIterable {
        case tree, json
    }

    static let configuration = CommandConfiguration(
        commandName: "trace",
        abstract: "Show one request across all services: its spans as a waterfall, its logs under the span that wrote them.")

    @Argument(help: "Any correlation id: a trace id, a request id.")
    var id: String

    @Option(help: "tree or json.")
    var output: Format = .tree

    @Flag(help: "Show in place of the request how its ids were found: which led to which, and the record that has both.")
    var why = false

    @Option(help: "Which logs the tree shows: all, errors or none.")
    var logs: String = "all"

    @Option(help: "Columns of the tree. Default: the terminal's.")
    var width: Int?

    @Option(help: "auto, always or never.")
    var color: ColorChoice = .auto

    @OptionGroup var server: ServerOptions

    func run() async throws {
        try await CommandFailure.exiting {
            let items = [
                "id": id, "output": output.rawValue, "logs": logs, "width": String(width ?? Terminal.width),
                "color": color.isOn ? "1" : "0", "why": why ? "1" : "0",
            ]
            let answer = try await server.client().get("/trace", items, output: StandardOutput.write)
            answer.showWarnings()
        }
    }
}
