extension Filter {
    /// `field:*`: the field has a value that is not empty.
    public struct Present: FilterLeaf {
        public var name: String
        public var field: String? { name }

        public init(_ name: String) { self.name = name }

        public var description: String { CanonicalText.field(name) + "*" }
    }

    /// `field:""`: the field is missing, or empty.
    public struct Empty: FilterLeaf {
        public var field: String?

        public init(field: String? = nil) { self.field = field }

        public var description: String { CanonicalText.field(field) + "\"\"" }
    }

    /// `field:*`, or every record if there is no field.
    static func anyValue(of field: String?) -> Filter { field.map { .present(Present($0)) } ?? .all }
}

extension Parser {
    mutating func parseStar(field: String?) -> Filter {
        advance()
        return .anyValue(of: field)
    }
}
