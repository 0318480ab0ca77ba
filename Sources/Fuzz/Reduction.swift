/// The lines that are needed for a failure.
enum Reduction {
    /// Leaves lines out, half of them at first and single ones at last, as long as it still `fails`.
    static func reduce(_ lines: [[UInt8]], _ fails: ([[UInt8]]) throws -> Bool) rethrows -> [[UInt8]] {
        var lines = lines
        var size = lines.count / 2
        while size > 0 {
            var start = 0
            while start < lines.count, lines.count > 1 {
                let rest = Array(lines[..<start] + lines[min(lines.count, start + size)...])
                if try fails(rest) { lines = rest } else { start += size }
            }
            size /= 2
        }
        return lines
    }
}
