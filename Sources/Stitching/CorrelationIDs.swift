import Kernels

/// Ids of requests: how they are written the same, and hashed.
public enum CorrelationIDs {
    /// Longer values are no ids: they are neither indexed nor followed.
    public static let bytesMax = 256

    /// An id with its letters in lower case; nil for a text that is none.
    static func normalise(_ text: some StringProtocol) -> String? {
        let lower = text.lowercased()
        return lower.isEmpty || lower.utf8.count > bytesMax ? nil : lower
    }

    /// The id in what a person typed, which may be a whole header.
    public static func normalise(typed text: String) -> String? {
        guard let trimmed = text.split(whereSeparator: \.isWhitespace).first.flatMap({ normalise($0) }) else { return nil }
        for form in [IDForm.traceParent, .amazonRoot, .uberTrace] {
            if let id = form.id(inLowerCase: trimmed) { return id }
        }
        return trimmed
    }

    /// The hash of a normalised id in the id index. Stable.
    public static func hash(_ id: String) -> UInt64 { hash64(Array(id.utf8).span) }
}
