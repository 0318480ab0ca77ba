import CScan

/// Scanners over one record; no position is ever past `count`. Each returns where what it
/// looks for ends, nil where that is not there.
struct Scan {
    let base: UnsafePointer<UInt8>
    let count: Int

    @inline(__always)
    func isLiteral(_ literal: UnsafeBufferPointer<UInt8>, at position: Int) -> Bool {
        guard count &- position >= literal.count else { return false }
        var index = 0
        while index < literal.count {
            if base[position &+ index] != literal[index] { return false }
            index &+= 1
        }
        return true
    }

    @inline(__always)
    private func find(_ byte: UInt8, from start: Int) -> Int? {
        guard start < count, let found = lockstitch_find(base + start, byte, count - start) else { return nil }
        return found - base
    }

    /// Where a literal of two bytes or more begins next: its first and its last byte are looked for at once.
    private func find(_ literal: UnsafeBufferPointer<UInt8>, from start: Int) -> Int? {
        let last = literal.count &- 1
        var position = start
        while count &- position >= 16 &+ last {
            var found = lockstitch_both16(base + position, literal[0], base + position + last, literal[last])
            while found != 0 {
                let candidate = position &+ found.trailingZeroBitCount
                if isLiteral(literal, at: candidate) { return candidate }
                found &= found &- 1
            }
            position &+= 16
        }
        while position &+ last < count {
            if base[position] == literal[0], isLiteral(literal, at: position) { return position }
            position &+= 1
        }
        return nil
    }

    /// The first byte from `start` on that is a space or below, or equal to `byte`; `count` if there is none.
    @inline(__always)
    private func blankEnd(_ start: Int, or byte: UInt8) -> Int {
        first(from: start, { lockstitch_blank_or16($0, byte) }, or: { $0 <= 0x20 || $0 == byte })
    }

    /// The first byte from `start` on that is one of two; `count` if there is none.
    private func firstOf(_ a: UInt8, _ b: UInt8, from start: Int) -> Int {
        first(from: start, { lockstitch_equal16($0, a) | lockstitch_equal16($0, b) }, or: { $0 == a || $0 == b })
    }

    /// The first byte from `start` on that is looked for; `count` if there is none.
    ///
    /// - Parameters:
    ///   - mask: a bit for each of 16 bytes that is.
    ///   - fits: the same for one byte, near the end.
    @inline(__always)
    private func first(from start: Int, _ mask: (UnsafePointer<UInt8>) -> UInt32, or fits: (UInt8) -> Bool) -> Int {
        var position = start
        while count &- position >= 16 {
            let found = mask(base + position)
            if found != 0 { return position &+ found.trailingZeroBitCount }
            position &+= 16
        }
        while position < count, !fits(base[position]) { position &+= 1 }
        return position
    }

    func spacesEnd(_ start: Int) -> Int? {
        var position = start
        while position < count, base[position] == 0x20 || base[position] == 0x09 { position += 1 }
        return position > start ? position : nil
    }

    /// The end of a run of letters, or past one other byte.
    func wordEnd(_ start: Int) -> Int? {
        guard start < count else { return nil }
        var position = start
        while position < count, isLetter(base[position]) { position += 1 }
        return position > start ? position : position + 1
    }

    func isWord(_ range: Range<Int>, _ words: UnsafeMutableBufferPointer<LinePattern.Word>) -> Bool {
        guard range.count <= 16 else { return false }
        var word = LinePattern.Word()
        for index in range {
            let byte = base[index]
            word.add(isLetter(byte) ? byte | 0x20 : byte, at: index - range.lowerBound)
        }
        var low = 0
        var high = words.count
        while low < high {
            let middle = (low &+ high) >> 1
            if words[middle] < word { low = middle &+ 1 } else { high = middle }
        }
        return low < words.count && words[low] == word
    }

    /// - Parameter literal: what follows the text; nothing: it goes on to the end.
    @inline(__always)
    func textEnd(_ literal: UnsafeBufferPointer<UInt8>, isBeforeSpaces: Bool, _ start: Int) -> Int? {
        if isBeforeSpaces {
            let position = firstOf(0x20, 0x09, from: start)
            return position < count ? position : nil
        }
        guard literal.count > 0 else { return count }
        return literal.count == 1 ? find(literal[0], from: start) : find(literal, from: start)
    }

