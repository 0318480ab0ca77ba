import ArgumentParser
import Foundation

/// A real collector in a process of its own, fed over TCP, from the first byte to the last sealed chunk.
struct IngestBenchmark: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "ingest", abstract: "Socket to sealed chunks, in a collector of its own process.")

    @Argument(help: "Files of lines.") var files: [String]
    @Option(help: "Times over each file in one run.") var repeated = 10
    @Option(help: "Runs; the median is printed.") var runs = 3
    @Option(help: "A configuration file for the collector.") var config: String?
    @Option(help: "Seconds to go on for after the last line, for what is done in the background.") var seconds = 0.0
    @Option(help: "Seal the memtable at so many rows.") var memtableRows = 524_288

    func run() throws {
        for file in files {
            let input = try Input(file, repeated: repeated)
            var results: [(measured: Measurement, diskBytes: Int)] = []
            for _ in 0..<runs { results.append(try measure(input)) }
            let median = results.sorted { $0.measured.cpuSeconds < $1.measured.cpuSeconds }[runs / 2]
            print((file as NSString).lastPathComponent, median.measured, bytes: input.bytes.count, rows: input.rows)
            print(
                String(
                    format: "  on disk: %.1f MB, %.1f bytes a row, %.1f times smaller", Double(median.diskBytes) / 1e6,
                    Double(median.diskBytes) / Double(input.rows), Double(input.bytes.count) / Double(median.diskBytes)))
        }
    }

    private func measure(_ input: Input) throws -> (Measurement, Int) {
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent("lockstitch-\(UUID().uuidString)")
        defer { try? FileManager.default.removeItem(at: folder) }
        let collector = Process()
        collector.executableURL = Bundle.main.executableURL?.deletingLastPathComponent()
            .appendingPathComponent("lockstitch")
        collector.arguments = [
            "collect", "--data", folder.path, "--tcp-port", "0", "--udp-port", "0", "--http-port", "0",
            "--announce", "-", "--memtable-rows", String(memtableRows),
        ] + (config.map { ["--config", $0] } ?? [])
        let output = Pipe()
        collector.standardOutput = output
        collector.standardError = FileHandle.nullDevice
        let cpuBefore = Measurement.processSeconds(RUSAGE_CHILDREN.rawValue)
        try collector.run()
        let port = try Self.tcpPort(output.fileHandleForReading)
        let wall = try ContinuousClock().measure {
            try Self.send(input.bytes, port: port)
            Thread.sleep(forTimeInterval: seconds)
            collector.terminate()
            collector.waitUntilExit()
        }
        guard collector.terminationStatus == 0 else {
            throw ValidationError("the collector ended with status \(collector.terminationStatus)")
        }
        let cpu = Measurement.processSeconds(RUSAGE_CHILDREN.rawValue) - cpuBefore
        return (Measurement(wallSeconds: wall / .seconds(1), cpuSeconds: cpu), Self.bytes(under: folder))
    }

    /// Reads the line `{"tcp":"127.0.0.1:PORT",…}` that the collector prints when it listens.
    private static func tcpPort(_ output: FileHandle) throws -> UInt16 {
        var line = Data()
        while line.last != UInt8(ascii: "\n") {
            let more = output.availableData
            guard !more.isEmpty else { throw ValidationError("the collector did not start") }
            line += more
        }
        let addresses = try JSONDecoder().decode([String: String].self, from: line)
        guard let port = addresses["tcp"]?.split(separator: ":").last.flatMap({ UInt16($0) }) else {
            throw ValidationError("the collector announced no TCP port")
        }
        return port
    }

    /// Sends all lines with acknowledgements and waits for the last one.
    private static func send(_ bytes: [UInt8], port: UInt16) throws {
        let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        defer { close(descriptor) }
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = port.bigEndian
        address.sin_addr.s_addr = UInt32(0x7f00_0001).bigEndian
        let connected = unsafe withUnsafePointer(to: &address) { pointer in
            unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                unsafe connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
            }
        }
        guard connected == 0 else { throw ValidationError("cannot connect to the collector") }
        let lines = bytes.count { $0 == UInt8(ascii: "\n") }
        let acknowledged = DispatchSemaphore(value: 0)
        DispatchQueue.global().async {
            var text = ""
            var buffer = [UInt8](repeating: 0, count: 65_536)
            let last = "ack \(lines)\n"
            while !text.hasSuffix(last) {
                let count = unsafe read(descriptor, &buffer, buffer.count)
                guard count > 0 else { break }
                text = String((text + String(decoding: buffer[..<count], as: UTF8.self)).suffix(64))
            }
            acknowledged.signal()
        }
        try write(Array("LOCKSTITCH/1 ack\n".utf8), to: descriptor)
        try write(bytes, to: descriptor)
        acknowledged.wait()
    }

    private static func write(_ bytes: [UInt8], to descriptor: Int32) throws {
        var offset = 0
        while offset < bytes.count {
            let count = unsafe bytes.withUnsafeBytes { buffer in
                unsafe Glibc.write(descriptor, buffer.baseAddress.map { unsafe $0 + offset }, min(1 << 20, bytes.count - offset))
            }
            guard count > 0 else { throw ValidationError("the collector closed the connection") }
            offset += count
        }
    }

    private static func bytes(under folder: URL) -> Int {
        let files = FileManager.default.enumerator(at: folder, includingPropertiesForKeys: [.fileSizeKey])
        return (files?.compactMap { ($0 as? URL).flatMap { try? $0.resourceValues(forKeys: [.fileSizeKey]).fileSize } } ?? [])
            .reduce(0, +)
    }
}
