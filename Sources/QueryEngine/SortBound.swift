import Synchronization

/// What the parts of one `sort` with a limit know of each other: a first key beyond which no row can be among those wanted,
/// as one part alone has enough that are not beyond it.
final class SortBound: Sendable {
    private let key = Mutex<OrderKey?>(nil)

    /// - Parameter isLater: whether one key comes after another.
    func tighten(_ new: OrderKey, isLater: (OrderKey, OrderKey) -> Bool) {
        key.withLock { key in
            if key.map({ isLater($0, new) }) ?? true { key = new }
        }
    }

    var current: OrderKey? { key.withLock { $0 } }
}
