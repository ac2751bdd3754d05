import Core
import Platform
import Wire

/// The short way, which most bytes take: one read, one write, and counting. Nothing is decided on
/// it, so that nothing has to be settled behind it.
extension ProxyConnection {
  /// Hands on what has come as it is, where neither a fault, an observer nor a slow receiver stands
  /// in between; false, and nothing is read, where one may.
  func passOn(
    _ direction: FaultDirection, from side: ProxyConnectionSide, to receiver: ProxyConnectionSide
  ) -> Bool {
    guard case .open = state, !isObserved, side.isConnected, !side.hasEnded, receiver.takesAtOnce,
      !hasPipeline || standing[direction].isClear
    else { return false }
    let outcome = side.receive(buffer)
    guard case .bytes(let count) = outcome, passes(direction, count) else {
      take(outcome, in: buffer, from: side, at: proxy.loop.clock.now())
      if state != .over { settle() }
      return true
    }
    let flow =
      switch direction {
      case .upstream: flows.upstream
      case .downstream: flows.downstream
      }
    flow.received(count)
    flow.sent(count)
    receiver.send(UnsafeRawBufferPointer(rebasing: buffer[..<count]))
    if side.isStale || !receiver.takesAtOnce { settle() }
    return true
  }

  /// Whether the first bytes of the buffer pass as they are.
  private func passes(_ direction: FaultDirection, _ count: Int) -> Bool {
    guard hasPipeline else { return true }
    let bytes = UnsafeRawBufferPointer(rebasing: buffer[..<count]).assumingMemoryBound(
      to: UInt8.self)
    guard let events = pipeline?.pass(bytes.span, direction) else { return false }
    add(events: events)
    return true
  }
}
