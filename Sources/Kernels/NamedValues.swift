// Values whose names come with the record, such as those of syslog's structured data.

extension BatchBuilder {
    /// The number of a name within another one, joined to it by a dot; valid until `forgetShapes`.
    ///
    /// - Parameter parent: 0 for a name at the top.
    public mutating func nameNode(_ name: Span<UInt8>, within parent: Int = 0) -> Int {
        name.withUnsafeBufferPointer { name in
            guard let base = name.baseAddress else { return parent }
            return direct.keys.node(parent: UInt32(parent), base, name.count)
        }
    }

    /// Gives the column that is called as `node` says a text; not where the name or the row has come to a limit.
    ///
    /// - Parameter isEscaped: whether the text may have backslash escapes, which are undone.
    public mutating func draftNamed(_ node: Int, _ text: Span<UInt8>, isEscaped: Bool) {
        guard direct.keys.nodes[node].dottedCount <= schema.nameBytesMax, draft.count < schema.fieldsMax else { return }
        let column = ownColumn(node)
        text.withUnsafeBufferPointer { text in
            if isEscaped { putUnescaped(text, column) } else { draft.put(text, column: column, kind: ValueKind.string) }
        }
    }
}
