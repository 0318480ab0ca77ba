extension BidirectionalCollection<UInt8> {
    /// The number that up to eight bytes write, the lowest first.
    public var littleEndian: UInt64 { reversed().reduce(0) { $0 << 8 | UInt64($1) } }
}
