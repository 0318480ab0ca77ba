import ArgumentParser
import LogsQL
import Storage

/// How long `collect` keeps rows.
struct RetentionOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "Drop rows of this age, such as 30d; or service=NAME:AGE for those of one service. May be given several times.",
            valueName: "age"))
    var retention: [String] = []

    @Option(help: ArgumentHelp("Drop the oldest chunks while all take more, such as 100GB or 50GiB.", valueName: "size"))
    var retentionBytes: String?

    func validate() throws { _ = try policy() }

    func policy() throws -> RetentionPolicy {
        var policy = RetentionPolicy()
        for text in retention {
            if text.hasPrefix("service=") {
                let parts = text.dropFirst(8)
                guard let colon = parts.lastIndex(of: ":"), colon > parts.startIndex else { throw Self.wrong(text) }
                policy.serviceAges[String(parts[..<colon])] = try Self.age(String(parts[parts.index(after: colon)...]), text)
            } else if policy.age == nil {
                policy.age = try Self.age(text, text)
            } else {
                throw ValidationError("--retention AGE may be given once")
            }
        }
        if let retentionBytes {
            guard let bytes = ByteSize.bytes(retentionBytes), bytes > 0 else {
                throw ValidationError("--retention-bytes must be a size such as 500MB, 100GB or 50GiB, not '\(retentionBytes)'")
            }
            policy.bytes = bytes
        }
        return policy
    }

    private static func age(_ text: String, _ whole: String) throws -> Int64 {
        guard let age = DurationText.nanoseconds(text), age > 0 else { throw wrong(whole) }
        return age
    }

    private static func wrong(_ text: String) -> ValidationError {
        ValidationError("--retention must be an age such as 12h or 30d, or service=NAME:AGE, not '\(text)'")
    }
}

/// Sizes as people write them.
enum ByteSize {
    private static let units: [(name: String, bytes: Int)] = [
        ("KiB", 1 << 10), ("MiB", 1 << 20), ("GiB", 1 << 30), ("TiB", 1 << 40), ("KB", 1_000), ("MB", 1_000_000),
        ("GB", 1_000_000_000), ("TB", 1_000_000_000_000), ("B", 1),
    ]

    /// Bytes of `100GB`, `1.5TiB` or `4096`, in any case of letters; nil for anything else.
    static func bytes(_ text: String) -> Int? {
        let lower = text.lowercased()
        let unit = units.first { lower.hasSuffix($0.name.lowercased()) } ?? ("", 1)
        let digits = lower.dropLast(unit.name.count)
        guard !digits.isEmpty, digits.allSatisfy({ $0.isASCII && ($0.isNumber || $0 == ".") }), let number = Double(digits)
        else { return nil }
        return Int(exactly: (number * Double(unit.bytes)).rounded())
    }
}
