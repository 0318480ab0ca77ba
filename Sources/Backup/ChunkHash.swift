import Crypto
import Records

/// SHA-256 of a chunk's file, piece by piece.
struct ChunkHash {
    private var hash = SHA256()
    private(set) var byteCount = 0

    mutating func update(_ piece: [UInt8]) {
        hash.update(data: piece)
        byteCount += piece.count
    }

    /// 64 hexadecimal digits.
    var text: String { Hex.text(Array(hash.finalize())) }
}
