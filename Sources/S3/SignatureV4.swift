import Crypto

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
        let signature = Self.hex(HMAC<SHA256>.authenticationCode(for: Array(text.utf8), using: key))
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
    public static func escapedPath(_ path: String) -> String { escape(path, keepsSlash: true) }

    /// A query as it goes over the wire, sorted.
    public static func escaped(_ query: [(name: String, value: String)]) -> String {
        query.map { (escape($0.name, keepsSlash: false), escape($0.value, keepsSlash: false)) }
            .sorted { $0 < $1 }.map { "\($0.0)=\($0.1)" }.joined(separator: "&")
    }

    /// All bytes but those that RFC 3986 (section 2.3) never escapes as `%XX`.
    private static func escape(_ text: String, keepsSlash: Bool) -> String {
        var bytes: [UInt8] = []
        for byte in text.utf8 {
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "_"),
                UInt8(ascii: "~"):
                bytes.append(byte)
            case UInt8(ascii: "/") where keepsSlash: bytes.append(byte)
            default: bytes += [UInt8(ascii: "%"), upperDigits[Int(byte >> 4)], upperDigits[Int(byte & 15)]]
            }
        }
        return String(decoding: bytes, as: UTF8.self)
    }

    private static let upperDigits = Array("0123456789ABCDEF".utf8)
    private static let lowerDigits = Array("0123456789abcdef".utf8)

    // MARK: Hashes and times

    /// 64 hexadecimal digits.
    public static func sha256(_ bytes: [UInt8]) -> String { hex(SHA256.hash(data: bytes)) }

    private static func hex(_ bytes: some Sequence<UInt8>) -> String {
        String(decoding: bytes.flatMap { [lowerDigits[Int($0 >> 4)], lowerDigits[Int($0 & 15)]] }, as: UTF8.self)
    }

    /// `20130524T000000Z`.
    static func date(_ time: Int64) -> String {
        let (year, month, day) = civil(days: time / 86_400)
        let second = time % 86_400
        func two(_ number: Int64) -> String { number < 10 ? "0\(number)" : "\(number)" }
        return "\(year)\(two(month))\(two(day))T\(two(second / 3_600))\(two(second / 60 % 60))\(two(second % 60))Z"
    }

    /// The date of a day from 1970-01-01 on (Howard Hinnant, "chrono-Compatible Low-Level Date Algorithms").
    private static func civil(days: Int64) -> (year: Int64, month: Int64, day: Int64) {
        let shifted = days + 719_468
        let (era, dayOfEra) = shifted.quotientAndRemainder(dividingBy: 146_097)
        let yearOfEra = (dayOfEra - dayOfEra / 1_460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let shiftedMonth = (5 * dayOfYear + 2) / 153
        let month = shiftedMonth < 10 ? shiftedMonth + 3 : shiftedMonth - 9
        return (yearOfEra + era * 400 + (month <= 2 ? 1 : 0), month, dayOfYear - (153 * shiftedMonth + 2) / 5 + 1)
    }
}
