import Crypto
import Records

/// Signs requests as AWS and servers like it want it ("Signature Version 4 for API requests", in the variant of S3: paths
/// are escaped once and never normalised).
public struct SignatureV4: Sendable {
    public let credentials: S3Credentials
    public let region: String
    public let service: String

    public init(credentials: S3Credentials, region: String, service: String = "s3") {
        self.credentials = credentials
        self.region = region
        self.service = service
    }

    /// A request as it goes over the wire.
    public struct Request: Sendable {
        public let method: String
        /// Not escaped; begins with `/`.
        public let path: String
        /// Not escaped.
        public let query: [(name: String, value: String)]
        /// `host` among them; all of them are signed.
        public var headers: [(name: String, value: String)]
        /// SHA-256 of the body, 64 hexadecimal digits.
        public let bodyHash: String

        public init(
            method: String, path: String, query: [(name: String, value: String)] = [],
            headers: [(name: String, value: String)], bodyHash: String
        ) {
            self.method = method
            self.path = path
            self.query = query
            self.headers = headers
            self.bodyHash = bodyHash
        }
    }

    /// The headers to add: `x-amz-date`, `x-amz-content-sha256`, `x-amz-security-token` for temporary credentials, and
    /// `authorization`.
    ///
    /// - Parameter time: seconds since 1970-01-01 UTC. Servers take requests of some minutes around their own.
    public func headers(for request: Request, time: Int64) -> [(name: String, value: String)] {
        let date = Self.date(time)
        var added = [("x-amz-date", date), ("x-amz-content-sha256", request.bodyHash)]
        if let token = credentials.sessionToken { added.append(("x-amz-security-token", token)) }
        var signed = request
        signed.headers += added.map { (name: $0.0, value: $0.1) }
        return added.map { (name: $0.0, value: $0.1) } + [("authorization", authorization(signed, date: date))]
    }

    /// - Parameter date: `20130524T000000Z`.
    func authorization(_ request: Request, date: String) -> String {
        let scope = "\(date.prefix(8))/\(region)/\(service)/aws4_request"
        let text = "AWS4-HMAC-SHA256\n\(date)\n\(scope)\n\(Self.sha256(Array(Self.canonical(request).utf8)))"
        var key = SymmetricKey(data: Array("AWS4\(credentials.secretKey)".utf8))
        for part in [String(date.prefix(8)), region, service, "aws4_request"] {
            key = SymmetricKey(data: HMAC<SHA256>.authenticationCode(for: Array(part.utf8), using: key))
        }
        let signature = Hex.text(Array(HMAC<SHA256>.authenticationCode(for: Array(text.utf8), using: key)))
        let names = Self.canonicalHeaders(request).map(\.name).joined(separator: ";")
        return "AWS4-HMAC-SHA256 Credential=\(credentials.accessKey)/\(scope),SignedHeaders=\(names),Signature=\(signature)"
    }

    static func canonical(_ request: Request) -> String {
        let headers = canonicalHeaders(request)
        return [
            request.method, escapedPath(request.path), escaped(request.query),
            headers.map { "\($0.name):\($0.value)\n" }.joined(), headers.map(\.name).joined(separator: ";"), request.bodyHash,
        ].joined(separator: "\n")
    }

    /// Names in lower case, sorted; of values the ends and runs of spaces are gone; values of the same name are joined.
    private static func canonicalHeaders(_ request: Request) -> [(name: String, value: String)] {
        var values: [String: [String]] = [:]
        for (name, value) in request.headers {
            values[name.lowercased(), default: []].append(value.split(separator: " ").joined(separator: " "))
        }
        return values.sorted { $0.key < $1.key }.map { ($0.key, $0.value.joined(separator: ",")) }
    }

    // MARK: Escapes

    /// A path as it goes over the wire.
    public static func escapedPath(_ path: String) -> String { PercentEncoding.text(path, keeping: [UInt8(ascii: "/")]) }

    /// A query as it goes over the wire, sorted.
    public static func escaped(_ query: [(name: String, value: String)]) -> String {
        query.map { (PercentEncoding.text($0.name), PercentEncoding.text($0.value)) }
            .sorted { $0 < $1 }.map { "\($0.0)=\($0.1)" }.joined(separator: "&")
    }

    // MARK: Hashes and times

    /// 64 hexadecimal digits.
    public static func sha256(_ bytes: [UInt8]) -> String { Hex.text(Array(SHA256.hash(data: bytes))) }

    /// `20130524T000000Z`.
    static func date(_ time: Int64) -> String {
        Timestamp.text(time * Timestamp.nanosecondsPerSecond).filter { $0 != "-" && $0 != ":" }
    }
}
