import Glibc
import Parquet
import SystemIO

/// What is wrong with a chunk that a query wanted to read.
public struct ChunkDamage: Error, Sendable, Hashable, CustomStringConvertible {
    public enum Kind: Sendable, Hashable {
        /// Its bytes are not those that were written.
        case damaged
        /// Its file is not there.
        case missing
        /// The disk does not give its bytes. They may come back.
        case unreadable
    }

    public let kind: Kind
    /// Of the file.
    public let path: String
    /// Where in the file, as far as that is known.
    public let rowGroup: Int?
    public let column: String?
    public let reason: String

    public var description: String {
        var place = "chunk '\(path)'"
        if let rowGroup { place += ", row group \(rowGroup)" }
        if let column { place += ", column '\(column)'" }
        return "cannot read \(place): \(reason)"
    }

    /// Runs `body`, and throws what is the chunk's own fault as `ChunkDamage`. Other errors, such as too many open files,
    /// stay as they are.
    static func finding<Value>(
        in path: String, rowGroup: Int? = nil, column: String? = nil, _ body: () throws -> Value
    ) throws -> Value {
        func damage(_ kind: Kind, _ reason: String) -> ChunkDamage {
            ChunkDamage(kind: kind, path: path, rowGroup: rowGroup, column: column, reason: reason)
        }
        do {
            return try body()
        } catch let error as ParquetError {
            throw damage(error.isOfTheDisk ? .unreadable : .damaged, "\(error)")
        } catch let error as StorageError {
            throw damage(.damaged, error.description)
        } catch let error as SystemIOError where error.code == ENOENT {
            throw damage(.missing, "\(error)")
        } catch let error as SystemIOError where error.code == EIO {
            throw damage(.unreadable, "\(error)")
        }
    }
}

extension ParquetError {
    fileprivate var isOfTheDisk: Bool {
        if case .unreadable = self { return true }
        return false
    }
}

/// Rows that were taken and that a snapshot does not have.
public struct Omission: Sendable, Hashable, CustomStringConvertible {
    /// Where they are.
    public let place: String
    /// Nil where nobody knows.
    public let rows: Int?
    /// Of the earliest and the latest of them, in nanoseconds since 1970-01-01 UTC; nil where nobody knows.
    public let times: ClosedRange<Int64>?
    public let reason: String

    public var description: String {
        let what = rows.map { "\($0) rows" } ?? "rows"
        return "\(what) of \(place) are left out: \(reason)"
    }

    /// Whether some of them may be in a range of times; nil for all times.
    public func overlaps(_ range: ClosedRange<Int64>?) -> Bool {
        guard let range, let times else { return true }
        return times.overlaps(range)
    }
}
