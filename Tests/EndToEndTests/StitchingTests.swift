import Foundation
import TestSupport
import Testing

extension EndToEnd {
    /// Requests of a real system found from one of their ids.
    @Suite struct StitchingTests {
        let folder: TemporaryDirectory

        init() throws { folder = try TemporaryDirectory() }

        /// All of Online Boutique where the machine has it, else a few lines like its.
        private func boutique() throws -> [String] {
            let corpus = ["logs", "spans"].map { Project.file("../shared/corpus/boutique-\($0).ndjson.gz") }
            guard corpus.allSatisfy(FileManager.default.fileExists(atPath:)) else { return [Project.file("Samples/boutique.ndjson")] }
            return try corpus.map { path in
                let unpacked = folder.file((path as NSString).lastPathComponent + ".ndjson")
                FileManager.default.createFile(atPath: unpacked, contents: nil)
                let gunzip = Process()
                gunzip.executableURL = URL(fileURLWithPath: "/bin/gzip")
                gunzip.arguments = ["-dc", path]
                gunzip.standardOutput = FileHandle(forWritingAtPath: unpacked)
                try gunzip.run()
                gunzip.waitUntilExit()
                return unpacked
            }
        }

        @Test func theWholeRequestFromAnyOfItsIDs() throws {
            let files = try boutique()
            // Python reads the files by itself: for each request of the front end its ids and how many records it has.
            let expected = try Project.python("requests_of_boutique.py", files)
            #expect(expected.status == 0, "\(expected.errors)")
            let requests = try #require(try JSONSerialization.jsonObject(with: Data(expected.output.utf8)) as? [[String: Any]])
            #expect(requests.count >= 2)
            let collector = try CollectorProcess(folder: folder.file("data"))
            for file in files { #expect(try collector.command("ship", file, "--to", collector.tcp).status == 0) }
            for request in requests {
                let count = try #require(request["records"] as? Int)
                for id in try #require(request["ids"] as? [String]) {
                    let shown = try collector.command("trace", id, "--output", "json")
                    let trace = try #require(try JSONSerialization.jsonObject(with: Data(shown.output.utf8)) as? [String: Any])
                    #expect((trace["span_count"] as? Int ?? 0) + (trace["log_count"] as? Int ?? 0) == count, "\(id)")
                }
                let why = try collector.command("trace", "--why", try #require((request["ids"] as? [String])?.first))
                #expect(why.status == 0 && why.output.contains("asked for"))
            }
            // A session is no id of a request, and joins nothing.
            let session = try #require(requests[0]["session"] as? String)
            #expect(try collector.command("trace", session).status == 1)
            #expect(collector.terminate() == 0)
        }
    }
}
