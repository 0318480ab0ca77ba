import Glibc
import SystemIO
import TestSupport
import Testing

@Suite struct POSIXFileSystemTests {
    private let fileSystem = POSIXFileSystem()
    private let folder: TemporaryDirectory

    init() throws { folder = try TemporaryDirectory() }

    @Test func writesCutsAndReads() throws {
        let path = folder.file("file")
        let file = try fileSystem.create(path)
        try file.append(Array("hello world".utf8))
        try file.truncate(to: 6)
        try file.append(Array("there".utf8))
        #expect(file.byteCount == 11)
        try file.sync()
        try file.close()
        let reading = try fileSystem.open(path)
        #expect(try reading.byteCount == 11)
        #expect(try reading.read(at: 6, count: 100) == Array("there".utf8))
        #expect(try reading.read(at: 11, count: 1).isEmpty)
        try fileSystem.truncate(path, to: 5)
        #expect(try reading.read(at: 0, count: 100) == Array("hello".utf8))
    }

    @Test func makesListsRenamesAndRemoves() throws {
        try fileSystem.createDirectory(folder.file("a/b"))
        try fileSystem.createDirectory(folder.file("a/b"))
        for name in ["2", "1"] { try fileSystem.create(folder.file("a/b/\(name)")).close() }
        try fileSystem.rename(folder.file("a/b/2"), to: folder.file("a/b/3"))
        try fileSystem.syncDirectory(folder.file("a/b"))
        #expect(try fileSystem.list(folder.file("a/b")) == ["1", "3"])
        try fileSystem.remove(folder.file("a/b/1"))
        #expect(!fileSystem.exists(folder.file("a/b/1")))
        #expect(fileSystem.exists(folder.file("a/b/3")))
    }

    @Test func errorsNameTheCallThePathAndTheReason() throws {
        let path = folder.file("missing")
        #expect { try fileSystem.open(path) } throws: { "\($0)" == "cannot open '\(path)': No such file or directory" }
        #expect { try fileSystem.list(path) } throws: { "\($0)".hasPrefix("cannot list '\(path)'") }
        #expect { try fileSystem.create("/dev/full/x") } throws: { "\($0)".hasPrefix("cannot create") }
        let full = try fileSystem.create("/dev/full")
        #expect { try full.append([1]) } throws: { ($0 as? SystemIOError)?.isDiskFull == true }
    }

    @Test func aLockIsHeldByOne() throws {
        let first = try fileSystem.lock(folder.file("lock"))
        #expect { try fileSystem.lock(folder.file("lock")) } throws: { "\($0)".contains("another process has it") }
        first.release()
        try fileSystem.lock(folder.file("lock")).release()
    }
}

@Suite struct OpenFileLimitTests {
    @Test func raisesTheLimitToWhatTheSystemAllows() {
        var limit = rlimit()
        getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit)
        let before = limit
        limit.rlim_cur = limit.rlim_max - 1
        setrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit)
        OpenFileLimit.raise()
        getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit)
        #expect(limit.rlim_cur == before.rlim_max)
    }
}

@Suite struct ULIDGeneratorTests {
    @Test func namesRiseWhateverTheClockDoes() {
        let clock = ManualClock()
        let generator = ULIDGenerator(clock: clock, random: SeededRandomSource(seed: 1))
        var names: [String] = []
        for step in 0..<200 {
            names.append(generator.next())
            if step % 3 == 0 { clock.advance(seconds: 0.0004) }
            if step == 100 { clock.jump(to: 0) }
        }
        #expect(names == names.sorted())
        #expect(Set(names).count == names.count)
        #expect(names.allSatisfy { $0.utf8.count == 26 })
    }

    @Test func beginsWithTheTime() {
        // 1469918176385 ms is the example of the ULID specification.
        let clock = ManualClock(now: 1_469_918_176_385_000_000)
        #expect(ULIDGenerator(clock: clock, random: SeededRandomSource(seed: 1)).next().hasPrefix("01ARYZ6S41"))
    }
}