    @inline(__always)
    func wordTextEnd(_ literal: UnsafeBufferPointer<UInt8>, _ start: Int) -> Int? {
        var position = start
        let first = literal.count > 0 ? literal[0] : 0x20
        while true {
            position = blankEnd(position, or: first)
            guard position < count, base[position] > 0x20 else { break }
            if position > start, isLiteral(literal, at: position) { return position }
            position &+= 1
        }
        guard position > start else { return nil }
        return literal.count == 0 || isLiteral(literal, at: position) ? position : nil
    }

    @inline(__always)
    private func runEnd(_ start: Int, _ fits: (UInt8) -> Bool) -> Int? {
        var position = start
        while position < count, fits(base[position]) { position += 1 }
        return position > start ? position : nil
    }

    func addressEnd(_ start: Int) -> Int? { address4End(start) ?? address6End(start) }

    /// Four numbers of up to three digits; a port may follow.
    private func address4End(_ start: Int) -> Int? {
        var position = start
        for part in 0..<4 {
            if part > 0 {
                guard position < count, base[position] == UInt8(ascii: ".") else { return nil }
                position += 1
            }
            guard let end = runEnd(position, { isDigit($0) }), end - position <= 3 else { return nil }
            position = end
        }
        return position
    }

    /// Hexadecimal groups with two colons at least (RFC 4291, section 2.2), the end of them as IPv4 or not.
    private func address6End(_ start: Int) -> Int? {
        var position = start
        var colons = 0
        while position < count {
            if base[position] == UInt8(ascii: ":") {
                colons += 1
                position += 1
            } else if colons >= 2, let end = address4End(position) {
                return end
            } else if let end = runEnd(position, { isHexadecimal($0) }), end - position <= 4 {
                position = end
            } else {
                break
            }
        }
        return colons >= 2 && colons <= 7 ? position : nil
    }

    func integerEnd(_ start: Int) -> Int? {
        let isNegative = start < count && base[start] == UInt8(ascii: "-")
        return runEnd(isNegative ? start + 1 : start) { isDigit($0) }
    }

    func hexadecimalEnd(_ start: Int) -> Int? { runEnd(start) { isHexadecimal($0) } }

    func numberEnd(_ start: Int) -> Int? {
        guard let whole = integerEnd(start) else { return nil }
        guard whole < count, base[whole] == UInt8(ascii: ".") else { return whole }
        return runEnd(whole + 1) { isDigit($0) } ?? whole
    }

    func quotedEnd(_ start: Int) -> Int? {
        guard start < count, base[start] == UInt8(ascii: "\"") else { return nil }
        var position = start + 1
        while let quote = find(UInt8(ascii: "\""), from: position) {
            var backslash = quote
            while backslash > position, base[backslash - 1] == UInt8(ascii: "\\") { backslash -= 1 }
            if (quote - backslash) % 2 == 0 { return quote + 1 }
            position = quote + 1
        }
        return nil
    }

    func structuredDataEnd(_ start: Int) -> Int? {
        guard start < count else { return nil }
        if base[start] == UInt8(ascii: "-") { return start + 1 }
        var position = start
        while position < count, base[position] == UInt8(ascii: "[") {
            position = firstOf(UInt8(ascii: "\""), UInt8(ascii: "]"), from: position + 1)
            while position < count, base[position] == UInt8(ascii: "\"") {
                guard let end = quotedEnd(position) else { return nil }
                position = firstOf(UInt8(ascii: "\""), UInt8(ascii: "]"), from: end)
            }
            guard position < count else { return nil }
            position += 1
        }
        return position > start ? position : nil
    }
}

@inline(__always)
func isDigit(_ byte: UInt8) -> Bool { byte &- UInt8(ascii: "0") <= 9 }

@inline(__always)
func isLetter(_ byte: UInt8) -> Bool { (byte | 0x20) &- UInt8(ascii: "a") < 26 }

@inline(__always)
func isHexadecimal(_ byte: UInt8) -> Bool { isDigit(byte) || (byte | 0x20) &- UInt8(ascii: "a") < 6 }
