import Collector
import Hummingbird
import NIOCore
import NIOPosix
import Storage

/// The routes of `lockstitch backup create`.
///
/// | route | what |
/// |---|---|
/// | `POST /backup` | seals, holds all chunks, and says which these are |
/// | `GET /backup/chunk` | `lease=`, `path=`, `offset=`, `count=`: some bytes of one |
/// | `POST /backup/end` | `lease=`: they need not be held any more |
struct BackupRoutes: Sendable {
    let store: Store
    let leases: BackupLeases

    init(collector: Collector) {
        store = collector.store
        leases = BackupLeases(clock: collector.clock)
    }

    /// Bytes of a piece at most.
    private static let pieceBytesMax = 8 << 20

    func add(to router: Router<BasicRequestContext>) {
        router.post("backup", use: begin)
        router.get("backup/chunk", use: chunk)
        router.post("backup/end", use: end)
    }

    /// The answer to `POST /backup`.
    struct Begun: Encodable {
        let lease: String
        let contents: BackupContents
    }

    @Sendable
    private func begin(_ request: Request, _ context: BasicRequestContext) async throws -> Response {
        guard !request.isOfWebPage else {
            return .text("backups are not taken from web pages\n", status: .forbidden)
        }
        let view: BackupView
        do {
            view = try await NIOThreadPool.singleton.runIfActive { [store] in try store.beginBackup() }
        } catch {
            return .text("\(error)\n", status: .serviceUnavailable)
        }
        guard let lease = leases.add(view) else {
            return .text(
                "\(BackupLeases.countMax) backups are under way already; try again later\n", status: .serviceUnavailable)
        }
        Task { [leases] in
            // One that nobody ends goes within twice the time.
            while leases.isHeld(lease) { try await Task.sleep(for: BackupLeases.idle) }
        }
        return try .json(Begun(lease: lease, contents: view.contents))
    }

    @Sendable
    private func chunk(_ request: Request, _ context: BasicRequestContext) async throws -> Response {
        do {
            let parameters = try Parameters(ofURL: request)
            guard let view = leases.use(parameters["lease"] ?? "") else {
                return .text("this backup has ended; begin another\n", status: .gone)
            }
            let path = parameters["path"] ?? ""
            let offset = try parameters.integer("offset", default: 0)
            let count = min(try parameters.integer("count", default: Self.pieceBytesMax), Self.pieceBytesMax)
            let bytes = try await NIOThreadPool.singleton.runIfActive { try view.read(path, at: offset, count: count) }
            guard let bytes else { return .text("this backup has no chunk '\(path)'\n", status: .notFound) }
            return .bytes(bytes, contentType: "application/octet-stream")
        } catch let error as ParameterError {
            return .text(error.description + "\n", status: .badRequest)
        } catch {
            return .text("\(error)\n", status: .internalServerError)
        }
    }

    @Sendable
    private func end(_ request: Request, _ context: BasicRequestContext) throws -> Response {
        leases.remove(try Parameters(ofURL: request)["lease"] ?? "")
        return .text("ended\n")
    }
}
