import Core
import Platform
import Wire

/// Whoever owns an upstream; called on the loop's thread, never from inside a call to the upstream.
protocol UpstreamDelegate: AnyObject {
  /// There is something to receive.
  func upstreamHasArrived()
}

/// The upstream of one client's connection, made of libcurl transfers: takes the client's bytes and
/// gives those of the answers, as a socket to an HTTP/1.1 server would.
///
/// What is not received is kept up to `Limits.proxyBacklogBytes`; then the transfer pauses.
final class ReoriginatedUpstream {
  private let origin: Reorigination
  /// Weak in spirit: the owner closes before it goes.
  private unowned let delegate: any UpstreamDelegate
  private var session: ReoriginationSession
  private var handle: CurlHandle?
  private var actions: [ReoriginationSession.Action] = []
  private var isPerforming = false
  private var isClosed = false
  /// The owner is calling, and will look by itself.
  private var isCalled = false

  /// Of the answers, what was not received yet, and what comes after it.
  private var arrived = ByteBacklog()
  private var end: Socket.Outcome?
  private var isPaused = false

  init(_ origin: Reorigination, delegate: any UpstreamDelegate) {
    self.origin = origin
    self.delegate = delegate
    session = ReoriginationSession(base: origin.base, dialect: origin.dialect)
  }

  /// What it has been sent and has not looked at yet.
  var backlogBytes: Int { session.unreadBytes }
  /// Whether `receive` gives something.
  var hasArrived: Bool { !arrived.isEmpty || end != nil }

  /// Bytes from the client.
  func send(_ bytes: UnsafeRawBufferPointer) { called { perform(session.received(bytes)) } }

  /// The client's FIN.
  func finish() { called { perform(session.clientFinished()) } }

  /// The next bytes of the answers, or how they ended.
  func receive(_ room: UnsafeMutableRawBufferPointer) -> Socket.Outcome {
    guard !arrived.isEmpty else { return end ?? .wouldBlock }
    let count = arrived.withFirst { bytes in
      let count = min(bytes.count, room.count)
      room.copyMemory(from: UnsafeRawBufferPointer(rebasing: bytes[..<count]))
      return count
    }
    arrived.drop(count)
    if isPaused, arrived.isEmpty { called { resume() } }
    return .bytes(count)
  }

  /// Ends what is under way at once, and says nothing more.
  func close() {
    isClosed = true
    actions = []
    arrived = ByteBacklog()
    end = nil
    cancel()
  }

  private func called(_ body: () -> Void) {
    let wasCalled = isCalled
    isCalled = true
    body()
    isCalled = wasCalled
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
      case .send(let bytes): bytes.withUnsafeBytes(keep)
      case .begin(let request): begin(request)
      case .cancel: cancel()
      case .finish: end = .closed
      case .reset: end = .reset
      }
    }
    isPerforming = false
  }

  private func keep(_ bytes: UnsafeRawBufferPointer) {
    arrived.append(bytes)
    guard arrived.count > Limits.proxyBacklogBytes else { return }
    isPaused = true
    if let handle { origin.multi.pause(handle) }
  }

  private func resume() {
    isPaused = false
    if let handle { origin.multi.resume(handle) }
    perform([])
  }

  private func begin(_ request: ForwardedRequest) {
    guard let made = CurlHandle(origin.transfer(request), delegate: self) else {
      preconditionFailure("libcurl cannot allocate a handle")
    }
    handle = made
    origin.multi.start(made)
  }

  /// The last thing that a call of libcurl's does: the owner may close, and go.
  private func announce() {
    if !isCalled, !isClosed, hasArrived { delegate.upstreamHasArrived() }
  }
}

extension ReoriginatedUpstream: TransferDelegate {
  func transferSends(localPort: UInt16) {}

  func transferHead(_ line: UnsafeRawBufferPointer) {
    perform(session.head(line.bindMemory(to: UInt8.self).span))
    announce()
  }

  func transferBody(_ bytes: UnsafeRawBufferPointer, wake: UInt32) -> Bool {
    perform(session.body(bytes.bindMemory(to: UInt8.self).span))
    announce()
    return true
  }

  func transferEnded(_ result: TransferResult) {
    handle = nil
    if result.isUnreachable { origin.counters.refused() }
    perform(session.ended(result.transport, detail: result.message))
    announce()
  }
}
