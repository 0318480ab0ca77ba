import Kernels

/// Reads the compact protocol of Thrift (thrift-compact-protocol.md).
///
/// A struct is read as a loop that leaves out what it does not know:
///
///     try reader.beginStruct()
///     while let field = try reader.nextField() {
///         switch (field.id, field.type) {
///         case (1, .i32): count = try reader.i32()
///         default: try reader.skip(field)
///         }
///     }
///
/// Every length and count is checked against the bytes that are left, and nesting is bounded, so that memory and time
/// stay in proportion to the input. All methods throw `ParquetError.malformed`.
struct ThriftReader {
    /// Types of fields and list elements, by their number.
    enum WireType: UInt8 {
        case boolTrue = 1
        case boolFalse = 2
        case i8 = 3
        case i16 = 4
        case i32 = 5
        case i64 = 6
        case double = 7
        case binary = 8
        case list = 9
        case set = 10
        case map = 11
        case structure = 12
        case uuid = 13
    }

    struct Field {
        let id: Int16
        let type: WireType
    }

    static let nestingMax = 32

    private let bytes: [UInt8]
    private let end: Int
    /// Of the byte that is read next.
    private(set) var position: Int
    /// The id of the last field of each struct that is being read, innermost last.
    private var lastFields: [Int16] = []

    /// - Parameter range: within `bytes`; nothing else is read.
    init(_ bytes: [UInt8], _ range: Range<Int>) {
        precondition(range.lowerBound >= 0 && range.upperBound <= bytes.count)
        self.bytes = bytes
        position = range.lowerBound
        end = range.upperBound
    }

    init(_ bytes: [UInt8]) { self.init(bytes, 0..<bytes.count) }

    private var left: Int { end - position }

    // MARK: Structs

    mutating func beginStruct() throws(ParquetError) {
        try checkNesting(lastFields.count)
        lastFields.append(0)
    }

    /// The next field of the innermost struct; nil at its end.
    mutating func nextField() throws(ParquetError) -> Field? {
        let header = try byte()
        if header == 0 {
            lastFields.removeLast()
            return nil
        }
        let type = try wireType(header & 15)
        let id: Int16
        if header >> 4 == 0 {
            id = try i16()
        } else {
            let sum = (lastFields.last ?? 0).addingReportingOverflow(Int16(header >> 4))
            guard !sum.overflow else { throw Self.malformed("has a field id beyond 32767") }
            id = sum.partialValue
        }
        lastFields[lastFields.count - 1] = id
        return Field(id: id, type: type)
    }

    // MARK: Values

    /// The value of a boolean field lies in its type.
    func bool(_ field: Field) -> Bool { field.type == .boolTrue }

    mutating func i8() throws(ParquetError) -> Int8 { Int8(bitPattern: try byte()) }
    mutating func i16() throws(ParquetError) -> Int16 { try integer() }
    mutating func i32() throws(ParquetError) -> Int32 { try integer() }
    mutating func i64() throws(ParquetError) -> Int64 { unzigzag(try varint()) }

    mutating func binary() throws(ParquetError) -> [UInt8] { Array(bytes[try binaryRange()]) }

    /// Text; what is no UTF-8 in it becomes U+FFFD.
    mutating func string() throws(ParquetError) -> String {
        String(decoding: bytes[try binaryRange()], as: UTF8.self)
    }

    // MARK: Lists

    /// The number of elements of a list, which come next.
    mutating func listCount(of type: WireType) throws(ParquetError) -> Int {
        let (elements, count) = try listHeader()
        guard elements == type || count == 0 || (elements.isBool && type.isBool) else {
            throw Self.malformed("has a list of elements of another type")
        }
        return count
    }

    mutating func bools() throws(ParquetError) -> [Bool] {
        let count = try listCount(of: .boolTrue)
        var values: [Bool] = []
        for _ in 0..<count { values.append(try byte() == 1) }
        return values
    }

    mutating func i32s() throws(ParquetError) -> [Int32] {
        let count = try listCount(of: .i32)
        var values: [Int32] = []
        for _ in 0..<count { values.append(try i32()) }
        return values
    }

    mutating func i64s() throws(ParquetError) -> [Int64] {
        let count = try listCount(of: .i64)
        var values: [Int64] = []
        for _ in 0..<count { values.append(try i64()) }
        return values
    }

