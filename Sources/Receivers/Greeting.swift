/// The first line that a TCP sender may write (docs/INGEST.md): `LOCKSTITCH/1 [ack] [parser=NAME] [source=NAME]`.
struct Greeting: Equatable {
    static let prefix = Array("LOCKSTITCH/1 ".utf8)
    static let bytesMax = 4_096

    var wantsAcks = false
    var parser: String?
    var source: String?

    /// What a sender wants that writes none.
    init() {}

    /// - Parameter words: what follows the prefix. A source is the last word, and may have spaces. Unknown words say
    ///   nothing to this version.
    init(words: [UInt8]) {
        var rest = String(decoding: words, as: UTF8.self)[...]
        if rest.last == "\r" { rest.removeLast() }
        while !rest.isEmpty {
            if rest.hasPrefix("source=") {
                source = String(rest.dropFirst("source=".count))
                return
            }
            let word = rest.prefix { $0 != " " }
            rest = rest.dropFirst(word.count + 1)
            if word == "ack" { wantsAcks = true }
            if word.hasPrefix("parser=") { parser = String(word.dropFirst("parser=".count)) }
        }
    }
}
