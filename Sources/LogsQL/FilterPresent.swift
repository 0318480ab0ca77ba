extension Filter {
    /// `field:*`: the field has a value that is not empty.
    public struct Present: FilterLeaf {
        public var name: String
        public var field: String? {
            get { name }
            set { name = newValue ?? "_msg" }
        }

        public init(_ name: String) { self.name = name }

        public var condition: String { "*" }
        public var filter: Filter { .present(self) }
    }

    /// `field:""`: the field is missing, or empty.
    public struct Empty: FilterLeaf {
        public var field: String?

        public init(field: String? = nil) { self.field = field }

        public var condition: String { "\"\"" }
        public var filter: Filter { .empty(self) }
    }

    /// `field:*`, or every record if there is no field.
    static func anyValue(of field: String?) -> Filter { field.map { .present(Present($0)) } ?? .all }
}
