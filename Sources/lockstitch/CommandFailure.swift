import ArgumentParser
import Foundation

/// Ends the command with a message on standard error.
struct CommandFailure: Error, CustomStringConvertible {
    let description: String
    let code: Int32

    init(_ description: String, code: Int32) {
        self.description = description
        self.code = code
    }

    /// Runs a command's body; the one place where errors become exit codes.
    static func exiting(_ body: () async throws -> Void) async throws {
        do {
            try await body()
        } catch let failure as CommandFailure {
            Terminal.writeError("lockstitch: \(failure.description)")
            throw ExitCode(failure.code)
        } catch let error as ValidationError {
            throw error
        } catch let code as ExitCode {
            throw code
        } catch {
            Terminal.writeError("lockstitch: \(error)")
            throw ExitCode(1)
        }
    }
}
