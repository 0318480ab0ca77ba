/// A field of a line as the tokenizer finds it: where the bytes before its value lie, and what it is called.
struct TokenizedField: Equatable {
    /// From the end of the value before to the start of this one.
    let literal: Range<Int>
    /// The key, or the keys of nested objects joined by dots.
    let name: String
    /// A logfmt key without a value.
    let isBareKey: Bool
}

/// The shape of one well-formed line.
struct TokenizedLine: Equatable {
    var fields: [TokenizedField] = []
    /// From the end of the last value to the end of the line.
    var end: Range<Int> = 0..<0
}
