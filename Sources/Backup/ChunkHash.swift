import Crypto

/// SHA-256 of a chunk's file, piece by piece.
struct ChunkHash {
    private var hash = SHA256()
    private(set) var byteCount = 0

    mutating func update(_ piece: [UInt8]) {
        hash.update(data: piece)
        byteCount += piece.count
    }

    /// 64 hexadecimal digits.
    var text: String { hash.finalize().map { Self.digits[Int($0)] }.joined() }

    private static let digits = (0..<256).map { byte in
        let text = String(byte, radix: 16)
        return text.count == 1 ? "0" + text : text
    }
}
