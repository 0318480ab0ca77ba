#if canImport(Darwin)
    import Darwin
#else
    import Glibc
#endif

/// Reads an input in blocks as they come.
public final class InputReader: Sendable {
    /// The most bytes of one block.
    static let blockBytes = 1 << 20

    private let descriptor: CInt
    private let name: String

    /// - Throws: `ShipError` when the file cannot be opened.
    public init(_ input: ShipInput) throws {
        switch input {
        case .standardInput:
            descriptor = STDIN_FILENO
            name = "standard input"
        case .file(let path):
            // Safe: the string stays valid during the call.
            descriptor = unsafe open(path, O_RDONLY | O_CLOEXEC)
            name = "'\(path)'"
            guard descriptor >= 0 else {
                throw ShipError(.input, "cannot open \(name): \(Self.systemError()); check the path")
            }
        }
    }

    deinit {
        if descriptor > STDIN_FILENO { close(descriptor) }
    }

    /// The next bytes, at least one; nil at the end. Blocks until there are some.
    ///
    /// - Throws: `ShipError` when the input cannot be read.
    public func nextBlock() throws -> [UInt8]? {
        var failure: ShipError?
        // Safe: the closure sets the count to the bytes that the system has written, 0 if it failed.
        let block = unsafe [UInt8](unsafeUninitializedCapacity: Self.blockBytes) { buffer, count in
            repeat { count = unsafe read(descriptor, buffer.baseAddress, buffer.count) }
            while count < 0 && errno == EINTR
            guard count < 0 else { return }
            failure = ShipError(.input, "cannot read \(name): \(Self.systemError()); check the file")
            count = 0
        }
        if let failure { throw failure }
        return block.isEmpty ? nil : block
    }

    private static func systemError() -> String {
        // Safe: strerror returns a valid text for every number; it is copied at once.
        unsafe String(cString: strerror(errno))
    }
}
