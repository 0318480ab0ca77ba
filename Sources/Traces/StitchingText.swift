public import Records

/// Shows how the ids of a request were found: `trace --why`.
public enum StitchingText {
    /// A line for each id below the one that led to it, with a record that has both.
    public static func render(_ request: StitchedRequest) -> String {
        var text = ""
        let children = Dictionary(grouping: request.links.filter { $0.from != nil }) { $0.from ?? "" }
        func add(_ link: StitchLink, depth: Int) {
            text += String(repeating: "  ", count: depth) + line(link) + "\n"
            for child in children[link.id] ?? [] { add(child, depth: depth + 1) }
        }
        for link in request.links where link.from == nil { add(link, depth: 0) }
        for hub in request.hubs { text += "not followed: \(hub), it stands beside too many other ids\n" }
        if request.isCut { text += "not followed: more ids, the request has too many\n" }
        return text
    }

    private static func line(_ link: StitchLink) -> String {
        guard let proof = link.proof else { return "\(link.id)  asked for" }
        let fields = proof.fields.filter { $0.name != FieldNames.service && $0.name != FieldNames.time }.map { "\($0.name)=\($0.value.text)" }
        let service = proof.text(FieldNames.service).map { " of \($0)" } ?? ""
        let time = proof.time.map { " at \(Timestamp.text($0))" } ?? ""
        return "\(link.id)  in a record\(service)\(time): \(fields.joined(separator: " "))"
    }

    /// `{"ids":[{"id":…,"from":…,"record":{…}}],"hubs":[…],"cut":false}`
    public static func json(_ request: StitchedRequest) -> String {
        var json = JSONBuilder()
        json.open("{")
        json.key("ids")
        json.open("[")
        for link in request.links {
            json.open("{")
            json.key("id")
            json.string(link.id)
            if let from = link.from, let proof = link.proof {
                json.key("from")
                json.string(from)
                json.key("record")
                json.open("{")
                for field in proof.fields {
                    json.key(field.name)
                    json.value(field.value)
                }
                json.close("}")
            }
            json.close("}")
        }
        json.close("]")
        json.key("hubs")
        json.open("[")
        for hub in request.hubs { json.string(hub) }
        json.close("]")
        json.key("cut")
        json.bare(request.isCut ? "true" : "false")
        json.close("}")
        return String(decoding: json.bytes, as: UTF8.self)
    }
}
