/// The frames of one connection that are handed on and not answered yet, in the order of their lines.
///
/// Frames may be completed in any order; they are answered in theirs.
struct AckLedger {
    private struct Entry {
        let lines: Int
        var isAccepted = false
        var refusal: RefusalReason?
    }

    private var entries: [Entry] = []
    /// Entries before this one are answered; dropped from the array now and then.
    private var head = 0
    /// The number of `entries[0]`.
    private var firstNumber = 0
    /// Lines answered with an acknowledgement.
    private(set) var acknowledgedLines = 0

    /// Adds a frame and returns its number.
    mutating func add(lines: Int) -> Int {
        entries.append(Entry(lines: lines))
        return firstNumber + entries.count - 1
    }

    mutating func accept(_ number: Int) { entries[number - firstNumber].isAccepted = true }

    mutating func refuse(_ number: Int, _ reason: RefusalReason) { entries[number - firstNumber].refusal = reason }

    /// Counts the frames whose turn it is, and returns the refusal that comes next, if one does.
    ///
    /// - Returns: whether `acknowledgedLines` has grown, and the refusal.
    mutating func settle() -> (hasGrown: Bool, refusal: RefusalReason?) {
        let before = acknowledgedLines
        while head < entries.count, entries[head].isAccepted {
            acknowledgedLines += entries[head].lines
            head += 1
        }
        let hasGrown = acknowledgedLines > before
        let refusal = head < entries.count ? entries[head].refusal : nil
        dropSettled()
        return (hasGrown, refusal)
    }

    private mutating func dropSettled() {
        guard head == entries.count || head >= 1_024 else { return }
        entries.removeFirst(head)
        firstNumber += head
        head = 0
    }
}
