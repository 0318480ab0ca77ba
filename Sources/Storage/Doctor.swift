import Catalog
import Foundation
public import SystemIO
import WriteAheadLog

/// Looks at all of a data folder and changes nothing: what is damaged, missing, or about to go wrong.
public struct Doctor {
    let folder: String
    let fileSystem: any FileSystem
    let clock: any WallClock

    public init(folder: String, fileSystem: any FileSystem = POSIXFileSystem(), clock: any WallClock = SystemWallClock()) {
        self.folder = folder
        self.fileSystem = fileSystem
        self.clock = clock
    }

    /// Less room than this is worth a warning, in bytes and as a part of the disk.
    private static let freeBytesMin = 1 << 30
    private static let freePartMin = 0.05
    /// How far a time may be ahead of the clock, in nanoseconds: clocks of senders differ.
    private static let aheadMax: Int64 = 3_600 * 1_000_000_000

    /// - Parameter progress: called now and then with the bytes read, and those that there are to read.
    /// - Throws: when the folder cannot be read at all.
    public func run(progress: (_ done: Int, _ total: Int) -> Void = { _, _ in }) throws -> DoctorReport {
        guard fileSystem.exists("\(folder)/\(FileNames.data)") else {
            throw StorageError("cannot examine '\(folder)': it is no data folder of a collector")
        }
        var report = DoctorReport(folder: folder)
        report.isCollectorRunning = isLocked
        if RestoredFolder.isUnfinished(folder, fileSystem) {
            report.add(DoctorFinding(.unfinishedRestore, file: folder, RestoredFolder.unfinishedText))
        }
        let catalog = readCatalog(&report)
        let log = checkLog(after: catalog?.retiredSegment ?? 0, &report)
        try checkChunks(catalog, log, &report, progress)
        checkQuarantine(&report)
        checkDisk(&report)
        return report
    }

    private var isLocked: Bool {
        guard let lock = try? fileSystem.lock("\(folder)/\(FileNames.lock)") else { return true }
        lock.release()
        return false
    }

    // MARK: Catalog

    private var catalogPath: String { "\(folder)/\(FileNames.catalog)" }

    private func readCatalog(_ report: inout DoctorReport) -> CatalogCheck? {
        let remedy = "bring it back from a backup, or make it anew with 'lockstitch doctor --rebuild-catalog'"
        do {
            guard let catalog = try CatalogCheck(path: catalogPath) else {
                report.add(DoctorFinding(.damagedCatalog, file: catalogPath, "it is missing; \(remedy)"))
                return nil
            }
            report.catalogVersion = catalog.version
            for fault in catalog.faults {
                report.add(DoctorFinding(.damagedCatalog, file: catalogPath, "\(fault); \(remedy)"))
            }
            return catalog
        } catch {
            report.add(DoctorFinding(.damagedCatalog, file: catalogPath, "\(error); \(remedy)"))
            return nil
        }
    }

    // MARK: Log

    /// Returns the segments that are to be replayed.
    private func checkLog(after retired: UInt64, _ report: inout DoctorReport) -> Set<UInt64> {
        var found = ReplayReport()
        let path = "\(folder)/\(FileNames.writeAheadLog)"
        var numbers: [UInt64] = []
        do {
            numbers = try WriteAheadLog.check(
                folder: path, fileSystem: fileSystem, after: retired, isOpen: report.isCollectorRunning, into: &found)
        } catch {
            report.add(DoctorFinding(.damagedLog, file: path, "\(error)"))
        }
        report.logSegments = found.segments
        report.logRows = found.rows
        for damage in found.damage {
            var finding = DoctorFinding(
                .damagedLog, file: damage.path,
                "\(damage.byteCount) bytes are no record; a start reads the others, and keeps the file")
            finding.offset = damage.offset
            report.add(finding)
        }
        if found.tornBytes > 0 {
            report.add(
                DoctorFinding(
                    .tornLog, severity: .warning, file: path,
                    "\(found.tornBytes) bytes at its end are no whole record, as after a power cut; a start cuts them off"))
        }
        return Set(numbers.filter { $0 > retired })
    }

    // MARK: Chunks

    private func checkChunks(
        _ catalog: CatalogCheck?, _ log: Set<UInt64>, _ report: inout DoctorReport,
        _ progress: (_ done: Int, _ total: Int) -> Void
    ) throws {
        let known = Dictionary((catalog?.chunks ?? []).map { ($0.path, $0) }, uniquingKeysWith: { first, _ in first })
        let files = try ChunkFolder(folder: folder, fileSystem: fileSystem).files().chunks
        // Nobody reads those that were replaced, or set aside, and a start removes them.
        let sizes = files.filter { known[$0]?.isReplaced != true }.map { path in (path, (try? fileSystem.open("\(folder)/\(path)").byteCount) ?? 0) }
        let total = sizes.reduce(0) { $0 + $1.1 }
        var done = 0
        var suspects: [DoctorFinding] = []
        for (path, bytes) in sizes {
            let (problems, contents) = ChunkCheck(path: "\(folder)/\(path)", fileSystem: fileSystem).run()
            suspects += problems
            report.chunks += 1
            report.chunkRows += contents?.rows ?? 0
            report.chunkBytes += bytes
            if let chunk = known[path] {
                suspects += compare(path, bytes, contents, with: chunk)
            } else if let catalog {
                suspects.append(unknown(path, catalog, log))
            }
            checkTimes(path, contents, &report)
            done += bytes
            progress(done, total)
        }
        for chunk in known.values where !chunk.isReplaced && !files.contains(chunk.path) {
            suspects.append(
                DoctorFinding(
                    .missingChunk, file: "\(folder)/\(chunk.path)",
                    "the catalog has it, with \(chunk.rows) rows, and its file is not there"))
        }
        for finding in try stillTrue(suspects.sorted { ($0.file ?? "") < ($1.file ?? "") }, report) { report.add(finding) }
    }

