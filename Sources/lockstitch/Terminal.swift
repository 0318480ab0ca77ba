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
    static func write(_ text: String) throws { try StandardOutput.write(text.utf8) }

    /// Writes a line to standard error. There is nowhere to say that this failed.
    static func writeError(_ text: String) {
        try? FileHandle.standardError.write(contentsOf: Data((text + "\n").utf8))
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
