/// Who asks a server.
public struct S3Credentials: Sendable {
    public let accessKey: String
    public let secretKey: String
    /// Of temporary credentials.
    public let sessionToken: String?

    public init(accessKey: String, secretKey: String, sessionToken: String? = nil) {
        self.accessKey = accessKey
        self.secretKey = secretKey
        self.sessionToken = sessionToken
    }
}

/// Where a bucket is, and how to ask for it.
public struct S3Configuration: Sendable {
    /// How the bucket is named in a URL.
    public enum Style: String, Sendable, CaseIterable {
        /// `https://host/bucket/key`
        case path
        /// `https://bucket.host/key`
        case virtual
    }

    public let bucket: String
    public let region: String
    public let credentials: S3Credentials
    /// `https` or `http`.
    let scheme: String
    /// With the port, where it is not that of the scheme.
    let authority: String
    let style: Style

    /// How often a request is sent at most.
    public var attemptsMax = 6
    /// The pause before the second attempt; each further one is twice as long, up to `pauseMax`.
    public var pause: Duration = .milliseconds(200)
    public var pauseMax: Duration = .seconds(10)
    /// How long a request may take, and how long it may stand still, in seconds.
    public var timeout: Int64 = 300
    public var silenceMax: Int64 = 60
    /// Addresses of names, ahead of the name service.
    var addresses: [String: String] = [:]

    /// - Parameters:
    ///   - endpoint: `http://HOST[:PORT]` or `https://…`; nil for AWS.
    ///   - style: nil for `path` with an endpoint, and `virtual` with AWS where the certificate allows it.
    /// - Throws: an `S3Error` when the endpoint or the bucket is no such.
    public init(
        bucket: String, region: String, credentials: S3Credentials, endpoint: String? = nil, style: Style? = nil
    ) throws(S3Error) {
        guard Self.isBucket(bucket) else { throw S3Error("'\(bucket)' is no name of a bucket") }
        self.bucket = bucket
        self.region = region
        self.credentials = credentials
        if let endpoint {
            (scheme, authority) = try Self.split(endpoint)
        } else {
            (scheme, authority) = ("https", "s3.\(region).amazonaws.com")
        }
        self.style = style ?? (endpoint == nil && !bucket.contains(".") ? .virtual : .path)
    }

    /// 3 to 63 letters, digits, dots, underscores and hyphens: what is allowed now, and was once.
    private static func isBucket(_ name: String) -> Bool {
        (3...63).contains(name.utf8.count)
            && name.utf8.allSatisfy { byte in
                switch byte {
                case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                    UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "."), UInt8(ascii: "-"), UInt8(ascii: "_"):
                    true
                default: false
                }
            }
    }

    private static func split(_ endpoint: String) throws(S3Error) -> (scheme: String, authority: String) {
        for (scheme, port) in [("https", ":443"), ("http", ":80")] where endpoint.lowercased().hasPrefix(scheme + "://") {
            var authority = endpoint.dropFirst(scheme.count + 3)
            if authority.hasSuffix("/") { authority.removeLast() }
            if authority.hasSuffix(port) { authority.removeLast(port.count) }
            guard !authority.isEmpty, !authority.contains(where: { "/?#@ ".contains($0) }) else { break }
            return (scheme, String(authority).lowercased())
        }
        throw S3Error("'\(endpoint)' is no endpoint: expected https://HOST or http://HOST:PORT")
    }

    var host: String { style == .path ? authority : "\(bucket).\(authority)" }

    /// Of an object, or of the bucket for an empty key; not escaped.
    func path(_ key: String) -> String { style == .path ? "/\(bucket)/\(key)" : "/\(key)" }
}

/// What a server answered that is no success, or why there was no answer.
public struct S3Error: Error, Sendable, CustomStringConvertible {
    public let description: String
    /// Of HTTP; nil when there was no answer.
    public let status: Int?
    /// As the server calls it, such as `NoSuchKey`.
    public let code: String?

    public init(_ description: String, status: Int? = nil, code: String? = nil) {
        self.description = description
        self.status = status
        self.code = code
    }

    /// Whether another attempt may help.
    var isTransient: Bool {
        switch (status, code) {
        case (_, "RequestTimeout"?), (_, "SlowDown"?), (_, "InternalError"?): true
        case (let status?, _): [429, 500, 502, 503, 504].contains(status)
        case (nil, _): false
        }
    }
}
