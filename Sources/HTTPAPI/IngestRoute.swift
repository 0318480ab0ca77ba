import Collector
import Hummingbird
import NIOCore
import Receivers
import Records
import ServiceLifecycle
import Synchronization
import SystemIO

/// `POST /ingest`: hands the body on in frames of whole lines as it comes, and answers when all are on disk. A line that
/// is too long is cut, as over TCP. `parser` and `source` in the URL say what over TCP the greeting does.
struct IngestRoute: Sendable {
    let collector: Collector

    /// Bytes gathered before they are handed on.
    private static let frameBytes = 1 << 20

    /// Takes no more lines once the collector is to end: the client learns how many were stored, and can send the rest
    /// to the next one.
    @Sendable
    func respond(to request: Request, context: BasicRequestContext) async throws -> Response {
        let source: FrameSource
        do {
            let parameters = try Parameters(ofURL: request)
            if let name = parameters["parser"], !collector.hasParser(name) {
                throw ParameterError("there is no parser '\(name)'")
            }
            source = FrameSource(parser: parameters["parser"], name: parameters["source"])
        } catch let error as ParameterError {
            return .text(error.description + "\n", status: .badRequest)
        }
        return try await cancelWhenGracefulShutdown { try await take(request.body, source) }
    }

    private func take(_ body: RequestBody, _ source: FrameSource) async throws -> Response {
        var frames = BodyFrames(collector: collector, source: source)
        var assembler = LineAssembler(lineBytesMax: Limits.lineBytesMax)
        do {
            for try await buffer in body {
                assembler.append(buffer.readableBytesView)
                guard assembler.count >= Self.frameBytes, let frame = assembler.takeLines() else { continue }
                if let reason = await frames.submit(frame) { return refusal(reason, frames) }
            }
        } catch is CancellationError {
            _ = await frames.finish([])
            return .text(
                "the collector is shutting down; \(frames.storedLines) lines before were stored\n",
                status: .serviceUnavailable)
        }
        if let reason = await frames.finish(assembler.takeRest() ?? []) { return refusal(reason, frames) }
        return .text("{\"lines\":\(frames.storedLines)}\n", contentType: "application/json")
    }

    private func refusal(_ reason: RefusalReason, _ frames: BodyFrames) -> Response {
        .text("cannot store: \(reason); \(frames.storedLines) lines before were stored\n", status: .init(code: 507))
    }
}

/// The frames of one body on their way to the store. One stays unanswered behind the one that is read, since its last
/// record may go on there.
private struct BodyFrames {
    private struct InFlight {
        let lines: Int
        let outcome: OutcomePromise
    }

    let collector: Collector
    let source: FrameSource
    private(set) var storedLines = 0
    private var inFlight: InFlight?

    init(collector: Collector, source: FrameSource) {
        self.collector = collector
        self.source = source
    }

    /// Hands on a frame, and waits until the one before is stored; why it is not, if it is not.
    mutating func submit(_ bytes: [UInt8]) async -> RefusalReason? {
        let before = inFlight
        inFlight = handOn(bytes, isFinal: false)
        return await wait(for: before)
    }

    /// Hands on the last frame, and waits until all are stored.
    mutating func finish(_ bytes: [UInt8]) async -> RefusalReason? {
        guard inFlight != nil || !bytes.isEmpty else { return nil }
        let before = inFlight
        inFlight = nil
        let last = handOn(bytes, isFinal: true)
        if let reason = await wait(for: before) { return reason }
        return await wait(for: last)
    }

    private func handOn(_ bytes: [UInt8], isFinal: Bool) -> InFlight {
        let frame = Frame(
            bytes: bytes, needsAck: true, receivedAt: collector.clock.now(), transport: .http, source: source,
            isFinal: isFinal)
        let outcome = OutcomePromise()
        collector.sink.submit(frame) { outcome.fulfil($0) }
        return InFlight(lines: frame.lineCount, outcome: outcome)
    }

    private mutating func wait(for frame: InFlight?) async -> RefusalReason? {
        guard let frame else { return nil }
        switch await frame.outcome.value {
        case .accepted:
            storedLines += frame.lines
            return nil
        case .refused(let reason): return reason
        }
    }
}

/// What becomes of a frame, known once. Waiting for it is not ended by cancellation: what is stored is stored.
private final class OutcomePromise: Sendable {
    private enum State {
        case open
        case awaited(CheckedContinuation<FrameOutcome, Never>)
        case fulfilled(FrameOutcome)
    }

    private let state = Mutex(State.open)

    func fulfil(_ outcome: FrameOutcome) {
        let waiter = state.withLock { state -> CheckedContinuation<FrameOutcome, Never>? in
            defer { state = .fulfilled(outcome) }
            if case .awaited(let waiter) = state { return waiter }
            return nil
        }
        waiter?.resume(returning: outcome)
    }

    /// To be asked once.
    var value: FrameOutcome {
        get async {
            await withCheckedContinuation { continuation in
                let known = state.withLock { state -> FrameOutcome? in
                    if case .fulfilled(let outcome) = state { return outcome }
                    state = .awaited(continuation)
                    return nil
                }
                if let known { continuation.resume(returning: known) }
            }
        }
    }
}
