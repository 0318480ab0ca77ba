import Yams

/// A value of a YAML file, with its place.
public typealias YAMLNode = Yams.Node

/// A mapping with text as keys, in the order of the file.
public struct YAMLMapping {
    public struct Entry {
        public let key: String
        /// Of the key, counted from 1.
        public let line: Int
        public let value: YAMLNode
    }

    /// Where it begins, counted from 1.
    public let line: Int
    public let entries: [Entry]

    public subscript(key: String) -> YAMLNode? { entries.first { $0.key == key }?.value }

    /// Where a key stands, or the mapping itself if it does not have it.
    public func line(of key: String) -> Int { entries.first { $0.key == key }?.line ?? line }
}
