import CScan

/// Scanners over one record; no position is ever past `count`.
struct Scan {
    let base: UnsafePointer<UInt8>
    let count: Int
    let literals: UnsafeMutableBufferPointer<UInt8>

    @inline(__always)
    func isLiteral(_ instruction: LinePattern.Instruction, at position: Int) -> Bool {
        let literalCount = Int(instruction.literalCount)
        guard count - position >= literalCount else { return false }
        let literal = Int(instruction.literal)
        var index = 0
        while index < literalCount {
            if base[position + index] != literals[literal + index] { return false }
            index += 1
        }
        return true
    }

    @inline(__always)
    private func find(_ byte: UInt8, from start: Int) -> Int? {
        guard start < count, let found = lockstitch_find(base + start, byte, count - start) else { return nil }
        return found - base
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
        for known in words where known == word { return true }
        return false
    }

    @inline(__always)
    func captureEnd(_ instruction: LinePattern.Instruction, _ start: Int) -> Int? {
        switch instruction.kind {
        case .text: return textEnd(instruction, start)
        case .word: return wordTextEnd(instruction, start)
        case .integer: return integerEnd(start)
        case .number: return numberEnd(start)
        case .hexadecimal: return runEnd(start) { isHexadecimal($0) }
        case .address: return addressEnd(start)
        case .quoted: return quotedEnd(start)
        case .structuredData: return structuredDataEnd(start)
        case .time, .oneOf: return nil
        }
    }

    @inline(__always)
    private func textEnd(_ instruction: LinePattern.Instruction, _ start: Int) -> Int? {
        if instruction.isBeforeSpaces {
            var position = start
            while position < count, base[position] != 0x20, base[position] != 0x09 { position += 1 }
            return position < count ? position : nil
        }
        guard instruction.literalCount > 0 else { return count }
        let first = literals[Int(instruction.literal)]
        var position = start
        while let found = find(first, from: position) {
            position = found
            if instruction.literalCount == 1 || isLiteral(instruction, at: position) { return position }
            position += 1
        }
        return nil
    }

    @inline(__always)
    private func wordTextEnd(_ instruction: LinePattern.Instruction, _ start: Int) -> Int? {
        var position = start
        let first = instruction.literalCount > 0 ? literals[Int(instruction.literal)] : 0x20
        while position < count, base[position] > 0x20 {
            if base[position] == first, position > start, isLiteral(instruction, at: position) { return position }
            position += 1
        }
        guard position > start else { return nil }
        return instruction.literalCount == 0 || isLiteral(instruction, at: position) ? position : nil
    }

    @inline(__always)
    private func runEnd(_ start: Int, _ fits: (UInt8) -> Bool) -> Int? {
        var position = start
        while position < count, fits(base[position]) { position += 1 }
        return position > start ? position : nil
    }

    private func addressEnd(_ start: Int) -> Int? { address4End(start) ?? address6End(start) }

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

    private func integerEnd(_ start: Int) -> Int? {
        let isNegative = start < count && base[start] == UInt8(ascii: "-")
        return runEnd(isNegative ? start + 1 : start) { isDigit($0) }
    }

    private func numberEnd(_ start: Int) -> Int? {
        guard let whole = integerEnd(start) else { return nil }
        guard whole < count, base[whole] == UInt8(ascii: ".") else { return whole }
        return runEnd(whole + 1) { isDigit($0) } ?? whole
    }

    private func quotedEnd(_ start: Int) -> Int? {
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

    private func structuredDataEnd(_ start: Int) -> Int? {
        guard start < count else { return nil }
        if base[start] == UInt8(ascii: "-") { return start + 1 }
        var position = start
        while position < count, base[position] == UInt8(ascii: "[") {
            var isQuoted = false
            position += 1
            while position < count, isQuoted || base[position] != UInt8(ascii: "]") {
                if base[position] == UInt8(ascii: "\"") { isQuoted.toggle() }
                position += isQuoted && base[position] == UInt8(ascii: "\\") ? 2 : 1
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
