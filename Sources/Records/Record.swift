/// One value of a materialised row.
public struct FieldValue: Sendable, Hashable {
    /// The value as text, just as it came in.
    public let text: String
    /// How to show it: quoted for `.string`, bare for the others. A single kind.
    public let kind: ValueKinds

    public init(_ text: String, kind: ValueKinds = .string) {
        self.text = text
        self.kind = kind
    }

    /// The value as a number, if it reads as one.
    public var number: Double? { Double(text) }
}

/// One row of a result: fields in order, names unique.
///
/// Rows exist only at the far end of the read path; everything before works on columns.
public struct Record: Sendable, Hashable {
    public struct Field: Sendable, Hashable {
        public let name: String
        public let value: FieldValue

        public init(_ name: String, _ value: FieldValue) {
            self.name = name
            self.value = value
        }
    }

    /// Event time in nanoseconds since 1970-01-01 UTC; nil for rows that are no single record, such as those of `stats`.
    public var time: Int64?
    public var fields: [Field]

    public init(time: Int64?, fields: [Field]) {
        self.time = time
        self.fields = fields
    }

    public subscript(name: String) -> FieldValue? {
        fields.first { $0.name == name }?.value
    }

    /// The text of a field, nil where it is missing.
    public func text(_ name: String) -> String? { self[name]?.text }
}

extension Record {
    /// About how much memory the record takes: its texts, and what Swift keeps around them.
    public var memoryBytes: Int {
        fields.reduce(64) { $0 + 80 + $1.value.text.utf8.count }
    }
}
