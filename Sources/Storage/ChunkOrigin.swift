import Foundation

/// What a chunk was made of. It stands in the file, so that a chunk that the catalog does not know can be told to be
/// superfluous: what it was made of is still there.
enum ChunkOrigin: Equatable {
    /// All rows of these segments of the write-ahead log, or those of one day among them.
    case log(segments: [UInt64])
    /// Rows of other chunks, named by their paths.
    case chunks([String])

    func keyValues() throws -> [(key: String, value: String)] {
        switch self {
        case .log(let segments): [(ChunkNames.logSegments, segments.map(String.init).joined(separator: ","))]
        case .chunks(let paths):
            [(ChunkNames.madeOfChunks, String(decoding: try JSONEncoder().encode(paths), as: UTF8.self))]
        }
    }

    /// Nil for a file that does not say, as those of the first version.
    init?(keyValues: [(key: String, value: String)]) {
        for (key, value) in keyValues {
            if key == ChunkNames.logSegments {
                self = .log(segments: value.split(separator: ",").compactMap { UInt64($0) })
                return
            }
            if key == ChunkNames.madeOfChunks, let paths = try? JSONDecoder().decode([String].self, from: Data(value.utf8)) {
                self = .chunks(paths)
                return
            }
        }
        return nil
    }
}
