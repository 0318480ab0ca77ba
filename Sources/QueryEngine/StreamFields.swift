import Records

/// `_stream` and `_stream_id`, which no record has, but queries of VictoriaLogs ask for: the stream of a record is that of
/// its service.
enum StreamFields {
    static let stream = "_stream"
    static let streamID = "_stream_id"
    static let names = [stream, streamID]

    /// The column of one of `names`, from that of the service.
    static func column(_ name: String, of services: ColumnVector) -> ColumnVector {
        let label = name == stream ? StreamLabel.text : StreamLabel.id
        var codes = [UInt32](repeating: 0, count: services.count)
        var known: [String: UInt32] = [:]
        var (bytes, starts, ends): ([UInt8], [UInt32], [UInt32]) = ([], [], [])
        for row in 0..<services.count {
            let service = services.text(row) ?? ""
            if let code = known[service] {
                codes[row] = code
                continue
            }
            codes[row] = UInt32(starts.count)
            known[service] = codes[row]
            starts.append(UInt32(bytes.count))
            bytes += Array(label(service).utf8)
            ends.append(UInt32(bytes.count))
        }
        let dictionary = TextVector(bytes: bytes, starts: starts, ends: ends)
        return ColumnVector(
            values: .dictionary(codes: codes, dictionary: dictionary), kind: .string, validity: nil, count: services.count)
    }
}

extension FieldSelection {
    /// The names among `names` that are selected, and those of `StreamFields` that are selected by their whole names.
    func selectShown(from names: [String]) -> [String] {
        select(from: names + StreamFields.names.filter { isNamed($0) && !names.contains($0) })
    }
}
