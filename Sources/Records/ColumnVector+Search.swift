extension ColumnVector {
    /// The rows of the run whose text, letters A to Z taken as lower case, equals `text`.
    ///
    /// - Parameter text: without capital letters.
    public func rows(equalIgnoringCase text: String) -> [Int] {
        let wanted = Array(text.utf8)
        switch values {
        case .missing, .double, .bool, .timestamp:
            return (0..<count).filter { isPresent($0) && self.text($0)?.lowercased() == text }
        case .text(let vector):
            return (0..<count).filter { vector.equals(wanted, row: $0) && isPresent($0) }
        case .dictionary(let codes, let dictionary):
            let matching = Set((0..<dictionary.count).filter { dictionary.equals(wanted, row: $0) }.map(UInt32.init))
            guard !matching.isEmpty else { return [] }
            return (0..<count).filter { matching.contains(codes[$0]) && isPresent($0) }
        case .int64(let values):
            guard let number = Int64(text), String(number) == text else { return [] }
            return (0..<count).filter { values[$0] == number && isPresent($0) }
        case .hex(let width, let bytes):
            guard let wanted = Hex.bytes(text), wanted.count == width else { return [] }
            return (0..<count).filter { row in
                (0..<width).allSatisfy { bytes[row * width + $0] == wanted[$0] } && isPresent(row)
            }
        }
    }
}

extension TextVector {
    fileprivate func equals(_ wanted: [UInt8], row: Int) -> Bool {
        let start = Int(starts[row])
        guard Int(ends[row]) - start == wanted.count else { return false }
        for index in wanted.indices {
            let byte = bytes[start + index]
            let lower = byte &- 0x41 < 26 ? byte | 0x20 : byte
            if lower != wanted[index] { return false }
        }
        return true
    }
}
