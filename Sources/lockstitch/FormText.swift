import Records

/// Pairs of names and values as a form, or as the part of a URL after `?`.
enum FormText {
    static func encode(_ items: [String: String]) -> String {
        items.sorted { $0.key < $1.key }.map { "\(PercentEncoding.text($0.key))=\(PercentEncoding.text($0.value))" }
            .joined(separator: "&")
    }
}
