import Glibc

/// A system call that failed.
public struct SystemIOError: Error, Sendable, Hashable, CustomStringConvertible {
    /// A verb, such as `open`.
    public let operation: String
    public let path: String
    /// `errno`.
    public let code: Int32

    public init(_ operation: String, _ path: String, code: Int32) {
        self.operation = operation
        self.path = path
        self.code = code
    }

    /// Whether there was no room: the disk or the quota is full.
    public var isDiskFull: Bool { code == ENOSPC || code == EDQUOT }

    public var description: String {
        if operation == "lock", code == EWOULDBLOCK {
            return "cannot lock '\(path)': another process has it; stop that one, or use another folder"
        }
        return "cannot \(operation) '\(path)': \(Self.reason(code))"
    }

    /// The system's words for an `errno`, to stand within a sentence: `no such file or directory`.
    public static func words(for code: Int32) -> String {
        let reason = reason(code)
        return reason.prefix(1).lowercased() + reason.dropFirst()
    }

    private static func reason(_ code: Int32) -> String {
        // Safe: strerror gives a string that ends with a zero byte, valid until the next call on this thread.
        unsafe String(cString: strerror(code))
    }
}
