import ArgumentParser
import Foundation

@main
struct Benchmarks: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "Benchmarks", abstract: "Measures Lockstitch; see Benchmarks/README.md.",
        subcommands: [
            ParseBenchmark.self, IngestBenchmark.self, SealBenchmark.self, QueryBenchmark.self, IDBenchmark.self,
            EdgesBenchmark.self, SamplingBenchmark.self,
            CopiesBenchmark.self, QueriesBenchmark.self,
        ])
}

/// What a run took.
struct Measurement {
    let wallSeconds: Double
    let cpuSeconds: Double

    /// CPU time is that of this process.
    static func of(_ body: () throws -> Void) rethrows -> Measurement {
        let cpu = processSeconds(RUSAGE_SELF.rawValue)
        let clock = ContinuousClock()
        let wall = try clock.measure(body)
        return Measurement(wallSeconds: wall / .seconds(1), cpuSeconds: processSeconds(RUSAGE_SELF.rawValue) - cpu)
    }

    /// User and system time in seconds.
    static func processSeconds(_ who: Int32) -> Double {
        var usage = rusage()
        unsafe getrusage(who, &usage)
        return seconds(usage.ru_utime) + seconds(usage.ru_stime)
    }

    private static func seconds(_ time: timeval) -> Double {
        Double(time.tv_sec) + Double(time.tv_usec) / 1e6
    }
}

/// The lines of a file, as many times over as asked.
struct Input {
    let bytes: [UInt8]
    let rows: Int

    init(_ path: String, repeated: Int) throws {
        let data = try Data(contentsOf: URL(fileURLWithPath: path))
        let once = [UInt8](data) + (data.last == UInt8(ascii: "\n") ? [] : [UInt8(ascii: "\n")])
        var bytes: [UInt8] = []
        bytes.reserveCapacity(once.count * repeated)
        for _ in 0..<repeated { bytes += once }
        self.bytes = bytes
        rows = once.count { $0 == UInt8(ascii: "\n") } * repeated
    }

    /// Runs of whole lines of about `size` bytes.
    func frames(of size: Int) -> [[UInt8]] {
        var frames: [[UInt8]] = []
        var start = 0
        while start < bytes.count {
            var end = min(start + size, bytes.count)
            while end < bytes.count, bytes[end - 1] != UInt8(ascii: "\n") { end += 1 }
            frames.append(Array(bytes[start..<end]))
            start = end
        }
        return frames
    }
}

func print(_ name: String, _ measured: Measurement, bytes: Int, rows: Int) {
    let megabytes = Double(bytes) / 1e6
    print(
        String(
            format: "%@: %.0f MB/s, %.0f rows/s, %.0f rows per CPU-second (%.3f s wall, %.3f s CPU)", name,
            megabytes / measured.wallSeconds, Double(rows) / measured.wallSeconds, Double(rows) / measured.cpuSeconds,
            measured.wallSeconds, measured.cpuSeconds))
}
