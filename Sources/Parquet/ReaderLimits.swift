/// What the reader takes from a file before it calls it malformed, so that few bytes cannot claim much memory.
enum ReaderLimits {
    /// Bytes of a page, compressed or not.
    static let pageBytesMax = 256 << 20
    /// Values of a page, nulls among them.
    static let pageValuesMax = 1 << 26
    /// Bytes that the values of a page may come to, which a dictionary or shared prefixes can make many more.
    static let decodedPageBytesMax = 1 << 30
    /// Rows of a row group.
    static let rowGroupRowsMax = Int(Int32.max)
}
