/// `s3://BUCKET/PREFIX`.
public struct S3Location: Sendable, Hashable {
    public let bucket: String
    /// Ends with `/`, or is empty.
    public let prefix: String

    /// Nil for anything else.
    public init?(_ text: String) {
        guard text.lowercased().hasPrefix("s3://") else { return nil }
        let parts = text.dropFirst(5).split(separator: "/", maxSplits: 1, omittingEmptySubsequences: false)
        guard let bucket = parts.first, !bucket.isEmpty else { return nil }
        self.bucket = String(bucket)
        let path = (parts.count > 1 ? parts[1] : "").split(separator: "/").joined(separator: "/")
        prefix = path.isEmpty ? "" : path + "/"
    }
}
