import Parquet
import Records
public import SystemIO

/// Something that `lockstitch doctor` found.
public struct DoctorFinding: Encodable, Sendable, Hashable {
    public enum Severity: String, Encodable, Sendable {
        /// Something is lost, or will be.
        case problem
        case warning
    }

    public enum Kind: String, Encodable, Sendable {
        case damagedChunk = "damaged_chunk"
        case missingChunk = "missing_chunk"
        case unknownChunk = "unknown_chunk"
        case chunkMismatch = "chunk_mismatch"
        case unreadableFile = "unreadable_file"
        case damagedLog = "damaged_log"
        case tornLog = "torn_log"
        case damagedCatalog = "damaged_catalog"
        case unfinishedRestore = "unfinished_restore"
        case quarantine, space, clock
    }

    public let severity: Severity
    public let kind: Kind
    /// The file that is meant.
    public let file: String?
    public var offset: Int?
    public var rowGroup: Int?
    public var column: String?
    public let detail: String

    public init(_ kind: Kind, severity: Severity = .problem, file: String? = nil, _ detail: String) {
        self.severity = severity
        self.kind = kind
        self.file = file
        self.detail = detail
    }

    /// Where in the file, to stand behind its name; empty when that is not known.
    public var placeInFile: String {
        var place = ""
        if let offset { place += ", byte \(offset)" }
        if let rowGroup { place += ", row group \(rowGroup)" }
        if let column { place += ", column '\(column)'" }
        return place
    }
}

/// Reads all of a chunk, and says what is wrong with it.
public struct ChunkCheck {
    let path: String
    let fileSystem: any FileSystem

    public init(path: String, fileSystem: any FileSystem = POSIXFileSystem()) {
        self.path = path
        self.fileSystem = fileSystem
    }

    /// What the rows are, as the chunk itself says.
    struct Contents {
        var rows = 0
        var times: ClosedRange<Int64>?
    }

    /// - Parameter rows: how many it should have.
    public func problems(rows: Int) -> [DoctorFinding] {
        let (problems, contents) = run()
        guard problems.isEmpty, let found = contents?.rows, found != rows else { return problems }
        return [DoctorFinding(.chunkMismatch, file: path, "it has \(found) rows in place of \(rows)")]
    }

    func problems() -> [DoctorFinding] { run().problems }

    func run() -> (problems: [DoctorFinding], contents: Contents?) {
        let file = ChunkFile(path: path, fileSystem: fileSystem, open: OpenChunks(countMax: 1))
        do {
            let isWhole = try ChunkChecksum.check(try fileSystem.open(path))
            let segments = try file.segments()
            var problems: [DoctorFinding] = []
            var contents = Contents()
            for segment in segments { check(segment, try file.layout(), &contents, &problems) }
            if isWhole == false, problems.isEmpty {
                problems.append(
                    DoctorFinding(
                        .damagedChunk, file: path,
                        "its bytes are not as they were written, outside of its pages: in a page's header, the page index or the checksum"
                    ))
            }
            return (problems, contents)
        } catch let damage as ChunkDamage {
            return ([finding(damage)], nil)
        } catch {
            return ([DoctorFinding(.unreadableFile, file: path, "\(error)")], nil)
        }
    }

    private func check(
        _ segment: ChunkSegment, _ layout: ChunkLayout, _ contents: inout Contents, _ problems: inout [DoctorFinding]
    ) {
        contents.rows += segment.rowCount
        do {
            let times = try segment.times(0..<segment.rowCount)
            if let first = times.first, let last = times.last, zip(times, times.dropFirst()).allSatisfy(<=) {
                let before = contents.times
                contents.times = min(before?.lowerBound ?? first, first)...max(before?.upperBound ?? last, last)
                if segment.timeRange != first...last {
                    problems.append(DoctorFinding(.damagedChunk, file: path, "its footer has other times than its rows"))
                }
            }
            _ = try segment.pageRows()
        } catch {
            problems.append(finding(error))
        }
        do {
            _ = try layout.wordFilter(rowGroup: segment.rowGroup)
        } catch {
            problems.append(finding(error))
        }
        for index in layout.reader.schema.indices {
            do {
                _ = try layout.vector(index, rowGroup: segment.rowGroup, 0..<segment.rowCount)
            } catch {
                problems.append(finding(error))
            }
        }
        problems = problems.reduce(into: []) { all, problem in if !all.contains(problem) { all.append(problem) } }
    }

    private func finding(_ error: any Error) -> DoctorFinding {
        guard let damage = error as? ChunkDamage else { return DoctorFinding(.unreadableFile, file: path, "\(error)") }
        let kind: DoctorFinding.Kind =
            switch damage.kind {
            case .damaged: .damagedChunk
            case .missing: .missingChunk
            case .unreadable: .unreadableFile
            }
        var finding = DoctorFinding(kind, file: path, damage.reason)
        finding.rowGroup = damage.rowGroup
        finding.column = damage.column
        return finding
    }
}
