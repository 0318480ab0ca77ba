import ArgumentParser
import Backup

/// Where a backup is.
struct BackupTargetArgument: ParsableArguments {
    @Argument(help: "The folder of the backup. One folder is for one collector.")
    var target: String

    func open() throws -> any BackupTarget { FolderTarget(target) }
}
