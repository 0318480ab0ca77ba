// From the values of the rows that have one to a value for every row.

/// The values spread over all rows, `filler` where a row has none.
///
/// - Parameter validity: has a 1 for each row with a value, as many as there are `values`.
public func expanded(_ values: [Int64], by validity: Bitmap, filler: Int64 = 0) -> [Int64] { spread(values, validity, filler) }
/// As above.
public func expanded(_ values: [UInt32], by validity: Bitmap, filler: UInt32 = 0) -> [UInt32] { spread(values, validity, filler) }
/// As above.
public func expanded(_ values: [Double], by validity: Bitmap, filler: Double = 0) -> [Double] { spread(values, validity, filler) }
/// As above.
public func expanded(_ values: [Bool], by validity: Bitmap, filler: Bool = false) -> [Bool] { spread(values, validity, filler) }

@inline(__always)
private func spread<Value: BitwiseCopyable>(_ values: [Value], _ validity: Bitmap, _ filler: Value) -> [Value] {
    precondition(validity.popcount == values.count)
    var spread = [Value](repeating: filler, count: validity.count)
    var index = 0
    validity.forEachSet { row in
        spread[row] = values[index]
        index += 1
    }
    return spread
}

/// `width`-byte values spread over all rows, zeros where a row has none.
public func expanded(fixed bytes: [UInt8], width: Int, by validity: Bitmap) -> [UInt8] {
    precondition(validity.popcount * width == bytes.count)
    var spread = [UInt8](repeating: 0, count: validity.count * width)
    var index = 0
    validity.forEachSet { row in
        for offset in 0..<width { spread[row * width + offset] = bytes[index + offset] }
        index += width
    }
    return spread
}

/// Where each value starts, for values that lie end to end: 0 and all `ends` but the last.
public func starts(ofEnds ends: [UInt32]) -> [UInt32] {
    [UInt32](unsafeUninitializedCapacity: ends.count) { target, written in
        var start: UInt32 = 0
        for index in 0..<ends.count {
            target[index] = start
            start = ends[index]
        }
        written = ends.count
    }
}