    private func compare(
        _ path: String, _ bytes: Int, _ contents: ChunkCheck.Contents?, with known: CatalogCheck.Chunk
    ) -> [DoctorFinding] {
        let file = "\(folder)/\(path)"
        guard let contents, let times = contents.times else { return [] }
        var differences: [String] = []
        if bytes != known.bytes { differences.append("\(bytes) bytes, not \(known.bytes)") }
        if contents.rows != known.rows { differences.append("\(contents.rows) rows, not \(known.rows)") }
        if times != known.minTime...known.maxTime { differences.append("other times") }
        guard !differences.isEmpty else { return [] }
        return [DoctorFinding(.chunkMismatch, file: file, "it is not as the catalog says: it has " + differences.joined(separator: ", "))]
    }

    private func unknown(_ path: String, _ catalog: CatalogCheck, _ log: Set<UInt64>) -> DoctorFinding {
        let isElsewhere =
            switch ChunkFolder(folder: folder, fileSystem: fileSystem).origin(of: path) {
            case .log(let segments)?:
                LeftoverChunks.isInLog(segments, log, isInChunks: { $0 <= catalog.retiredSegment })
            case .chunks(let paths)?: Set(catalog.chunks.filter { !$0.isReplaced }.map(\.path)).isSuperset(of: paths)
            case nil: false
            }
        return DoctorFinding(
            .unknownChunk, severity: isElsewhere ? .warning : .problem, file: "\(folder)/\(path)",
            isElsewhere
                ? "a crash left it before it was in the catalog; its rows are elsewhere, and the next start removes it"
                : "the catalog does not have it, so queries do not see it")
    }

    /// A collector that runs replaces chunks meanwhile.
    private func stillTrue(_ findings: [DoctorFinding], _ report: DoctorReport) throws -> [DoctorFinding] {
        guard report.isCollectorRunning, let now = try? CatalogCheck(path: catalogPath) else { return findings }
        let live = Set(now.chunks.filter { !$0.isReplaced }.map { "\(folder)/\($0.path)" })
        return findings.filter { finding in
            guard let file = finding.file else { return true }
            return switch finding.kind {
            case .missingChunk: live.contains(file) && !fileSystem.exists(file)
            // What is being written gets into the catalog a moment later.
            case .unknownChunk: false
            default: live.contains(file)
            }
        }
    }

    // MARK: Surroundings

    private func checkTimes(_ path: String, _ contents: ChunkCheck.Contents?, _ report: inout DoctorReport) {
        let file = "\(folder)/\(path)"
        let now = clock.now()
        if let last = contents?.times?.upperBound, last > now, last - now > Self.aheadMax {
            report.add(
                DoctorFinding(
                    .clock, severity: .warning, file: file,
                    "it has rows of the future, by \((last - now) / 3_600_000_000_000) hours: a sender's clock is wrong, or this machine's"))
        }
        let written = (try? FileManager.default.attributesOfItem(atPath: file))?[.modificationDate] as? Date
        if let written, written.timeIntervalSince1970 > Double(now) / 1e9 + 60 {
            report.add(
                DoctorFinding(
                    .clock, severity: .warning, file: file,
                    "it was written in the future: this machine's clock has gone back since"))
        }
    }

    private func checkQuarantine(_ report: inout DoctorReport) {
        for folderName in [FileNames.quarantine, FileNames.writeAheadLogQuarantine] {
            for name in (try? fileSystem.list("\(folder)/\(folderName)")) ?? [] where name.contains(".") && !name.hasSuffix(".json") {
                report.add(
                    DoctorFinding(
                        .quarantine, severity: .warning, file: "\(folder)/\(folderName)/\(name)",
                        "it was set aside as damaged; remove it once you have what can be had from it"))
            }
        }
    }

    private func checkDisk(_ report: inout DoctorReport) {
        guard let attributes = try? FileManager.default.attributesOfFileSystem(forPath: folder),
            let free = attributes[.systemFreeSize] as? NSNumber, let size = attributes[.systemSize] as? NSNumber
        else { return }
        report.freeBytes = free.intValue
        if free.intValue < Self.freeBytesMin || free.doubleValue < size.doubleValue * Self.freePartMin {
            report.add(
                DoctorFinding(
                    .space, severity: .warning, file: folder,
                    "only \(free.intValue >> 20) MiB of the disk are free; a full one takes no rows"))
        }
    }
}

/// What `Doctor` found.
public struct DoctorReport: Encodable, Sendable {
    public let folder: String
    /// Whether all is well: there are no problems; there may be warnings.
    public private(set) var ok = true
    public internal(set) var isCollectorRunning = false
    public internal(set) var catalogVersion: Int?
    public internal(set) var chunks = 0
    public internal(set) var chunkRows = 0
    public internal(set) var chunkBytes = 0
    public internal(set) var logSegments = 0
    public internal(set) var logRows = 0
    public internal(set) var freeBytes: Int?
    public private(set) var findings: [DoctorFinding] = []

    init(folder: String) { self.folder = folder }

    mutating func add(_ finding: DoctorFinding) {
        findings.append(finding)
        if finding.severity == .problem { ok = false }
    }
}
