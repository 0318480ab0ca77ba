extension Filter {
    /// `ip:ipv4_range(10.0.0.0/8)`, `ip:ipv6_range("2001:db8::", "2001:db8::ffff")`: the field is an internet address
    /// between two others, ends included. Among those of version 6, one of version 4 counts as `::ffff:1.2.3.4`.
    public struct AddressRange: FilterLeaf {
        public enum Bounds: Sendable, Hashable {
            case v4(first: UInt32, last: UInt32)
            case v6(first: UInt128, last: UInt128)
        }

        public var field: String?
        public var bounds: Bounds

        public init(field: String? = nil, _ bounds: Bounds) {
            self.field = field
            self.bounds = bounds
        }

        public var condition: String {
            switch bounds {
            case .v4(let first, let last):
                "ipv4_range(\(CanonicalText.list((first == last ? [first] : [first, last]).map { IPAddress.text($0) })))"
            case .v6(let first, let last):
                "ipv6_range(\(CanonicalText.list((first == last ? [first] : [first, last]).map { IPAddress.text($0) })))"
            }
        }

        public var filter: Filter { .addressRange(self) }
    }
}

extension Parser {
    mutating func parseIPv4Range(field: String?) throws(QueryError) -> Filter {
        let (first, last) = try parseAddresses(
            of: "ipv4_range(…)", version: "IPv4", example: "10.0.0.1 or 10.0.0.0/8", bits: 32
        ) { text in IPAddress.v4(text).map { UInt128($0) } }
        return .addressRange(
            Filter.AddressRange(
                field: field, .v4(first: UInt32(truncatingIfNeeded: first), last: UInt32(truncatingIfNeeded: last))))
    }

    mutating func parseIPv6Range(field: String?) throws(QueryError) -> Filter {
        let (first, last) = try parseAddresses(
            of: "ipv6_range(…)", version: "IPv6", example: "2001:db8::1 or 2001:db8::/32", bits: 128) { IPAddress.v6($0) }
        return .addressRange(Filter.AddressRange(field: field, .v6(first: first, last: last)))
    }

    /// One address, one network, or two addresses.
    private mutating func parseAddresses(
        of what: String, version: String, example: String, bits: Int, _ read: (String) -> UInt128?
    ) throws(QueryError) -> (first: UInt128, last: UInt128) {
        let arguments = try parsePlacedArguments(of: what, expected: "an \(version) address")
        func bad(_ argument: Argument) -> QueryError {
            fail(what, "'\(argument.text)' is no \(version) address", at: argument.start, expected: "one such as \(example)")
        }
        func address(_ argument: Argument) throws(QueryError) -> UInt128 {
            guard let address = read(argument.text) else { throw bad(argument) }
            return address
        }
        guard arguments.count == 1 else {
            guard arguments.count == 2 else { throw wrongCount(arguments, of: what, expected: "one address or network, or two addresses") }
            return (try address(arguments[0]), try address(arguments[1]))
        }
        let parts = arguments[0].text.split(separator: "/", maxSplits: 1, omittingEmptySubsequences: false)
        guard parts.count == 2 else {
            let only = try address(arguments[0])
            return (only, only)
        }
        guard let network = read(String(parts[0])), let length = Int(parts[1]), (0...bits).contains(length),
            parts[1].utf8.allSatisfy({ $0 &- UInt8(ascii: "0") <= 9 })
        else { throw bad(arguments[0]) }
        let host = (UInt128(1) << UInt128(bits - length)) &- 1
        return (network & ~host, network | host)
    }
}
