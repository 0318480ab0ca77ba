/// What a reader takes from a file before it calls it malformed, so that few bytes cannot claim much memory.
///
/// A reader of files from strangers may lower them; none needs to be raised for files that usual writers make.
public struct ReaderLimits: Sendable {
    /// Bytes of the footer.
    public var footerBytesMax = 64 << 20
    /// Bytes of a page, compressed or not.
    public var pageBytesMax = 256 << 20
    /// Values of a page, nulls among them.
    public var pageValuesMax = 1 << 26
    /// Bytes that one read may come to in memory: values, levels and dictionary. Values of few kinds take little space
    /// in a file.
    public var columnBytesMax = 4 << 30

    public init() {}

    /// Rows of a row group.
    static let rowGroupRowsMax = Int(Int32.max)
}
