import NIOCore
import SystemIO

/// One TCP connection: bytes in, frames of whole lines out to the sink, answers back.
///
/// Everything here runs on the connection's event loop; completions come back to it.
final class TCPConnection: ChannelDuplexHandler {
    typealias InboundIn = ByteBuffer
    typealias InboundOut = ByteBuffer
    typealias OutboundIn = ByteBuffer
    typealias OutboundOut = ByteBuffer

    /// The outbound event that ends a connection from this side: what was read is handed on and answered.
    struct Stop: Sendable {}

    enum State {
        case reading
        /// No more input; closes when all frames are answered.
        case ending
        /// All is answered; waits until the peer has read it.
        case closing
    }

    let shared: TCPShared
    private let eventLoop: any EventLoop
    var context: ChannelHandlerContext?
    /// nil until it is known whether there is one.
    private var greeting: Greeting?
    private var source = FrameSource()
    /// Whether the last frame left it open whether its last record goes on.
    private var isLastFrameOpen = false
    var state = State.reading
    /// Whether the peer sends no more.
    var isPeerAtEnd = false
    var ledger = AckLedger()
    private var assembler: LineAssembler
    private var countedCuts = 0
    private var framesInFlight = 0
    private var bytesInFlight = 0
    private var framesToRetry = 0
    private var retryDelay: RetryDelay
    private var isPaused = false
    private var isReadWanted = false
    private var waitsForRoom = false

    init(_ shared: TCPShared, _ eventLoop: any EventLoop) {
        self.shared = shared
        self.eventLoop = eventLoop
        assembler = LineAssembler(lineBytesMax: shared.limits.lineBytesMax)
        retryDelay = RetryDelay(shared.limits)
    }

    func handlerAdded(context: ChannelHandlerContext) { self.context = context }

    func handlerRemoved(context: ChannelHandlerContext) { self.context = nil }

