/// The lines that were sent, or are about to be, and that may have to be sent again.
///
/// Counts of lines settle them: acknowledged by the collector, or without acknowledgements written to the socket.
struct AckWindow {
    private var batches: [LineBatch] = []
    /// Lines of `batches[0]` that are settled.
    private var settledOfFirst = 0
    /// Batches before this one are written on the connection that is open.
    private var writtenBatches = 0
    /// Lines written on the connection that is open.
    private var writtenLines = 0
    /// Lines settled on the connection that is open.
    private var settledHere = 0
    /// Lines settled on all connections.
    private(set) var settledLines = 0
    /// Bytes of the batches that are held.
    private(set) var bytes = 0

    var isEmpty: Bool { batches.isEmpty }

    mutating func append(_ batch: LineBatch) {
        batches.append(batch)
        bytes += batch.bytes.count
    }

    /// The next batch to write on the connection that is open.
    mutating func nextToWrite() -> LineBatch? {
        guard writtenBatches < batches.count else { return nil }
        let batch = batches[writtenBatches]
        writtenBatches += 1
        writtenLines += batch.lineCount
        return batch
    }

    /// Lets go of the first `count` lines of the connection that is open.
    ///
    /// - Returns: false when more lines were counted than written.
    mutating func settle(lines count: Int) -> Bool {
        guard count <= writtenLines else { return false }
        guard count > settledHere else { return true }
        settledLines += count - settledHere
        settledOfFirst += count - settledHere
        settledHere = count
        var dropped = 0
        while dropped < batches.count, settledOfFirst >= batches[dropped].lineCount {
            settledOfFirst -= batches[dropped].lineCount
            bytes -= batches[dropped].bytes.count
            dropped += 1
        }
        batches.removeFirst(dropped)
        writtenBatches -= dropped
        return true
    }

    /// A new connection is open: all that is not settled has to be written again, and is counted from 0.
    mutating func restart() {
        writtenBatches = 0
        writtenLines = 0
        settledHere = 0
        guard settledOfFirst > 0, let first = batches.first else { return }
        batches[0] = first.dropping(lines: settledOfFirst)
        bytes -= first.bytes.count - batches[0].bytes.count
        settledOfFirst = 0
    }
}
