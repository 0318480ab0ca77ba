import Dispatch
import Foundation

/// Calls a closure on every SIGHUP, as long as it lives.
final class ReloadSignal {
    private let source: any DispatchSourceSignal

    init(_ body: @escaping @Sendable () -> Void) {
        // Else the signal ends the process before the source sees it.
        signal(SIGHUP, SIG_IGN)
        source = DispatchSource.makeSignalSource(signal: SIGHUP, queue: .global())
        source.setEventHandler(handler: body)
        source.resume()
    }

    func cancel() { source.cancel() }
}
