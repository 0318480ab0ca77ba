import ArgumentParser
import Backup
import Foundation

#if S3
import S3
#endif

/// Where a backup is.
struct BackupTargetArgument: ParsableArguments {
    @Argument(help: "The folder of the backup, or s3://BUCKET/PREFIX. It is for one collector.")
    var target: String

    @Option(
        help: "The server of s3://, such as http://127.0.0.1:9000. Default: AWS (also AWS_ENDPOINT_URL_S3, AWS_ENDPOINT_URL).")
    var s3Endpoint: String?

    @Option(help: "The region of s3://. Default: us-east-1 (also AWS_REGION, AWS_DEFAULT_REGION).")
    var s3Region: String?

    @Option(
        help: """
            How the bucket is named: path (HOST/BUCKET) or virtual (BUCKET.HOST). Default: virtual with AWS, path with \
            another server.
            """)
    var s3Style: String?

    func validate() throws {
        guard s3Style.map({ ["path", "virtual"].contains($0) }) ?? true else {
            throw ValidationError("--s3-style must be path or virtual")
        }
    }

    /// Calls `body` with the target.
    func withTarget<Result>(_ body: (any BackupTarget) async throws -> Result) async throws -> Result {
        guard target.lowercased().hasPrefix("s3://") else { return try await body(FolderTarget(target)) }
        #if S3
        let target = try s3Target()
        let result: Swift.Result<Result, any Error>
        do { result = .success(try await body(target)) } catch { result = .failure(error) }
        try await target.shutdown()
        return try result.get()
        #else
        throw CommandFailure("this lockstitch was built without the trait S3", code: 2)
        #endif
    }

    #if S3
    private func s3Target() throws -> S3Target {
        guard let location = S3Location(target) else {
            throw CommandFailure("'\(target)' is no place for a backup: expected s3://BUCKET/PREFIX", code: 2)
        }
        let endpoint = s3Endpoint ?? Self.variable("AWS_ENDPOINT_URL_S3") ?? Self.variable("AWS_ENDPOINT_URL")
        let region = s3Region ?? Self.variable("AWS_REGION") ?? Self.variable("AWS_DEFAULT_REGION") ?? "us-east-1"
        do {
            let configuration = try S3Configuration(
                bucket: location.bucket, region: region, credentials: try credentials(), endpoint: endpoint,
                style: s3Style.flatMap(S3Configuration.Style.init))
            return S3Target(configuration, prefix: location.prefix)
        } catch let error as S3Error {
            throw CommandFailure(error.description, code: 2)
        }
    }

    private func credentials() throws -> S3Credentials {
        guard let accessKey = Self.variable("AWS_ACCESS_KEY_ID"), let secretKey = Self.variable("AWS_SECRET_ACCESS_KEY") else {
            throw CommandFailure(
                "set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, and for temporary credentials AWS_SESSION_TOKEN", code: 2)
        }
        return S3Credentials(accessKey: accessKey, secretKey: secretKey, sessionToken: Self.variable("AWS_SESSION_TOKEN"))
    }

    private static func variable(_ name: String) -> String? {
        ProcessInfo.processInfo.environment[name].flatMap { $0.isEmpty ? nil : $0 }
    }
    #endif
}
