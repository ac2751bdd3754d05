import Core
import Platform
import Wire

/// One connection of the scripted provider: carries out what its session decides.
final class ProviderConnection: ReadinessTarget, TimerTarget {
  private let descriptor: Int32
  private var session: any AnsweringSession
  private unowned let provider: ScriptedProvider
  /// Sends that the kernel has not taken whole, oldest first, and how much of the first is gone.
  private var backlog: [(bytes: [UInt8], id: Int)] = []
  private var backlogBytes = 0
  private var sentOfFirst = 0
  /// Whether something had to wait for the peer during the answer under way.
  private var wasBlocked = false
  private var wantsWrite = false
  private var armed: (id: UInt64, due: Instant)?
  private var ending = Ending.open
  private var endTimer: UInt64 = 0
  private var endBy = Instant(nanoseconds: 0)

  private enum Ending {
    case open
    /// FIN or RST once the backlog is out.
    case closing, resetting
    /// FIN is out; what the peer still sends is read so that it gets no RST.
    case lingering
    case closed
  }

  init(_ descriptor: Int32, session: any AnsweringSession, provider: ScriptedProvider) {
    self.descriptor = descriptor
    self.session = session
    self.provider = provider
  }

  var isAnswering: Bool { (ending == .open || ending == .resetting) && !session.isIdle }

  var openNonce: Nonce? { session.openNonce }

  func abandon() { perform(session.abandon(at: provider.loop.clock.now())) }

  func close() {
    guard ending != .closed else { return }
    ending = .closed
    provider.loop.remove(descriptor)
    Socket.close(descriptor)
  }

  func descriptorReady(_ descriptor: Int32, _ readiness: Readiness) {
    if readiness.contains(.write) { flush() }
    if ending != .closed, readiness != .write { receive() }
    rearm()
  }

  func timerFired(_ id: UInt64, now: Instant) {
    guard ending != .closed else { return }
    if id == armed?.id {
      armed = nil
      if backlogBytes < Limits.writeBacklogBytes { perform(session.due(at: now)) }
      rearm()
    } else if id == endTimer {
      finishEnding(now)
    }
  }

  // MARK: Reading

  private func receive() {
    // A few reads a turn, so that one busy peer cannot hold up the others.
    for _ in 0..<4 where ending != .closed {
      let outcome = Socket.receive(descriptor, provider.buffer)
      let now = provider.loop.clock.now()
      switch outcome {
      case .bytes(let count):
        guard ending == .open else { continue }
        perform(session.received(provider.buffer[0..<count], at: now))
      case .wouldBlock: return
      case .closed, .failed: return peerIsGone(reset: outcome.isReset, at: now)
      }
    }
  }

  private func peerIsGone(reset: Bool, at now: Instant) {
    perform(session.peerClosed(at: now, reset: reset))
    gone()
  }

  private func gone() {
    close()
    provider.closed(descriptor)
  }

  // MARK: Writing

  private func perform(_ actions: [ProviderSession.Action]) {
    for action in actions {
      switch action {
      case .send(let bytes, let id): send(bytes, id)
      case .finished(var exchange):
        exchange.blocked = wasBlocked
        wasBlocked = false
        provider.record(exchange)
      case .closeAfterFlush: if ending == .open { ending = .closing }
      case .resetAfterFlush: if ending == .open { ending = .resetting }
      }
    }
    if backlog.isEmpty { beginEnding() }
  }

  /// The usual case takes one call and keeps nothing: the instant is taken right before it.
  private func send(_ bytes: [UInt8], _ id: Int) {
    guard ending != .closed else { return }
    guard backlog.isEmpty else {
      backlog.append((bytes, id))
      backlogBytes += bytes.count
      return
    }
    let now = provider.loop.clock.now()
    let outcome = bytes.withUnsafeBytes { Socket.send(descriptor, $0) }
    if outcome == .bytes(bytes.count) {
      perform(session.written(id, at: now))
    } else if case .bytes(let count) = outcome {
      wait(for: bytes, id, sent: count)
    } else if outcome == .wouldBlock {
      wait(for: bytes, id, sent: 0)
    } else {
      // The peer is gone; reading says how, on this very turn.
      return
    }
  }

  private func wait(for bytes: [UInt8], _ id: Int, sent: Int) {
    backlog.append((bytes, id))
    backlogBytes += bytes.count - sent
    sentOfFirst = sent
    wasBlocked = true
    watchWrites(true)
  }

  private func flush() {
    var taken = 0
    while taken < backlog.count {
      let (bytes, id) = backlog[taken]
      let now = provider.loop.clock.now()
      let outcome = bytes.withUnsafeBytes {
        Socket.send(descriptor, UnsafeRawBufferPointer(rebasing: $0[sentOfFirst...]))
      }
      guard case .bytes(let count) = outcome else { break }
      backlogBytes -= count
      sentOfFirst += count
      guard sentOfFirst == bytes.count else { break }
      sentOfFirst = 0
      taken += 1
      perform(session.written(id, at: now))
    }
    backlog.removeFirst(min(taken, backlog.count))
    guard backlog.isEmpty, ending != .closed else { return }
    watchWrites(false)
    beginEnding()
  }

  private func watchWrites(_ wanted: Bool) {
    guard wanted != wantsWrite, ending != .closed else { return }
    wantsWrite = wanted
    try? provider.loop.modify(
      descriptor, wanted ? [.read, .write, .peerClosed] : [.read, .peerClosed])
  }

  private func rearm() {
    guard ending == .open, backlogBytes < Limits.writeBacklogBytes, let due = session.nextDue,
      due != armed?.due
    else { return }
    armed = (provider.loop.schedule(self, at: due), due)
  }

  // MARK: Ending

  /// How long an end may take: for the peer to acknowledge, or to close its side.
  private static let patience = Nanoseconds.seconds(1)

  private func beginEnding() {
    switch ending {
    case .closing:
      Socket.shutdownWrite(descriptor)
      ending = .lingering
      armEnd(after: Self.patience)
    case .resetting where endTimer == 0:
      endBy = provider.loop.clock.now() + Self.patience
      finishEnding(provider.loop.clock.now())
    case .open, .resetting, .lingering, .closed: return
    }
  }

  /// A reset throws away what the peer has not got yet, so it waits until all is acknowledged.
  private func finishEnding(_ now: Instant) {
    if ending == .resetting {
      if Socket.unacknowledged(descriptor) > 0, now < endBy {
        return armEnd(after: .microseconds(100))
      }
      Socket.resetOnClose(descriptor)
    }
    gone()
  }

  private func armEnd(after delay: Nanoseconds) {
    endTimer = provider.loop.schedule(self, at: provider.loop.clock.now() + delay)
  }
}
