/// Random bits.
public protocol RandomSource: Sendable {
    /// 64 of them.
    func next() -> UInt64
}

/// The machine's random bits.
public struct SystemRandomSource: RandomSource {
    public init() {}

    public func next() -> UInt64 {
        var generator = SystemRandomNumberGenerator()
        return generator.next()
    }
}
