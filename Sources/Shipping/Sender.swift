/// A way to a collector. Used by one task.
protocol Sender: AnyObject {
    /// Sends lines, waiting as long as the collector, or the bound of what is held, demands it.
    ///
    /// - Throws: `ShipError` when that is given up.
    func send(_ batch: LineBatch) async throws

    /// Waits until all lines are as safe as they get, and closes.
    func finish() async throws

    /// Closes without waiting.
    func close() async

    var acknowledgedLines: Int { get }
    var reconnects: Int { get }
    var skippedLines: Int { get }
    var skippedBytes: Int { get }
}
