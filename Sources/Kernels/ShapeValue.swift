import CScan

// Values behind a literal: where each ends, what kind it is, and its text into the column.

/// The bits of `Records.ValueKinds`.
public enum ValueKind {
    public static let string: UInt8 = 1
    public static let number: UInt8 = 2
    public static let bool: UInt8 = 4
    public static let json: UInt8 = 8
}

/// Appends the value at `p` to `column`; returns what follows it, or nil with nothing appended where it is not well-formed.
@inline(__always)
func takeValue(
    _ state: UnsafeMutablePointer<WalkState>, _ column: Int, _ p: UnsafePointer<UInt8>, isJSON: Bool
) -> UnsafePointer<UInt8>? {
    if p[0] == UInt8(ascii: "\"") { return takeQuoted(state, column, p + 1) }
    return isJSON ? takeUnquotedJSON(state, column, p) : takeBare(state, column, p)
}

@inline(__always)
private func takeQuoted(
    _ state: UnsafeMutablePointer<WalkState>, _ column: Int, _ start: UnsafePointer<UInt8>
) -> UnsafePointer<UInt8>? {
    let buffer = state.pointee.columns + column
    let row = UInt32(truncatingIfNeeded: state.pointee.rowCount)
    var p = start
    var used = buffer.pointee.used
    var high: UInt32 = 0
    while true {
        let masks = lockstitch_copy_quoted16(p, buffer.pointee.bytes + used)
        let stop = masks & 0xffff
        if stop == 0 {
            high |= masks
            p += 16
            used &+= 16
        } else {
            let count = stop.trailingZeroBitCount
            high |= masks & ((1 << UInt32(count &+ 16)) &- 1)
            p += count
            used &+= count
            if p[0] == UInt8(ascii: "\"") { break }
            guard p[0] == UInt8(ascii: "\\"),
                let (after, written) = takeEscape(p, buffer.pointee.bytes + used)
            else { return nil }
            p = after
            used &+= written
        }
        if used &+ ColumnBuffer.padding > buffer.pointee.byteCapacity { buffer.pointee.growBytes(toHold: used) }
    }
    state.pointee.highBits |= high >> 16
    buffer.pointee.commit(row: row, newUsed: used, kind: ValueKind.string)
    return p + 1
}

/// Decodes the escape at `p` (RFC 8259, section 7), writing up to 4 bytes. A surrogate pair makes one character;
/// half of one is not well-formed.
@inline(never)
func takeEscape(
    _ p: UnsafePointer<UInt8>, _ to: UnsafeMutablePointer<UInt8>
) -> (after: UnsafePointer<UInt8>, written: Int)? {
    switch p[1] {
    case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): to[0] = p[1]
    case UInt8(ascii: "n"): to[0] = 0x0a
    case UInt8(ascii: "t"): to[0] = 0x09
    case UInt8(ascii: "r"): to[0] = 0x0d
    case UInt8(ascii: "b"): to[0] = 0x08
    case UInt8(ascii: "f"): to[0] = 0x0c
    case UInt8(ascii: "u"):
        guard let unit = hexUnit(p + 2) else { return nil }
        guard unit & 0xf800 == 0xd800 else { return (p + 6, encode(unit, to)) }
        guard unit < 0xdc00, p[6] == UInt8(ascii: "\\"), p[7] == UInt8(ascii: "u"), let low = hexUnit(p + 8),
            low & 0xfc00 == 0xdc00
        else { return nil }
        return (p + 12, encode(0x10000 + (unit & 0x3ff) << 10 + (low & 0x3ff), to))
    default: return nil
    }
    return (p + 2, 1)
}

private func hexUnit(_ p: UnsafePointer<UInt8>) -> UInt32? {
    var unit: UInt32 = 0
    for index in 0..<4 {
        let digit = p[index]
        switch digit {
        case UInt8(ascii: "0")...UInt8(ascii: "9"): unit = unit << 4 | UInt32(digit - UInt8(ascii: "0"))
        case UInt8(ascii: "a")...UInt8(ascii: "f"): unit = unit << 4 | UInt32(digit - UInt8(ascii: "a") + 10)
        case UInt8(ascii: "A")...UInt8(ascii: "F"): unit = unit << 4 | UInt32(digit - UInt8(ascii: "A") + 10)
        default: return nil
        }
    }
    return unit
}

private func encode(_ scalar: UInt32, _ to: UnsafeMutablePointer<UInt8>) -> Int {
    if scalar < 0x80 {
        to[0] = UInt8(scalar)
        return 1
    }
    if scalar < 0x800 {
        to[0] = 0xc0 | UInt8(scalar >> 6)
        to[1] = 0x80 | UInt8(scalar & 0x3f)
        return 2
    }
    if scalar < 0x10000 {
        to[0] = 0xe0 | UInt8(scalar >> 12)
        to[1] = 0x80 | UInt8(scalar >> 6 & 0x3f)
        to[2] = 0x80 | UInt8(scalar & 0x3f)
        return 3
    }
    to[0] = 0xf0 | UInt8(scalar >> 18)
    to[1] = 0x80 | UInt8(scalar >> 12 & 0x3f)
    to[2] = 0x80 | UInt8(scalar >> 6 & 0x3f)
    to[3] = 0x80 | UInt8(scalar & 0x3f)
    return 4
}

