public import Storage

/// The section `sampling` of the configuration: rules in their order, and the bounds of the hot window.
public struct SamplingConfiguration: Sendable {
    /// A set of rules that match is kept in the bits of a word.
    public static let rulesMax = 64

    public var window: HotWindow
    /// The first that matches a request decides. Up to `rulesMax`, with distinct names.
    public var rules: [SamplingRule]

    public init(window: HotWindow = HotWindow(), rules: [SamplingRule]) {
        precondition(rules.count <= Self.rulesMax)
        self.window = window
        self.rules = rules
    }
}
