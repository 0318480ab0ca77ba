/// Moves the first `count` elements to new memory, and frees the old.
func moved<Element>(
    _ old: UnsafeMutablePointer<Element>, count: Int, capacity: Int
) -> UnsafeMutablePointer<Element> {
    let grown = UnsafeMutablePointer<Element>.allocate(capacity: capacity)
    grown.moveInitialize(from: old, count: count)
    old.deallocate()
    return grown
}
