import ArgumentParser
import Collector
import Foundation
import HTTPAPI
import Logging
import Parsing
import Storage
import SystemIO

extension Durability: ExpressibleByArgument {}

struct CollectCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "collect",
        abstract: "Run the collector: take lines over UDP, TCP and HTTP, store them, answer queries.",
        discussion: """
            Lines are JSON, logfmt, or of a format that a parser definition describes, told apart line by line; SIGHUP reads \
            the definitions again. SIGTERM and SIGINT seal what is in memory and end \
            the collector with status 0.
            """)

    @Option(help: "The data folder; made if it is missing.")
    var data: String = "lockstitch-data"

    @Option(help: "The address to listen on. Anyone who can reach it can write and read.")
    var host: String = "127.0.0.1"

    @Option(help: "Port for lines over TCP; 0 takes a free one.")
    var tcpPort: Int = 5170

    @Option(help: "Port for lines over UDP; 0 takes a free one.")
    var udpPort: Int = 5170

    @Option(help: "Port for the HTTP API; 0 takes a free one.")
    var httpPort: Int = 5171

    @Option(
        help: """
            When acknowledged lines are synced to disk: ack (at once, all that wait share one sync) or interval (every 200 ms, \
            and acknowledgements wait for it).
            """)
    var durability: Durability = .ack

    @Option(help: "Rows a second that each service may send. Default: no limit.")
    var rateLimit: Double?

    @Option(help: "Rows that a service may send at once on top. Default: ten seconds' worth.")
    var rateBurst: Double?

    @Option(help: "Seal the memtable at so many rows, at most 67108864.")
    var memtableRows: Int = 524_288

    @Option(help: "Seal the memtable at so many megabytes, at most 1024.")
    var memtableMegabytes: Int = 256

    @Option(help: "Seal the memtable at this age in seconds.")
    var memtableSeconds: Int = 300

    @Option(help: "Memory for columns that queries have read, in megabytes; 0 for none.")
    var queryCacheMegabytes: Int = 256

    @Option(help: "Memory for what queries have made of row groups, in megabytes; 0 for none.")
    var resultCacheMegabytes: Int = 32

    @OptionGroup var retentionOptions: RetentionOptions

    @OptionGroup var parserOptions: ParserOptions

    @Option(help: "The parser of all lines whose sender asks for none: auto, json, logfmt, text, or a definition.")
    var parser: String = "auto"

    @Option(help: "A file with the secret by which redacted values are hashed. Default: a new one at each start.")
    var redactKeyFile: String?

    @Option(help: "Write the bound addresses as one JSON object to this file once all listen; '-' is standard output.")
    var announce: String?

    func validate() throws {
        for (name, port) in [("tcp", tcpPort), ("udp", udpPort), ("http", httpPort)] where !(0...65_535).contains(port) {
            throw ValidationError("--\(name)-port must be between 0 and 65535")
        }
        for (name, value) in [("rate-limit", rateLimit), ("rate-burst", rateBurst)] {
            if let value, !(value > 0 && value.isFinite) {
                throw ValidationError("--\(name) must be a number above 0")
            }
        }
        // A chunk addresses the bytes of a column and its rows with 32 bits, and times are nanoseconds in 64.
        for (name, value, most) in [
            ("rows", memtableRows, 1 << 26), ("megabytes", memtableMegabytes, 1_024),
            ("seconds", memtableSeconds, 1_000_000_000),
        ] where !(1...most).contains(value) {
            throw ValidationError("--memtable-\(name) must be between 1 and \(most)")
        }
        for (name, value) in [("query", queryCacheMegabytes), ("result", resultCacheMegabytes)]
        where !(0...1 << 20).contains(value) {
            throw ValidationError("--\(name)-cache-megabytes must be between 0 and \(1 << 20)")
        }
    }

    func run() async throws {
        try await CommandFailure.exiting {
            let logger = Logger.standardError(.info)
            let key = try redactionKey()
            let server = try CollectorServer(
                try configuration(parsers: try loadParsers(key)), httpPort: httpPort, logger: logger)
            let reload = ReloadSignal {
                do {
                    server.collector.use(try loadParsers(key))
                    logger.info("parsers were read again")
                } catch {
                    logger.error("the parsers stay as they were: \(error)")
                }
            }
            defer { reload.cancel() }
            try await server.run { addresses in
                logger.info("listening: tcp \(addresses.tcp), udp \(addresses.udp), http \(addresses.http)")
                if let announce { try announceAddresses(addresses, to: announce) }
            }
        }
    }

    private func redactionKey() throws -> RedactionKey {
        guard let redactKeyFile else { return .random }
        guard let secret = try? String(contentsOfFile: redactKeyFile, encoding: .utf8), !secret.isEmpty else {
            throw CommandFailure("cannot read the key of redaction from '\(redactKeyFile)'", code: 2)
        }
        return RedactionKey(secret: secret)
    }

    private func loadParsers(_ key: RedactionKey) throws -> ParserSet {
        let set = try parserOptions.load(redactionKey: key)
        if case .definition(let name) = PinnedParser(parser), !set.has(name) {
            throw CommandFailure("there is no parser '\(name)'; see 'lockstitch parsers list'", code: 2)
        }
        return set
    }

    private func configuration(parsers: ParserSet) throws -> CollectorConfiguration {
        var configuration = CollectorConfiguration(folder: data)
        configuration.parsers = parsers
        configuration.defaultParser = PinnedParser(parser)
        configuration.host = host
        configuration.tcpPort = tcpPort
        configuration.udpPort = udpPort
        configuration.durability = durability
        configuration.rateLimit = rateLimit
        configuration.rateBurst = rateBurst
        configuration.store.retention = try retentionOptions.policy()
        configuration.store.memtableRowsMax = memtableRows
        configuration.store.memtableBytesMax = memtableMegabytes << 20
        configuration.store.queryCacheBytes = queryCacheMegabytes << 20
        configuration.store.resultCacheBytes = resultCacheMegabytes << 20
        configuration.store.memtableAgeMax = Int64(memtableSeconds) * 1_000_000_000
        return configuration
    }

    private func announceAddresses(_ addresses: CollectorServer.Addresses, to target: String) throws {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        let line = try encoder.encode(addresses) + Data("\n".utf8)
        if target == "-" {
            try StandardOutput.write(line)
        } else {
            try write(Array(line), to: target)
        }
    }

    /// All at once: who waits for the file finds it whole.
    private func write(_ bytes: [UInt8], to path: String) throws {
        let files = POSIXFileSystem()
        do throws(SystemIOError) {
            let file = try files.create(path + ".tmp")
            try file.append(bytes)
            try file.close()
            try files.rename(path + ".tmp", to: path)
        } catch {
            throw CommandFailure("cannot write --announce \(path): \(SystemIOError.words(for: error.code))", code: 1)
        }
    }
}
