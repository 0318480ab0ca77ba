import Kernels

/// Packs lines into datagrams.
enum DatagramPacker {
    /// What fits in one Ethernet frame with room for tunnels, so that no datagram is fragmented.
    static let packedBytesMax = 1_400
    /// The longest payload of a UDP datagram over IPv4.
    static let datagramBytesMax = 65_507

    struct Packed: Equatable {
        var datagrams: [ArraySlice<UInt8>] = []
        /// Lines that do not fit in a datagram, and their bytes with the newlines.
        var skippedLines = 0
        var skippedBytes = 0
    }

    /// The lines in datagrams, each without its last newline. A line beyond `packedBytesMax` goes alone.
    static func pack(_ bytes: [UInt8]) -> Packed {
        var packed = Packed()
        var start = 0
        var end = 0
        func close() {
            if end > start + 1 { packed.datagrams.append(bytes[start..<end - 1]) }
            start = end
        }
        while end < bytes.count {
            let next = lineEnd(bytes.span, from: end) + 1
            if next - 1 - start > packedBytesMax { close() }
            if next - 1 - start > datagramBytesMax {
                packed.skippedLines += 1
                packed.skippedBytes += next - start
                start = next
            }
            end = next
        }
        close()
        return packed
    }
}
