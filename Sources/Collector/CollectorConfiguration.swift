public import Parsing
public import Storage
import Records

/// When what was written to the log is synced to disk. Either way nothing is acknowledged before it is.
public enum Durability: String, Sendable, CaseIterable {
    /// At once, if a frame of the batch wants an acknowledgement; all frames that came meanwhile share one sync.
    case ack
    /// Once per `syncInterval`; acknowledgements wait for that. Fewer syncs, for disks on which each takes long.
    case interval
}

/// What a collector listens on and keeps to.
public struct CollectorConfiguration: Sendable {
    /// The data folder, made if it is missing.
    public var folder: String
    /// The address that all listeners bind, such as `127.0.0.1`, `0.0.0.0` or `::`.
    public var host = "127.0.0.1"
    /// Port for lines over TCP; 0 takes a free one.
    public var tcpPort = 5170
    /// Port for lines over UDP; 0 takes a free one.
    public var udpPort = 5170
    /// Rows a second that each service may send, nil for no limit. What is over is refused and counted.
    public var rateLimit: Double?
    /// Rows that a service may send at once on top of its rate. Default: ten seconds' worth.
    public var rateBurst: Double?
    /// When what was written is synced to disk.
    public var durability = Durability.ack
    /// How often rows that no sender waits for are synced to disk, in nanoseconds.
    public var syncInterval: Int64 = 200_000_000
    /// The definitions for lines that are neither JSON nor logfmt.
    public var parsers = ParserSet.none
    /// The parser of all sources that ask for none.
    public var defaultParser = PinnedParser.auto
    /// What the configuration file says.
    public var file = ConfigurationFile()
    public var store: StoreOptions

    public init(folder: String) {
        self.folder = folder
        store = StoreOptions()
    }
}