    mutating func binaries() throws(ParquetError) -> [[UInt8]] {
        let count = try listCount(of: .binary)
        var values: [[UInt8]] = []
        for _ in 0..<count { values.append(try binary()) }
        return values
    }

    mutating func strings() throws(ParquetError) -> [String] {
        let count = try listCount(of: .binary)
        var values: [String] = []
        for _ in 0..<count { values.append(try string()) }
        return values
    }

    // MARK: Skipping

    mutating func skip(_ field: Field) throws(ParquetError) {
        if !field.type.isBool { try skip(field.type, depth: lastFields.count) }
    }

    /// Skips an element; unlike a field's, the value of a boolean takes a byte.
    private mutating func skip(_ type: WireType, depth: Int) throws(ParquetError) {
        try checkNesting(depth)
        switch type {
        case .boolTrue, .boolFalse, .i8: _ = try byte()
        case .i16, .i32, .i64: _ = try varint()
        case .double: try advance(8)
        case .uuid: try advance(16)
        case .binary: _ = try binaryRange()
        case .list, .set:
            let (elements, count) = try listHeader()
            for _ in 0..<count { try skip(elements, depth: depth + 1) }
        case .map: try skipMap(depth: depth)
        case .structure:
            try beginStruct()
            while let field = try nextField() {
                if !field.type.isBool { try skip(field.type, depth: depth + 1) }
            }
        }
    }

    private mutating func skipMap(depth: Int) throws(ParquetError) {
        let count = try checkedCount(try varint())
        guard count > 0 else { return }
        let types = try byte()
        let key = try wireType(types >> 4)
        let value = try wireType(types & 15)
        for _ in 0..<count {
            try skip(key, depth: depth + 1)
            try skip(value, depth: depth + 1)
        }
    }

    // MARK: Parts

    private mutating func byte() throws(ParquetError) -> UInt8 {
        guard position < end else { throw Self.malformed("ends too soon") }
        defer { position += 1 }
        return bytes[position]
    }

    private mutating func varint() throws(ParquetError) -> UInt64 {
        var next = position
        guard let value = readVarint(bytes.span, at: &next, end: end) else {
            throw Self.malformed("has a number that does not end")
        }
        position = next
        return value
    }

    private mutating func integer<Value: FixedWidthInteger>() throws(ParquetError) -> Value {
        guard let value = Value(exactly: unzigzag(try varint())) else {
            throw Self.malformed("has a number of more than \(Value.bitWidth) bits")
        }
        return value
    }

    private mutating func advance(_ count: Int) throws(ParquetError) {
        guard count <= left else { throw Self.malformed("ends too soon") }
        position += count
    }

    private mutating func binaryRange() throws(ParquetError) -> Range<Int> {
        let count = try checkedCount(try varint())
        defer { position += count }
        return position..<position + count
    }

    private mutating func listHeader() throws(ParquetError) -> (WireType, Int) {
        let header = try byte()
        let count = try header >> 4 == 15 ? checkedCount(try varint()) : checkedCount(UInt64(header >> 4))
        // An empty list may say that its elements are of no type.
        return (count == 0 ? .structure : try wireType(header & 15), count)
    }

    /// Every byte of a binary, and every element of a list, takes at least one byte.
    private func checkedCount(_ count: UInt64) throws(ParquetError) -> Int {
        guard count <= UInt64(left) else { throw Self.malformed("has a length of \(count), but \(left) bytes are left") }
        return Int(count)
    }

    private func wireType(_ number: UInt8) throws(ParquetError) -> WireType {
        guard let type = WireType(rawValue: number) else { throw Self.malformed("has a value of type \(number)") }
        return type
    }

    private func checkNesting(_ depth: Int) throws(ParquetError) {
        guard depth < Self.nestingMax else {
            throw Self.malformed("nests deeper than \(Self.nestingMax)")
        }
    }

    private static func malformed(_ what: String) -> ParquetError {
        .malformed("a Thrift structure \(what); fetch the file again")
    }
}

extension ThriftReader.WireType {
    fileprivate var isBool: Bool { self == .boolTrue || self == .boolFalse }
}

/// What can be read as a Thrift struct.
protocol ThriftReadable {
    init(from reader: inout ThriftReader) throws(ParquetError)
}

extension ThriftReader {
    mutating func structures<Element: ThriftReadable>() throws(ParquetError) -> [Element] {
        let count = try listCount(of: .structure)
        var elements: [Element] = []
        for _ in 0..<count { elements.append(try Element(from: &self)) }
        return elements
    }
}
