/// Numbers whose text is canonical, so that keeping the number keeps the text.
public enum NumberText {
    /// The shortest text that reads back as `value`: `1.5`, `1e+21`, `3` for whole numbers below 2^53.
    public static func shortest(_ value: Double) -> String {
        if value == value.rounded(), abs(value) < 9_007_199_254_740_992, !(value == 0 && value.sign == .minus) {
            return String(Int64(value))
        }
        return value.description
    }
}
