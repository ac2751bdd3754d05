import Core
package import Platform
import Wire

/// Whoever hears what comes back from an upstream; called on the loop's thread, also from inside
/// calls to it.
package protocol UpstreamDelegate: AnyObject {
  func upstreamSent(_ bytes: [UInt8])
  /// FIN: nothing more comes.
  func upstreamFinished()
  func upstreamReset()
}

/// The upstream of one client's connection, made of libcurl transfers: takes the client's bytes and
/// gives those of the answers, as a socket to an HTTP/1.1 server would.
package final class ReoriginatedUpstream {
  private let origin: Reorigination
  /// Weak in spirit: the owner closes before it goes.
  private unowned let delegate: any UpstreamDelegate
  private var session: ReoriginationSession
  private var handle: CurlHandle?
  private var actions: [ReoriginationSession.Action] = []
  private var isPerforming = false
  private var isClosed = false

  package init(_ origin: Reorigination, delegate: any UpstreamDelegate) {
    self.origin = origin
    self.delegate = delegate
    session = ReoriginationSession(base: origin.options.base)
  }

  /// What it has been sent and has not looked at yet.
  package var backlogBytes: Int { session.unreadBytes }

  /// Whether the answer waits, because whoever gets it is slow.
  package var isPaused = false {
    didSet {
      guard isPaused != oldValue, !isClosed else { return }
      if isPaused {
        if let handle { origin.multi.pause(handle) }
      } else {
        if let handle { origin.multi.resume(handle) }
        perform([])
      }
    }
  }

  /// Bytes from the client.
  package func send(_ bytes: UnsafeRawBufferPointer) { perform(session.received(bytes)) }

  /// The client's FIN.
  package func finish() { perform(session.clientFinished()) }

  /// Ends what is under way at once, and says nothing more.
  package func close() {
    isClosed = true
    actions = []
    cancel()
  }

  private func cancel() {
    guard let handle else { return }
    origin.multi.cancel(handle)
    self.handle = nil
  }

  /// In order, and never one inside another: a transfer can be over before its beginning returns.
  private func perform(_ more: [ReoriginationSession.Action]) {
    guard !isClosed else { return }
    actions += more
    guard !isPerforming else { return }
    isPerforming = true
    while let action = actions.first {
      // A client that does not read its answers gets no further ones.
      if isPaused, case .begin = action { break }
      actions.removeFirst()
      switch action {
      case .send(let bytes): delegate.upstreamSent(bytes)
      case .begin(let request): begin(request)
      case .cancel: cancel()
      case .finish: delegate.upstreamFinished()
      case .reset: delegate.upstreamReset()
      }
    }
    isPerforming = false
  }

  private func begin(_ request: ForwardedRequest) {
    guard let made = CurlHandle(origin.transfer(request), delegate: self) else {
      preconditionFailure("libcurl cannot allocate a handle")
    }
    handle = made
    origin.multi.start(made)
  }
}

extension ReoriginatedUpstream: TransferDelegate {
  package func transferSends(localPort: UInt16) {}

  package func transferHead(_ line: UnsafeRawBufferPointer) {
    perform(session.head(line.bindMemory(to: UInt8.self).span))
  }

  package func transferBody(_ bytes: UnsafeRawBufferPointer, wake: UInt32) -> Bool {
    perform(session.body(bytes.bindMemory(to: UInt8.self).span))
    // A pause outlives the transfer for which it was asked.
    if isPaused, let handle { origin.multi.pause(handle) }
    return true
  }

  package func transferEnded(_ result: TransferResult) {
    handle = nil
    perform(session.ended(result.transport, detail: result.message))
  }
}
