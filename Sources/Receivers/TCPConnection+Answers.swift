import NIOCore

extension TCPConnection {
    /// The longest reason written to a peer, in bytes.
    private static let reasonBytesMax = 500

    /// Writes what can be answered by now: an acknowledgement, or a refusal, which ends the connection.
    func answer() {
        let (hasGrown, refusal) = ledger.settle()
        guard let context, state != .closing else { return }
        if hasGrown { write("ack \(ledger.acknowledgedLines)\n", context) }
        guard let refusal else { return }
        write("refused \(ledger.acknowledgedLines + 1) \(Self.oneLine(refusal.description))\n", context)
        close()
    }

    private func write(_ text: String, _ context: ChannelHandlerContext) {
        context.writeAndFlush(wrapOutboundOut(context.channel.allocator.buffer(string: text)), promise: nil)
    }

    private static func oneLine(_ text: String) -> String {
        let line = text.utf8.prefix(reasonBytesMax).map { $0 < 0x20 ? UInt8(ascii: " ") : $0 }
        return String(decoding: line, as: UTF8.self)
    }

    /// Closes once the peer has had the chance to read the answers: closing a socket with unread input makes the
    /// system reset the connection, and drop what the peer has not read yet.
    func close() {
        guard let context, state != .closing else { return }
        state = .closing
        updateReading()
        guard wantsAcks, !isPeerAtEnd else { return closeWhenWritten(context, mode: .all) }
        closeWhenWritten(context, mode: .output)
    }

    private func closeWhenWritten(_ context: ChannelHandlerContext, mode: CloseMode) {
        let channel = context.channel
        let timeout = context.eventLoop.scheduleTask(in: shared.limits.linger) { channel.close(promise: nil) }
        channel.closeFuture.whenComplete { _ in timeout.cancel() }
        // Writes are done in order, so an empty one is done when all before it are.
        context.writeAndFlush(wrapOutboundOut(channel.allocator.buffer(capacity: 0))).whenComplete { _ in
            channel.close(mode: mode, promise: nil)
        }
    }
}
