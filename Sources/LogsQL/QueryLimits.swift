/// Every bound of the language, each with what happens when it is hit.
public enum QueryLimits {
    /// Bytes of a query's text. A longer one is refused before it is read.
    public static let queryBytesMax = 256 << 10
    /// Levels of parentheses and negations inside one another. A deeper query is refused, so that no parser, printer or planner overflows its stack.
    public static let nestingMax = 200
}
