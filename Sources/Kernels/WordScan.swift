import CScan

// The words of texts: runs of letters, digits and `_` (VictoriaLogs, LogsQL, "Word").

/// What words are made of.
public enum WordCharacter {
    @inlinable
    public static func isWord(_ ascii: UInt8) -> Bool {
        (ascii | 0x20) &- UInt8(ascii: "a") < 26 || ascii &- UInt8(ascii: "0") < 10 || ascii == UInt8(ascii: "_")
    }

    public static func isWord(_ scalar: Unicode.Scalar) -> Bool {
        if scalar.isASCII { return isWord(UInt8(scalar.value)) }
        switch scalar.properties.generalCategory {
        case .uppercaseLetter, .lowercaseLetter, .titlecaseLetter, .modifierLetter, .otherLetter, .decimalNumber:
            return true
        default: return false
        }
    }
}

/// The hashes of the words that a text with `part` in it has for sure, in the order in which they stand in it.
///
/// A hash is `hash64` of the word with A to Z in lower case, and 1 in place of 0. It stands in files.
/// - Parameters:
///   - startsWord: whether a word with which `part` begins begins there in the text too.
///   - endsWord: whether a word with which it ends ends there.
public func wordHashes(_ part: [UInt8], startsWord: Bool = true, endsWord: Bool = true) -> [UInt64] {
    var words = WordSplitter(String(decoding: part, as: UTF8.self))
    var hashes: [UInt64] = []
    while let word = words.next() {
        if word.isAtStart && !startsWord || word.isAtEnd && !endsWord { continue }
        hashes.append(word.bytes.withUnsafeBytes { wordHash($0.baseAddress!, $0.count) })
    }
    return hashes
}

@inline(__always)
private func wordHash(_ word: UnsafeRawPointer, _ count: Int) -> UInt64 { max(1, hash64(word, count)) }

/// Cuts a string into words, a character at a time.
private struct WordSplitter {
    struct Word {
        /// A to Z in lower case.
        var bytes: [UInt8]
        let isAtStart: Bool
        let isAtEnd: Bool
    }

    private let scalars: String.UnicodeScalarView
    private var place: String.UnicodeScalarView.Index

    init(_ text: String) {
        scalars = text.unicodeScalars
        place = scalars.startIndex
    }

    mutating func next() -> Word? {
        while place < scalars.endIndex, !WordCharacter.isWord(scalars[place]) { place = scalars.index(after: place) }
        guard place < scalars.endIndex else { return nil }
        let start = place
        var bytes: [UInt8] = []
        while place < scalars.endIndex, WordCharacter.isWord(scalars[place]) {
            for byte in UTF8.encode(scalars[place]) ?? .init() {
                bytes.append(byte &- UInt8(ascii: "A") < 26 ? byte | 0x20 : byte)
            }
            place = scalars.index(after: place)
        }
        return Word(bytes: bytes, isAtStart: start == scalars.startIndex, isAtEnd: place == scalars.endIndex)
    }
}

/// Finds the words of one text after another, 16 bytes at a time.
///
/// A text that is not all ASCII also gives the words of its lower case: a filter that ignores case looks for these.
struct WordScanner {
    private var folded: UnsafeMutablePointer<UInt8>
    private var masks: UnsafeMutablePointer<UInt64>
    private var capacity = 1_024

    init() {
        folded = .allocate(capacity: capacity + 64)
        masks = .allocate(capacity: capacity / 64 + 1)
    }

    func deallocate() {
        folded.deallocate()
        masks.deallocate()
    }

    /// Calls `body` with the hash of each word.
    @inline(__always)
    mutating func forEachWord(_ text: UnsafePointer<UInt8>, _ count: Int, _ body: (UInt64) -> Void) {
        if count > capacity { grow(toHold: count) }
        let isASCII = fold(text, count)
        var place = 0
        while true {
            let start = next(place, count, flip: 0)
            guard start < count else { return }
            let end = next(start, count, flip: ~0)
            if isASCII || !hasHighBytes(text, start, end) {
                body(wordHash(UnsafeRawPointer(folded + start), end &- start))
            } else {
                forEachWideWord(UnsafeBufferPointer(start: text + start, count: end &- start), body)
            }
            place = end
        }
    }

    /// Fills `folded` and `masks`; returns whether the text is all ASCII.
    private func fold(_ text: UnsafePointer<UInt8>, _ count: Int) -> Bool {
        var high: UInt32 = 0
        var word: UInt64 = 0
        var index = 0
        while index < count {
            let mask: UInt32
            if index &+ 16 <= count {
                mask = lockstitch_fold_words16(text + index, folded + index)
            } else {
                var tail = SIMD16<UInt8>.zero
                mask = withUnsafeMutableBytes(of: &tail) { bytes in
                    let start = bytes.baseAddress!.assumingMemoryBound(to: UInt8.self)
                    start.update(from: text + index, count: count &- index)
                    return lockstitch_fold_words16(start, folded + index)
                }
            }
            high |= mask >> 16
            word |= UInt64(mask & 0xffff) &<< UInt64(index & 63)
            index &+= 16
            if index & 63 == 0 || index >= count {
                masks[(index &- 1) >> 6] = word
                word = 0
            }
        }
        return high == 0
    }

    /// The first place from `place` on whose mask bit, xored with `flip`, is 1.
    @inline(__always)
    private func next(_ place: Int, _ count: Int, flip: UInt64) -> Int {
        guard place < count else { return count }
        var index = place >> 6
        var word = (masks[index] ^ flip) & (~0 &<< UInt64(place & 63))
        while word == 0 {
            index &+= 1
            if index &<< 6 >= count { return count }
            word = masks[index] ^ flip
        }
        return min(count, index &<< 6 &+ word.trailingZeroBitCount)
    }

    private func hasHighBytes(_ text: UnsafePointer<UInt8>, _ start: Int, _ end: Int) -> Bool {
        var all: UInt8 = 0
        for index in start..<end { all |= text[index] }
        return all > 0x7f
    }

    @inline(never)
    private func forEachWideWord(_ run: UnsafeBufferPointer<UInt8>, _ body: (UInt64) -> Void) {
        let text = String(decoding: run, as: UTF8.self)
        let lower = text.lowercased()
        for text in lower == text ? [text] : [text, lower] {
            var words = WordSplitter(text)
            while let word = words.next() { body(word.bytes.withUnsafeBytes { wordHash($0.baseAddress!, $0.count) }) }
        }
    }

    @inline(never)
    private mutating func grow(toHold count: Int) {
        deallocate()
        capacity = max(count, capacity * 2)
        folded = .allocate(capacity: capacity + 64)
        masks = .allocate(capacity: capacity / 64 + 2)
    }
}
