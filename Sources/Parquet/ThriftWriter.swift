import Kernels

/// Writes the compact protocol of Thrift (thrift-compact-protocol.md) into bytes: the fields of one struct, nested
/// structs and lists included. Fields come in rising order of their ids; those given as nil are left out.
struct ThriftWriter {
    /// Types of fields and list elements, by their number.
    private enum WireType: UInt8 {
        case boolTrue = 1
        case boolFalse = 2
        case i8 = 3
        case i16 = 4
        case i32 = 5
        case i64 = 6
        case binary = 8
        case list = 9
        case structure = 12
    }

    private(set) var bytes: [UInt8] = []
    /// The id of the last field of the struct that is being written.
    private var lastField: Int16 = 0

    // MARK: Fields

    mutating func field(_ id: Int16, bool value: Bool?) {
        guard let value else { return }
        header(id, value ? .boolTrue : .boolFalse)
    }

    mutating func field(_ id: Int16, i16 value: Int16?) {
        guard let value else { return }
        header(id, .i16)
        appendVarint(zigzag(Int64(value)), to: &bytes)
    }

    mutating func field(_ id: Int16, i32 value: Int32?) {
        guard let value else { return }
        header(id, .i32)
        appendVarint(zigzag(Int64(value)), to: &bytes)
    }

    mutating func field(_ id: Int16, i64 value: Int64?) {
        guard let value else { return }
        header(id, .i64)
        appendVarint(zigzag(value), to: &bytes)
    }

    /// An i8 field: one byte as it is.
    mutating func field(_ id: Int16, i8 value: Int8?) {
        guard let value else { return }
        header(id, .i8)
        bytes.append(UInt8(bitPattern: value))
    }

    mutating func field(_ id: Int16, binary value: [UInt8]?) {
        guard let value else { return }
        header(id, .binary)
        append(value)
    }

    mutating func field(_ id: Int16, string value: String?) {
        field(id, binary: value.map { Array($0.utf8) })
    }

    mutating func field(_ id: Int16, structure body: (inout ThriftWriter) -> Void) {
        header(id, .structure)
        append(structure: body)
    }

    // MARK: Lists

    mutating func field(_ id: Int16, bools values: [Bool]) {
        listHeader(id, .boolTrue, count: values.count)
        for value in values { bytes.append(value ? 1 : 2) }
    }

    mutating func field(_ id: Int16, i32s values: [Int32]) {
        listHeader(id, .i32, count: values.count)
        for value in values { appendVarint(zigzag(Int64(value)), to: &bytes) }
    }

    mutating func field(_ id: Int16, i64s values: [Int64]?) {
        guard let values else { return }
        listHeader(id, .i64, count: values.count)
        for value in values { appendVarint(zigzag(value), to: &bytes) }
    }

    mutating func field(_ id: Int16, binaries values: [[UInt8]]) {
        listHeader(id, .binary, count: values.count)
        for value in values { append(value) }
    }

    mutating func field(_ id: Int16, strings values: [String]) {
        field(id, binaries: values.map { Array($0.utf8) })
    }

    mutating func field<Element>(
        _ id: Int16, structures elements: [Element], _ body: (Element, inout ThriftWriter) -> Void
    ) {
        listHeader(id, .structure, count: elements.count)
        for element in elements { append(structure: { body(element, &$0) }) }
    }

    // MARK: Parts

    /// The end of the outermost struct.
    mutating func stop() { bytes.append(0) }

    private mutating func append(structure body: (inout ThriftWriter) -> Void) {
        let outer = lastField
        lastField = 0
        body(&self)
        stop()
        lastField = outer
    }

    private mutating func append(_ value: [UInt8]) {
        appendVarint(UInt64(value.count), to: &bytes)
        bytes.append(contentsOf: value)
    }

    private mutating func header(_ id: Int16, _ type: WireType) {
        precondition(id > lastField, "fields come in rising order")
        let delta = id - lastField
        if delta <= 15 {
            bytes.append(UInt8(delta) << 4 | type.rawValue)
        } else {
            bytes.append(type.rawValue)
            appendVarint(zigzag(Int64(id)), to: &bytes)
        }
        lastField = id
    }

    private mutating func listHeader(_ id: Int16, _ type: WireType, count: Int) {
        header(id, .list)
        if count < 15 {
            bytes.append(UInt8(count) << 4 | type.rawValue)
        } else {
            bytes.append(0xf0 | type.rawValue)
            appendVarint(UInt64(count), to: &bytes)
        }
    }
}
