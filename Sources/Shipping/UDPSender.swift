import NIOCore
import NIOPosix

/// Sends lines over UDP. What is lost on the way is lost.
final class UDPSender: Sender {
    private static let datagramsPerFlush = 64

    private let address: CollectorAddress
    private let remote: SocketAddress
    private let channel: any Channel
    private(set) var skippedLines = 0
    private(set) var skippedBytes = 0

    var acknowledgedLines: Int { 0 }
    var reconnects: Int { 0 }

    /// - Throws: `ShipError` when the name is not known or no socket can be made.
    init(_ address: CollectorAddress) async throws {
        self.address = address
        do {
            remote = try SocketAddress.makeAddressResolvingHost(address.host, port: address.port)
            let isIPv6 = remote.protocol == .inet6
            channel = try await DatagramBootstrap(group: MultiThreadedEventLoopGroup.singleton)
                .bind(host: isIPv6 ? "::" : "0.0.0.0", port: 0).get()
        } catch {
            throw ShipError(.collector, "cannot ship to \(address): \(error); check the address")
        }
    }

    func send(_ batch: LineBatch) async throws {
        let packed = DatagramPacker.pack(batch.bytes)
        skippedLines += packed.skippedLines
        skippedBytes += packed.skippedBytes
        var start = 0
        while start < packed.datagrams.count {
            let end = min(start + Self.datagramsPerFlush, packed.datagrams.count)
            try await write(packed.datagrams[start..<end])
            start = end
        }
    }

    private func write(_ datagrams: ArraySlice<ArraySlice<UInt8>>) async throws {
        let writes = datagrams.map { datagram in
            channel.write(AddressedEnvelope(remoteAddress: remote, data: ByteBuffer(bytes: datagram)))
        }
        channel.flush()
        do {
            for write in writes { try await write.get() }
        } catch {
            throw ShipError(.collector, "cannot ship to \(address): \(error); check the address")
        }
    }

    func finish() async throws { try? await channel.close() }

    func close() async { try? await channel.close() }
}
