import Records

/// From the text of a level to its name: the map of a definition first, then the usual spellings.
struct LevelMap: Sendable {
    /// By the key as written, and in lower case.
    private var exact: [String: String] = [:]
    private var anyCase: [String: String] = [:]
    /// Beginnings of texts in lower case, the longest first.
    private var prefixes: [(text: String, name: String)] = []
    private var other: String?

    /// - Parameter map: a `*` at the end of a key stands for any rest.
    init(_ map: [String: String]) {
        for (key, name) in map.sorted(by: { $0.key < $1.key }) {
            if key == "*" {
                other = name
            } else if key.last == "*" {
                prefixes.append((key.dropLast().lowercased(), name))
            } else {
                exact[key] = name
                anyCase[key.lowercased()] = name
            }
        }
        prefixes.sort { ($1.text.utf8.count, $0.text) < ($0.text.utf8.count, $1.text) }
    }

    /// The name of a level, or nil where it is none that is known.
    func name(_ text: String) -> String? {
        if let name = exact[text] { return name }
        let lowercased = text.lowercased()
        if let name = anyCase[lowercased] { return name }
        if let prefix = prefixes.first(where: { lowercased.hasPrefix($0.text) }) { return prefix.name }
        return Levels.names[lowercased] ?? other
    }

    /// What a capture of a level may be, in lower case.
    var words: Set<[UInt8]> {
        let ownWords = Array(anyCase.keys) + prefixes.map(\.text) + (other == nil ? [] : ["*"])
        return Set((ownWords + Levels.names.keys).map { Array($0.utf8) })
    }
}
