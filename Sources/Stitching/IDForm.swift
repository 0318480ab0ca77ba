/// How ids stand in the values of a field.
public enum IDForm: Sendable, Hashable, CaseIterable {
    /// The value is the id.
    case plain
    /// W3C Trace Context, section 3.2: `00-<32 hex>-<16 hex>-<2 hex>`.
    case traceParent
    /// Jaeger client libraries, "Trace/Span identity": `<trace>:<span>:<parent>:<flags>`.
    case uberTrace
    /// AWS X-Ray, "Tracing header": `Root=1-<8 hex>-<24 hex>;Parent=…;Sampled=…`.
    case amazonRoot
    /// B3 propagation, "Single Header": `<trace>-<span>-<sampled>-<parent>`.
    case b3
    /// Google Cloud, `X-Cloud-Trace-Context`: `<trace>/<span>;o=<options>`.
    case cloudTrace
    /// A URL or its query, of which parameters may be ids.
    case url

    /// The id in a header's value, in lower case; nil where it has not the form of its header.
    func id(inLowerCase text: String) -> String? {
        switch self {
        case .plain, .url: nil
        case .traceParent: Self.traceParent(text)
        case .uberTrace: Self.uberTrace(text)
        case .amazonRoot: Self.amazonRoot(text)
        case .b3: Self.b3(text)
        case .cloudTrace: Self.cloudTrace(text)
        }
    }

    private static func traceParent(_ text: String) -> String? {
        let parts = text.split(separator: "-", omittingEmptySubsequences: false)
        guard parts.count >= 4, parts[0].utf8.count == 2, parts[1].utf8.count == 32, parts[2].utf8.count == 16, isHex(parts[1])
        else { return nil }
        return String(parts[1])
    }

    /// Zeros at the start of the trace id may be left out.
    private static func uberTrace(_ text: String) -> String? {
        let parts = text.split(separator: ":", omittingEmptySubsequences: false)
        guard parts.count == 4, 1...32 ~= parts[0].utf8.count, isHex(parts[0]) else { return nil }
        let width = parts[0].utf8.count <= 16 ? 16 : 32
        return String(repeating: "0", count: width - parts[0].utf8.count) + parts[0]
    }

    private static func amazonRoot(_ text: String) -> String? {
        let root = text.split(separator: ";").first { $0.hasPrefix("root=") }
        return root.map { String($0.dropFirst(5)) }
    }

    /// A header of a verdict alone, such as `0`, has no id.
    private static func b3(_ text: String) -> String? {
        let trace = text.split(separator: "-", omittingEmptySubsequences: false)[0]
        return (trace.utf8.count == 16 || trace.utf8.count == 32) && isHex(trace) ? String(trace) : nil
    }

    private static func cloudTrace(_ text: String) -> String? {
        let trace = text.split(separator: "/", omittingEmptySubsequences: false)[0]
        return trace.utf8.count == 32 && isHex(trace) ? String(trace) : nil
    }

    private static func isHex(_ text: Substring) -> Bool {
        text.utf8.allSatisfy { byte in
            UInt8(ascii: "0")...UInt8(ascii: "9") ~= byte || UInt8(ascii: "a")...UInt8(ascii: "f") ~= byte
        }
    }
}
