/// The order that sorts `keys`; equal keys stay in the order in which they stand. nil when they are sorted already.
///
/// Rows of a log come nearly sorted: runs that rise are found and merged (natural merge sort, Knuth, TAOCP 5.2.4).
public func sortedOrder(_ keys: [Int64]) -> [UInt32]? {
    var runs = runStarts(keys)
    guard runs.count > 2 else { return nil }
    var source = Array(0..<UInt32(keys.count))
    var target = source
    keys.withUnsafeBufferPointer { keys in
        while runs.count > 2 {
            var merged = [0]
            source.withUnsafeBufferPointer { source in
                target.withUnsafeMutableBufferPointer { target in
                    for index in stride(from: 0, to: runs.count - 1, by: 2) {
                        let end = runs[min(index + 2, runs.count - 1)]
                        merge(keys, source, target, runs[index], runs[index + 1], end)
                        merged.append(end)
                    }
                }
            }
            swap(&source, &target)
            runs = merged
        }
    }
    return source
}

/// Where each rising run starts, and the count at the end.
private func runStarts(_ keys: [Int64]) -> [Int] {
    guard !keys.isEmpty else { return [0] }
    var runs = [0]
    keys.withUnsafeBufferPointer { keys in
        for index in 1..<max(1, keys.count) where keys[index] < keys[index - 1] { runs.append(index) }
    }
    runs.append(keys.count)
    return runs
}

private func merge(
    _ keys: UnsafeBufferPointer<Int64>, _ source: UnsafeBufferPointer<UInt32>,
    _ target: UnsafeMutableBufferPointer<UInt32>, _ start: Int, _ middle: Int, _ end: Int
) {
    var left = start
    var right = middle
    for place in start..<end {
        let takesLeft = right == end || (left < middle && keys[Int(source[left])] <= keys[Int(source[right])])
        target[place] = source[takesLeft ? left : right]
        left += takesLeft ? 1 : 0
        right += takesLeft ? 0 : 1
    }
}
