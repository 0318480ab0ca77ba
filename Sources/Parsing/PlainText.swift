import Kernels

/// What can be said of a line in no known format: its time and its level, where they usually stand.
enum PlainText {
    /// Bytes at the start of a line in which a level is looked for.
    private static let levelBytesMax = 128

    /// What times without a format of their own are read by.
    static func standardFormats(zoneSeconds: Int64) -> [TimeFormat] {
        [TimeFormat([.rfc3339], zoneSeconds: zoneSeconds), TimeFormat([.anyEpoch], zoneSeconds: zoneSeconds)]
    }

    /// Those with a zone come first: it would be passed over else.
    private static let formats: [TimeFormat] = [
        "%Y-%m-%d %H:%M:%S %z", "%Y-%m-%d %H:%M:%S.%f %z", "%Y-%m-%d %H:%M:%S,%f %z", "rfc3339", "epoch",
        "%Y/%m/%d %H:%M:%S.%f", "%Y/%m/%d %H:%M:%S", "%d/%b/%Y:%H:%M:%S %z", "%d/%b/%Y:%H:%M:%S",
        "%a %b %e %H:%M:%S %Y", "%a, %d %b %Y %H:%M:%S %z", "%d %b %Y %H:%M:%S.%f", "%d %b %Y %H:%M:%S",
        "%b %e %H:%M:%S", "%d-%b-%Y %H:%M:%S.%f", "%d-%b-%Y %H:%M:%S",
    ].compactMap { try? TimeSyntax.compile($0, zoneSeconds: 0) }

    /// The time at the start of the line, in brackets or not.
    static func time(_ line: Span<UInt8>, receivedAt: Int64) -> Int64? {
        var start = 0
        while start < line.count, start < 2, line[start] == UInt8(ascii: "[") || line[start] == UInt8(ascii: "(") { start += 1 }
        for format in formats {
            guard let (time, end) = format.read(line, from: start, receivedAt: receivedAt) else { continue }
            // A number or a date that goes on is something else.
            if end == line.count || !line[end].isASCIILetterOrDigit { return time }
        }
        return nil
    }

    /// The level near the start of the line: in capitals, in brackets, or before a colon, so that "no error" is none.
    static func level(_ line: Span<UInt8>) -> String? {
        let end = min(line.count, levelBytesMax)
        var start = 0
        while start < end {
            guard line[start].isASCIILetter else {
                start += 1
                continue
            }
            var wordEnd = start
            while wordEnd < line.count, line[wordEnd].isASCIILetter { wordEnd += 1 }
            if let level = level(line, start..<wordEnd) { return level }
            start = wordEnd
        }
        return nil
    }

    private static func level(_ line: Span<UInt8>, _ word: Range<Int>) -> String? {
        guard (3...13).contains(word.count) else { return nil }
        let before = word.lowerBound > 0 ? line[word.lowerBound - 1] : 0x20
        let after = word.upperBound < line.count ? line[word.upperBound] : 0x20
        let isBounded = !before.isASCIILetterOrDigit && before != UInt8(ascii: "_") && before != UInt8(ascii: ".")
            && !after.isASCIILetterOrDigit && after != UInt8(ascii: "_")
        guard isBounded else { return nil }
        var isCapital = true
        for index in word where line[index] >= UInt8(ascii: "a") { isCapital = false }
        let isBracketed = "[<(|".utf8.contains(before) && "]>)|".utf8.contains(after)
        guard isCapital || isBracketed || after == UInt8(ascii: ":") else { return nil }
        return LevelNames.names[line.extracting(word).text.lowercased()]
    }
}
