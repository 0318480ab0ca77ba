import Records

/// What fields are called by VictoriaLogs.
enum LogsQLNames {
    static let stream = "_stream"
    static let streamID = "_stream_id"

    static func written(_ stored: String) -> String {
        switch stored {
        case FieldNames.time: "_time"
        case FieldNames.message: "_msg"
        default: stored
        }
    }
}

extension Record {
    /// One line of JSON as VictoriaLogs answers: texts only, fields without a value left out. Nothing for a record without fields.
    ///
    /// - Parameter hasStream: whether `_stream` and `_stream_id` belong to it.
    func appendLogsQL(hasStream: Bool, to bytes: inout [UInt8]) {
        var written = fields.map { (LogsQLNames.written($0.name), $0.value.text) }
        if hasStream, time != nil {
            let service = text(FieldNames.service) ?? ""
            let names = Set(written.map(\.0))
            let streams = [
                (LogsQLNames.streamID, StreamLabel.id(service: service)), (LogsQLNames.stream, StreamLabel.text(service: service)),
            ]
            written.insert(contentsOf: streams.filter { !names.contains($0.0) }, at: min(1, written.count))
        }
        written.removeAll { $0.1.isEmpty }
        guard !written.isEmpty else { return }
        bytes.append(UInt8(ascii: "{"))
        for (index, (name, text)) in written.enumerated() {
            if index > 0 { bytes.append(UInt8(ascii: ",")) }
            JSONText.appendString(name, to: &bytes)
            bytes.append(UInt8(ascii: ":"))
            JSONText.appendString(text, to: &bytes)
        }
        bytes += Array("}\n".utf8)
    }
}
