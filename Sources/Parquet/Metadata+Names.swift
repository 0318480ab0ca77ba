// Names of what parquet.thrift numbers, as it spells them.

extension Encoding {
    var name: String {
        let names: [Int32: String] = [
            0: "PLAIN", 2: "PLAIN_DICTIONARY", 3: "RLE", 4: "BIT_PACKED", 5: "DELTA_BINARY_PACKED",
            6: "DELTA_LENGTH_BYTE_ARRAY", 7: "DELTA_BYTE_ARRAY", 8: "RLE_DICTIONARY", 9: "BYTE_STREAM_SPLIT", 10: "ALP",
        ]
        return names[rawValue] ?? "encoding \(rawValue)"
    }
}

extension Codec {
    var name: String {
        let names: [Int32: String] = [
            0: "UNCOMPRESSED", 1: "SNAPPY", 2: "GZIP", 3: "LZO", 4: "BROTLI", 5: "LZ4", 6: "ZSTD", 7: "LZ4_RAW",
        ]
        return names[rawValue] ?? "codec \(rawValue)"
    }
}
