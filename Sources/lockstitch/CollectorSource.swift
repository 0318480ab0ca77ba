import Backup
import Foundation
import Storage
import Synchronization

/// The chunks of a running collector.
final class CollectorSource: BackupSource {
    private let client: APIClient
    private let lease = Mutex<String?>(nil)

    init(_ client: APIClient) { self.client = client }

    private struct Begun: Decodable {
        let lease: String
        let contents: BackupContents
    }

    func begin() async throws -> BackupContents {
        let answer = try await client.post("/backup", form: [:])
        do {
            let begun = try JSONDecoder().decode(Begun.self, from: Data(answer))
            lease.withLock { $0 = begun.lease }
            return begun.contents
        } catch {
            throw CommandFailure("the collector gave no answer that this version understands: \(error)", code: 1)
        }
    }

    func read(_ chunk: BackupContents.Chunk, at offset: Int, count: Int) async throws -> [UInt8] {
        let items = ["lease": held, "path": chunk.path, "offset": String(offset), "count": String(count)]
        var bytes: [UInt8] = []
        bytes.reserveCapacity(count)
        try await client.get("/backup/chunk", items) { bytes += $0 }
        return bytes
    }

    /// If this fails the collector lets go of the chunks by itself after some time.
    func end() async {
        _ = try? await client.post("/backup/end?" + FormText.encode(["lease": held]), form: [:])
    }

    private var held: String { lease.withLock { $0 } ?? "" }
}
