import ArgumentParser

struct BackupCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "backup",
        abstract: "Copy what a collector has to a safe place, and bring it back.",
        discussion: """
            Each 'create' makes a snapshot of all rows there are. Chunks never change, so a snapshot copies only those that \
            the backup does not have yet. See docs/BACKUP.md.
            """,
        subcommands: [
            CreateBackup.self, ListBackups.self, VerifyBackup.self, RestoreBackup.self, PruneBackups.self,
        ])
}
