extension Pipe {
    /// `trace`. VictoriaLogs has no such pipe, so its queries may start with the word.
    static let traceForm = Form(names: ["trace"], isReserved: false) { (_) throws(QueryError) in .trace }
}
