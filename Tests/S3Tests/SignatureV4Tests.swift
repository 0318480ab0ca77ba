import Foundation
import TestSupport
import Testing

@testable import S3

@Suite struct SignatureV4Tests {
    private static let empty = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
    private static let date = "20130524T000000Z"

    private static let signature = SignatureV4(
        credentials: S3Credentials(accessKey: "AKIAIOSFODNN7EXAMPLE", secretKey: "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY"),
        region: "us-east-1")

    struct Example: Sendable {
        let method: String
        let path: String
        var query: [(name: String, value: String)] = []
        var headers: [(name: String, value: String)] = []
        var bodyHash = SignatureV4Tests.empty
        let signature: String
    }

    /// The examples of the Amazon S3 API Reference, "Examples: Signature Calculations".
    static let examples = [
        Example(
            method: "GET", path: "/test.txt", headers: [("Range", "bytes=0-9")],
            signature: "f0e8bdb87c964420e857bd35b5d6ed310bd44f0170aba48dd91039c6036bdb41"),
        Example(
            method: "PUT", path: "/test$file.text",
            headers: [("Date", "Fri, 24 May 2013 00:00:00 GMT"), ("x-amz-storage-class", "REDUCED_REDUNDANCY")],
            bodyHash: "44ce7dd67c959e0d3524ffac1771dfbba87d2b6b4b4e99e42034a8b803f8b072",
            signature: "98ad721746da40c64f1a55b78f14c238d841ea1380cd77a1b5971af0ece108bd"),
        Example(
            method: "GET", path: "/", query: [("lifecycle", "")],
            signature: "fea454ca298b7da1c68078a5d1bdbfbbe0d65c699e0f91ac7a200a0136783543"),
        Example(
            method: "GET", path: "/", query: [("prefix", "J"), ("max-keys", "2")],
            signature: "34b48302e7b5fa45bde8084f4b7868a86f0a534bc59db6670ed5711ef69dc6f7"),
    ]

    @Test(arguments: examples) func signsTheExamplesOfAWS(_ example: Example) {
        let request = SignatureV4.Request(
            method: example.method, path: example.path, query: example.query,
            headers: [("host", "examplebucket.s3.amazonaws.com")] + example.headers, bodyHash: example.bodyHash)
        // 2013-05-24T00:00:00Z
        let headers = Self.signature.headers(for: request, time: 1_369_353_600)
        #expect(headers[0] == ("x-amz-date", Self.date))
        #expect(headers.last?.value.hasSuffix("Signature=\(example.signature)") == true)
    }

    @Test(arguments: [
        (0, "19700101T000000Z"), (951_782_399, "20000228T235959Z"), (951_782_400, "20000229T000000Z"),
        (1_709_251_199, "20240229T235959Z"), (4_107_542_400, "21000301T000000Z"),
    ])
    func datesAreThoseOfTheCalendar(time: Int64, text: String) { #expect(SignatureV4.date(time) == text) }

    // MARK: Against botocore

    private struct Case: Encodable {
        let method: String
        let url: String
        let headers: [String: String]
        let time: String
        let access: String
        let secret: String
        let region: String
    }

    /// Random requests, with all kinds of bytes in paths, queries and headers.
    @Test func signsAsBotocoreDoes() throws {
        var random = SeededRandom.seeded()
        var cases: [Case] = []
        var signed: [String] = []
        for _ in 0..<300 {
            let credentials = S3Credentials(accessKey: "KEY\(random.below(1_000))", secretKey: text(&random, "aB/+=9 ü"))
            let region = random.pick(["us-east-1", "eu-central-1", "auto"])
            let query = (0..<random.below(4)).map { (name: "q\($0)" + text(&random, Self.characters), value: text(&random, Self.characters)) }
            let hash = SignatureV4.sha256(Array(text(&random, Self.characters).utf8))
            let request = SignatureV4.Request(
                method: random.pick(["GET", "PUT", "POST", "DELETE"]), path: "/" + text(&random, Self.characters + "//"), query: query,
                headers: [("host", "h.example"), ("x-amz-meta-a", "a  b \(text(&random, "xyz "))c"), ("range", "bytes=0-1")], bodyHash: hash)
            let signature = SignatureV4(credentials: credentials, region: region)
            let added = signature.headers(for: request, time: 1_700_000_000)
            signed.append(added.last?.value ?? "")
            var headers = Dictionary(uniqueKeysWithValues: request.headers.map { ($0.name, $0.value) })
            for (name, value) in added.dropLast() { headers[name] = value }
            let escapedQuery = query.isEmpty ? "" : "?" + SignatureV4.escaped(query)
            cases.append(
                Case(
                    method: request.method, url: "https://h.example" + SignatureV4.escapedPath(request.path) + escapedQuery,
                    headers: headers, time: SignatureV4.date(1_700_000_000), access: credentials.accessKey,
                    secret: credentials.secretKey, region: region))
        }
        let answers = try botocore(cases)
        #expect(answers.count == signed.count)
        for (index, answer) in answers.enumerated() { #expect(signed[index] == answer, "\(cases[index])") }
    }

    private static let characters = "abcXYZ019-._~ !\"#$%&'()*+,:;<=>?@[\\]^`{|}äß€😀"

    private func text(_ random: inout SeededRandom, _ characters: String) -> String {
        String((0..<random.below(12)).map { _ in random.pick(Array(characters)) })
    }

    private func botocore(_ cases: [Case]) throws -> [String] {
        let process = Python.process("sigv4.py")
        let lines = try cases.map { String(decoding: try JSONEncoder().encode($0), as: UTF8.self) }.joined(separator: "\n")
        let folder = try TemporaryDirectory()
        try lines.write(toFile: folder.file("in"), atomically: true, encoding: .utf8)
        let output = Pipe()
        process.standardInput = FileHandle(forReadingAtPath: folder.file("in"))
        process.standardOutput = output
        try process.run()
        let answer = output.fileHandleForReading.readDataToEndOfFile()
        process.waitUntilExit()
        return String(decoding: answer, as: UTF8.self).split(separator: "\n").map(String.init)
    }
}