@inline(__always)
private func takeUnquotedJSON(
    _ state: UnsafeMutablePointer<WalkState>, _ column: Int, _ p: UnsafePointer<UInt8>
) -> UnsafePointer<UInt8>? {
    guard let (end, kind) = unquotedEnd(p) else { return nil }
    guard kind != 0 else { return end }
    if kind == ValueKind.json { state.pointee.highBits = 1 }
    let buffer = state.pointee.columns + column
    let row = UInt32(truncatingIfNeeded: state.pointee.rowCount)
    let count = end - p
    if count <= 16 {
        lockstitch_copy16(p, buffer.pointee.bytes + buffer.pointee.used)
        buffer.pointee.commit(row: row, newUsed: buffer.pointee.used &+ count, kind: kind)
    } else {
        buffer.pointee.append(p, count: count, row: row, kind: kind)
    }
    return end
}

/// The end and the kind of the JSON value at `p`, which is no string; kind 0 is `null`. Objects count only when they are empty.
@inline(__always)
func unquotedEnd(_ p: UnsafePointer<UInt8>) -> (end: UnsafePointer<UInt8>, kind: UInt8)? {
    switch p[0] {
    case UInt8(ascii: "-"), UInt8(ascii: "0")...UInt8(ascii: "9"):
        return numberEnd(p).map { ($0, ValueKind.number) }
    case UInt8(ascii: "t"), UInt8(ascii: "f"):
        return wordEnd(p).map { ($0, ValueKind.bool) }
    case UInt8(ascii: "n"):
        return wordEnd(p).map { ($0, 0) }
    case UInt8(ascii: "["):
        return compositeEnd(p).map { ($0, ValueKind.json) }
    case UInt8(ascii: "{"):
        return emptyObjectEnd(p).map { ($0, ValueKind.json) }
    default:
        return nil
    }
}

/// The end of the number at `p` (RFC 8259, section 6), or nil.
@inline(__always)
private func numberEnd(_ start: UnsafePointer<UInt8>) -> UnsafePointer<UInt8>? {
    var p = start[0] == UInt8(ascii: "-") ? start + 1 : start
    let first = p[0]
    guard let whole = digitsEnd(p) else { return nil }
    guard first != UInt8(ascii: "0") || whole == p + 1 else { return nil }
    p = whole
    if p[0] == UInt8(ascii: ".") {
        guard let fraction = digitsEnd(p + 1) else { return nil }
        p = fraction
    }
    if p[0] | 0x20 == UInt8(ascii: "e") {
        let digits = p[1] == UInt8(ascii: "+") || p[1] == UInt8(ascii: "-") ? p + 2 : p + 1
        return digitsEnd(digits)
    }
    return p
}

/// The end of one or more digits at `p`, or nil where there is none.
@inline(__always)
private func digitsEnd(_ start: UnsafePointer<UInt8>) -> UnsafePointer<UInt8>? {
    var p = start
    while true {
        let stop = lockstitch_nondigit16(p)
        if stop != 0 {
            p += stop.trailingZeroBitCount
            return p == start ? nil : p
        }
        p += 16
    }
}

/// The end of `true`, `false` or `null` at `p`, or nil.
@inline(__always)
private func wordEnd(_ p: UnsafePointer<UInt8>) -> UnsafePointer<UInt8>? {
    let word = UInt32(littleEndian: UnsafeRawPointer(p).loadUnaligned(as: UInt32.self))
    switch word {
    case 0x6575_7274, 0x6c6c_756e: return p + 4  // true, null
    case 0x736c_6166: return p[4] == UInt8(ascii: "e") ? p + 5 : nil  // false
    default: return nil
    }
}

@inline(__always)
private func isSpace(_ byte: UInt8) -> Bool {
    byte == 0x20 || byte == 0x09 || byte == 0x0d
}

/// The end of an object without members at `p`, or nil.
private func emptyObjectEnd(_ start: UnsafePointer<UInt8>) -> UnsafePointer<UInt8>? {
    var p = start + 1
    while isSpace(p[0]) { p += 1 }
    return p[0] == UInt8(ascii: "}") ? p + 1 : nil
}

/// Deepest nesting of an array that is kept as JSON.
public let arrayNestingMax = 100

