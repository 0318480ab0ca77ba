/// Why a file cannot be read or written.
public enum ParquetError: Error, Sendable, Equatable, CustomStringConvertible {
    /// The bytes are no Parquet file.
    case notParquet(String)
    /// The bytes break the format.
    case malformed(String)
    /// The file uses a part of the format that this library leaves out.
    case unsupported(String)
    /// A page's bytes do not match its CRC.
    case checksumMismatch(String)
    /// The source of the bytes failed.
    case unreadable(String)
    /// What the writer was given does not fit the format.
    case unwritable(String)

    public var description: String {
        if case .unwritable(let reason) = self { return "cannot write Parquet file: \(reason)" }
        return "cannot read Parquet file: \(reason)"
    }

    /// What is wrong and where, without saying that a file cannot be read or written.
    public var reason: String {
        switch self {
        case .notParquet(let reason), .malformed(let reason), .unsupported(let reason),
            .checksumMismatch(let reason), .unreadable(let reason), .unwritable(let reason):
            reason
        }
    }
}

extension ParquetError {
    /// The same, naming the row group too.
    func inRowGroup(_ number: Int) -> ParquetError {
        let place = "row group \(number): "
        return switch self {
        case .malformed(let reason): .malformed(place + reason)
        case .unsupported(let reason): .unsupported(place + reason)
        case .checksumMismatch(let reason): .checksumMismatch(place + reason)
        case .notParquet, .unreadable, .unwritable: self
        }
    }
}
