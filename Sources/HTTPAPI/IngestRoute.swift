import Collector
import Hummingbird
import NIOCore
import Receivers
import Records
import ServiceLifecycle
import SystemIO

/// `POST /ingest`: hands the body on in frames of whole lines as it comes, and answers when all are on disk. A line that
/// is too long is cut, as over TCP.
struct IngestRoute: Sendable {
    let collector: Collector

    /// Bytes gathered before they are handed on.
    private static let frameBytes = 1 << 20

    /// Takes no more lines once the collector is to end: the client learns how many were stored, and can send the rest
    /// to the next one.
    @Sendable
    func respond(to request: Request, context: BasicRequestContext) async throws -> Response {
        try await cancelWhenGracefulShutdown { try await take(request.body) }
    }

    private func take(_ body: RequestBody) async throws -> Response {
        var lines = 0
        var assembler = LineAssembler(lineBytesMax: Limits.lineBytesMax)
        do {
            for try await buffer in body {
                assembler.append(buffer.readableBytesView)
                guard assembler.count >= Self.frameBytes, let frame = assembler.takeLines() else { continue }
                if let refusal = await submit(frame, &lines) { return refusal }
            }
        } catch is CancellationError {
            return .text(
                "the collector is shutting down; \(lines) lines before were stored\n", status: .serviceUnavailable)
        }
        if let rest = assembler.takeRest(), let refusal = await submit(rest, &lines) { return refusal }
        return .text("{\"lines\":\(lines)}\n", contentType: "application/json")
    }

    /// Waits until the frame is stored; the answer to give where it is refused.
    private func submit(_ bytes: [UInt8], _ lines: inout Int) async -> Response? {
        let frame = Frame(bytes: bytes, needsAck: true, receivedAt: collector.clock.now(), transport: .http)
        let outcome = await withCheckedContinuation { continuation in
            collector.sink.submit(frame) { continuation.resume(returning: $0) }
        }
        switch outcome {
        case .accepted:
            lines += frame.lineCount
            return nil
        case .refused(let reason):
            return .text(
                "cannot store: \(reason); \(lines) lines before were stored\n", status: .init(code: 507))
        }
    }
}