/// The end of the array at `start`, all of it checked (RFC 8259), or nil. Iterative: `kinds` has a bit per open bracket, 1 for an object.
@inline(never)
private func compositeEnd(_ start: UnsafePointer<UInt8>) -> UnsafePointer<UInt8>? {
    var kinds: (UInt64, UInt64) = (0, 0)
    var depth = 0
    var p = start
    func isObject() -> Bool {
        (depth <= 64 ? kinds.0 >> UInt64(depth - 1) : kinds.1 >> UInt64(depth - 65)) & 1 == 1
    }
    func open(object: Bool) {
        depth += 1
        let bit = UInt64(1) << UInt64((depth - 1) & 63)
        if depth <= 64 {
            kinds.0 = object ? kinds.0 | bit : kinds.0 & ~bit
        } else {
            kinds.1 = object ? kinds.1 | bit : kinds.1 & ~bit
        }
    }
    while true {
        // A value starts here.
        while isSpace(p[0]) { p += 1 }
        var closes = false
        switch p[0] {
        case UInt8(ascii: "["), UInt8(ascii: "{"):
            guard depth < arrayNestingMax else { return nil }
            let object = p[0] == UInt8(ascii: "{")
            open(object: object)
            p += 1
            while isSpace(p[0]) { p += 1 }
            if p[0] == (object ? UInt8(ascii: "}") : UInt8(ascii: "]")) {
                closes = true
            } else {
                if object {
                    guard let next = memberStart(p) else { return nil }
                    p = next
                }
                continue
            }
        case UInt8(ascii: "\""):
            guard let next = stringEnd(p + 1) else { return nil }
            p = next
        case UInt8(ascii: "-"), UInt8(ascii: "0")...UInt8(ascii: "9"):
            guard let next = numberEnd(p) else { return nil }
            p = next
        default:
            guard let next = wordEnd(p) else { return nil }
            p = next
        }
        // A value has ended, or a bracket closes.
        while true {
            if closes {
                p += 1
                depth -= 1
                if depth == 0 { return p }
            }
            while isSpace(p[0]) { p += 1 }
            let object = isObject()
            if p[0] == UInt8(ascii: ",") {
                p += 1
                if object {
                    guard let next = memberStart(p) else { return nil }
                    p = next
                }
                break
            }
            guard p[0] == (object ? UInt8(ascii: "}") : UInt8(ascii: "]")) else { return nil }
            closes = true
        }
    }
}

/// Where the value of the member at `p` starts, past its name and colon, or nil.
private func memberStart(_ start: UnsafePointer<UInt8>) -> UnsafePointer<UInt8>? {
    var p = start
    while isSpace(p[0]) { p += 1 }
    guard p[0] == UInt8(ascii: "\""), let name = stringEnd(p + 1) else { return nil }
    p = name
    while isSpace(p[0]) { p += 1 }
    return p[0] == UInt8(ascii: ":") ? p + 1 : nil
}

/// Past the closing quote of the string whose first byte is at `p`, or nil.
func stringEnd(_ start: UnsafePointer<UInt8>) -> UnsafePointer<UInt8>? {
    var p = start
    var decoded: (UInt64, UInt64) = (0, 0)
    return withUnsafeMutableBytes(of: &decoded) { scratch -> UnsafePointer<UInt8>? in
        let to = scratch.baseAddress!.assumingMemoryBound(to: UInt8.self)
        while true {
            let stop = lockstitch_copy_quoted16(p, to) & 0xffff
            if stop == 0 {
                p += 16
                continue
            }
            p += stop.trailingZeroBitCount
            if p[0] == UInt8(ascii: "\"") { return p + 1 }
            guard p[0] == UInt8(ascii: "\\"), let (after, _) = takeEscape(p, to) else { return nil }
            p = after
        }
    }
}

/// An unquoted logfmt value: up to the next space, empty if there is none before it.
private func takeBare(
    _ state: UnsafeMutablePointer<WalkState>, _ column: Int, _ start: UnsafePointer<UInt8>
) -> UnsafePointer<UInt8>? {
    let buffer = state.pointee.columns + column
    let row = UInt32(truncatingIfNeeded: state.pointee.rowCount)
    var p = start
    var used = buffer.pointee.used
    var high: UInt32 = 0
    while true {
        let masks = lockstitch_copy_bare16(p, buffer.pointee.bytes + used)
        let stop = masks & 0xffff
        if stop != 0 {
            let count = stop.trailingZeroBitCount
            high |= masks & ((1 << UInt32(count &+ 16)) &- 1)
            p += count
            used &+= count
            break
        }
        high |= masks
        p += 16
        used &+= 16
        if used &+ ColumnBuffer.padding > buffer.pointee.byteCapacity { buffer.pointee.growBytes(toHold: used) }
    }
    state.pointee.highBits |= high >> 16
    buffer.pointee.commit(row: row, newUsed: used, kind: bareKind(start, p))
    return p
}

/// What a bare logfmt value is: a number or a boolean where it reads as one, else text.
@inline(__always)
func bareKind(_ start: UnsafePointer<UInt8>, _ end: UnsafePointer<UInt8>) -> UInt8 {
    switch start[0] {
    case UInt8(ascii: "-"), UInt8(ascii: "0")...UInt8(ascii: "9"):
        numberEnd(start) == end ? ValueKind.number : ValueKind.string
    case UInt8(ascii: "t"), UInt8(ascii: "f"):
        wordEnd(start) == end ? ValueKind.bool : ValueKind.string
    default:
        ValueKind.string
    }
}