    // MARK: Input

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        guard state == .reading else { return }
        assembler.append(unwrapInboundIn(data).readableBytesView)
        if assembler.count >= shared.limits.frameBytes { submitLines() }
    }

    func channelReadComplete(context: ChannelHandlerContext) {
        if state == .reading { submitLines() }
        context.fireChannelReadComplete()
    }

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        guard case .some(.inputClosed) = event as? ChannelEvent else {
            return context.fireUserInboundEventTriggered(event)
        }
        isPeerAtEnd = true
        end(keepingRest: true)
        if state == .closing { context.close(promise: nil) }
    }

    func triggerUserOutboundEvent(context: ChannelHandlerContext, event: Any, promise: EventLoopPromise<Void>?) {
        guard event is Stop else { return context.triggerUserOutboundEvent(event, promise: promise) }
        // Who waits for acknowledgements sends an unfinished line again; from others its head is better than nothing.
        end(keepingRest: !wantsAcks)
        promise?.succeed()
    }

    func channelInactive(context: ChannelHandlerContext) {
        isPeerAtEnd = true
        end(keepingRest: !wantsAcks)
        self.context = nil
        context.fireChannelInactive()
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) { context.close(promise: nil) }

    private func end(keepingRest: Bool) {
        guard state == .reading else { return }
        submitLines()
        if keepingRest, let rest = assembler.takeRest() {
            submit(rest, isFinal: true)
        } else if isLastFrameOpen {
            // Tells the parser that nothing follows, so that a record it holds back need not wait.
            submit([], isFinal: true)
        }
        state = .ending
        closeIfAnswered()
    }

    private func submitLines() {
        guard isGreetingKnown() else { return }
        if let lines = assembler.takeLines() { submit(lines, isFinal: false) }
        if assembler.cutLines > countedCuts {
            shared.metrics.linesCut.add(assembler.cutLines - countedCuts)
            countedCuts = assembler.cutLines
        }
    }

    private func isGreetingKnown() -> Bool {
        guard greeting == nil else { return true }
        switch assembler.dropFirstLine(startingWith: Greeting.prefix, bytesMax: Greeting.bytesMax) {
        case .undecided: return false
        case .other: greeting = Greeting()
        case .dropped(let words):
            let said = Greeting(words: words)
            greeting = said
            source.parser = said.parser
            source.name = said.source
        }
        return true
    }

    /// Whether the sender waits for acknowledgements.
    var wantsAcks: Bool { greeting?.wantsAcks ?? false }

    // MARK: Frames

    private func submit(_ bytes: [UInt8], isFinal: Bool) {
        isLastFrameOpen = !isFinal
        let frame = Frame(
            bytes: bytes, needsAck: wantsAcks, receivedAt: shared.clock.now(), transport: .tcp, source: source,
            isFinal: isFinal)
        shared.metrics.tcp.count(frame)
        shared.budget.take(bytes.count)
        framesInFlight += 1
        bytesInFlight += bytes.count
        handOn(frame, number: frame.needsAck ? ledger.add(lines: frame.lineCount) : 0)
        updateReading()
    }

    private func handOn(_ frame: Frame, number: Int) {
        let connection = NIOLoopBound(self, eventLoop: eventLoop)
        let eventLoop = eventLoop
        shared.sink.submit(frame) { outcome in
            eventLoop.execute { connection.value.settle(frame, number, outcome) }
        }
    }

    private func settle(_ frame: Frame, _ number: Int, _ outcome: FrameOutcome) {
        switch outcome {
        case .accepted:
            retryDelay.reset()
            if frame.needsAck { ledger.accept(number) }
        case .refused(.storageFailed) where !frame.needsAck && !shared.isStopped:
            return retryLater(frame)
        case .refused(let reason):
            shared.metrics.tcp.framesRefused.add(1)
            if frame.needsAck { ledger.refuse(number, reason) }
        }
        finish(frame)
    }

    private func finish(_ frame: Frame) {
        framesInFlight -= 1
        bytesInFlight -= frame.bytes.count
        if frame.needsAck { answer() }
        shared.budget.release(frame.bytes.count)
        updateReading()
        closeIfAnswered()
    }

    /// A sender without acknowledgements cannot send again, so its frame stays here until it is stored.
    private func retryLater(_ frame: Frame) {
        framesToRetry += 1
        updateReading()
        eventLoop.assumeIsolated().scheduleTask(in: retryDelay.next()) {
            self.framesToRetry -= 1
            self.shared.metrics.tcp.retries.add(1)
            self.handOn(frame, number: 0)
        }
    }

    private func closeIfAnswered() {
        guard state == .ending, framesInFlight == 0 else { return }
        close()
    }

    // MARK: Backpressure

    func read(context: ChannelHandlerContext) {
        if isPaused {
            isReadWanted = true
        } else {
            context.read()
        }
    }

    func channelWritabilityChanged(context: ChannelHandlerContext) {
        updateReading()
        context.fireChannelWritabilityChanged()
    }

    /// Stops reading when too much is in flight here or in all, when a frame waits for its next attempt, or when the
    /// peer does not read its answers; and goes on when that is over.
    func updateReading() {
        let bytesMax = isPaused ? shared.limits.connectionBytesMax / 2 : shared.limits.connectionBytesMax
        let isBlocked =
            state == .reading
            && (bytesInFlight >= max(1, bytesMax) || framesToRetry > 0 || context?.channel.isWritable == false
                || !hasRoom())
        guard isBlocked != isPaused else { return }
        isPaused = isBlocked
        if isPaused {
            shared.metrics.readPauses.add(1)
        } else if isReadWanted {
            isReadWanted = false
            context?.read()
        }
    }

    private func hasRoom() -> Bool {
        guard !waitsForRoom else { return false }
        let connection = NIOLoopBound(self, eventLoop: eventLoop)
        let eventLoop = eventLoop
        let hasRoom = shared.budget.hasRoom {
            eventLoop.execute {
                connection.value.waitsForRoom = false
                connection.value.updateReading()
            }
        }
        waitsForRoom = !hasRoom
        return hasRoom
    }
}
