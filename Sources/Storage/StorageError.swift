/// What can go wrong with a chunk beyond what its file and the catalog report themselves.
public struct StorageError: Error, CustomStringConvertible {
    public let description: String

    init(_ description: String) { self.description = description }
}
