import ArgumentParser

@main
struct Lockstitch: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "lockstitch",
        abstract: "Logs and traces, locked into one seam.",
        discussion: """
            Start a collector with 'lockstitch collect', send it logs with 'lockstitch ship', and ask what happened to a \
            request with 'lockstitch trace ID'. 'lockstitch demo' shows all of it on a sample.

            Exit status: 0 success, also of a query that finds nothing; 1 the command failed, or 'trace' found no such \
            id; 2 the query or the input is wrong; 64 wrong usage.
            """,
        version: Version.current,
        subcommands: [
            CollectCommand.self, ShipCommand.self, QueryCommand.self, TraceCommand.self, DeleteCommand.self, FlagsCommand.self,
            ParseCommand.self, ParsersCommand.self, ChunksCommand.self, BackupCommand.self, DoctorCommand.self,
            DemoCommand.self,
        ])
}

enum Version {
    static let current = "0.1.0"
}
