/// Values as bytes and ends, as columns of text are kept.
func column(_ values: [[UInt8]]) -> (bytes: [UInt8], ends: [UInt32]) {
    var (bytes, ends): ([UInt8], [UInt32]) = ([], [])
    for value in values {
        bytes += value
        ends.append(UInt32(bytes.count))
    }
    return (bytes, ends)
}

func values(_ bytes: [UInt8], _ ends: [UInt32]) -> [[UInt8]] {
    ends.indices.map { Array(bytes[($0 == 0 ? 0 : Int(ends[$0 - 1]))..<Int(ends[$0])]) }
}
