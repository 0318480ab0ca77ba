import ArgumentParser
import Foundation
import Logging

/// What standard output is connected to.
enum Terminal {
    static var isInteractive: Bool { isatty(STDOUT_FILENO) == 1 }

    /// Columns of the terminal, of `COLUMNS`, or 120 where neither says.
    static var width: Int {
        var size = winsize()
        if unsafe ioctl(STDOUT_FILENO, UInt(TIOCGWINSZ), &size) == 0, size.ws_col > 0 { return Int(size.ws_col) }
        return ProcessInfo.processInfo.environment["COLUMNS"].flatMap(Int.init) ?? 120
    }

    /// Writes text to standard output as it is.
    static func write(_ text: String) { write(Data(text.utf8)) }

    static func write(_ data: Data) {
        // A reader that has gone, as in `lockstitch query … | head`, ends the command by SIGPIPE.
        FileHandle.standardOutput.write(data)
    }

    static func writeError(_ text: String) {
        FileHandle.standardError.write(Data((text + "\n").utf8))
    }
}

extension Logger {
    /// The collector's own log, from `level` on.
    static func standardError(_ level: Logger.Level) -> Logger {
        var logger = Logger(label: "lockstitch") { StreamLogHandler.standardError(label: $0) }
        logger.logLevel = level
        return logger
    }
}

/// When to colour: never into a pipe unless told so, and not under `NO_COLOR`.
enum ColorChoice: String, ExpressibleByArgument, CaseIterable {
    case auto, always, never

    var isOn: Bool {
        switch self {
        case .always: true
        case .never: false
        case .auto: Terminal.isInteractive && ProcessInfo.processInfo.environment["NO_COLOR"] == nil
        }
    }
}
