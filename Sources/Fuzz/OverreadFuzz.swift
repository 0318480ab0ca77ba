import ArgumentParser
import FuzzSupport
import Kernels

/// Shows whether a build sees what is read past the end of an input, within the byte masks of `CScan` too: these are C
/// functions inlined in Swift, which a sanitizer does not watch unless the compiler of Swift hands it on to that of C.
struct OverreadFuzz: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "overread", abstract: "Reads past the end of an input: Address Sanitizer must end it.")

    func run() throws {
        let input = LineBytes.exactly(Array("just over sixteen bytes".utf8))
        // 32 bytes are read where there are 23.
        let invalid = unsafe input.withUnsafeBufferPointer { buffer in
            unsafe firstInvalidUTF8(UnsafeBufferPointer(start: buffer.baseAddress, count: 32))
        }
        print("Nothing has seen it: \(invalid.map(String.init) ?? "valid").")
    }
}
