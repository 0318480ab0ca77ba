import Foundation
import Parquet

/// Where in a chunk the word filters lie, between the row groups and the footer.
struct WordFilterPlaces: Sendable {
    /// nil for a row group without a filter. There may be fewer than row groups.
    private let places: [Range<Int>?]

    init(_ places: [Range<Int>?]) { self.places = places }

    /// For the footer; nothing if there is no filter.
    func keyValues() throws -> [(key: String, value: String)] {
        guard places.contains(where: { $0 != nil }) else { return [] }
        let pairs = try JSONEncoder().encode(places.map { $0.map { [$0.lowerBound, $0.count] } })
        return [(key: ChunkNames.wordFilters, value: String(decoding: pairs, as: UTF8.self))]
    }

    /// - Throws: when the metadata of the file have places that cannot be.
    init(_ reader: FileReader, path: String) throws {
        guard let text = reader.keyValues.first(where: { $0.key == ChunkNames.wordFilters })?.value else {
            places = []
            return
        }
        let pairs = try? JSONDecoder().decode([[Int]?].self, from: Data(text.utf8))
        let isSound = pairs?.allSatisfy { pair in
            pair.map { $0.count == 2 && $0[0] >= 0 && $0[1] >= 0 && $0[1] <= Int.max - $0[0] } ?? true
        }
        guard let pairs, isSound == true else {
            throw StorageError("cannot read chunk '\(path)': it does not tell where its word filters are, but '\(text.prefix(80))'")
        }
        places = pairs.map { $0.map { $0[0]..<$0[0] + $0[1] } }
    }

    subscript(rowGroup: Int) -> Range<Int>? { places.indices.contains(rowGroup) ? places[rowGroup] : nil }
}

/// Bytes that the word filters of a chunk take, as its key-value metadata say; 0 for other Parquet files.
public func wordFilterByteCount(keyValues: [(key: String, value: String)]) -> Int {
    guard let text = keyValues.first(where: { $0.key == ChunkNames.wordFilters })?.value,
        let places = try? JSONDecoder().decode([[Int]?].self, from: Data(text.utf8))
    else { return 0 }
    return places.reduce(0) { sum, place in
        guard let place, place.count == 2 else { return sum }
        let (total, isOverflow) = sum.addingReportingOverflow(max(0, place[1]))
        return isOverflow ? sum : total
    }
}
