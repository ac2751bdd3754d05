import Core
import Platform
import Wire

extension ProxyConnection {
  enum Cut: Hashable { case close, reset }

  /// A cut that waits until what was sent has been delivered.
  struct Ending {
    let cut: Cut
    /// Bytes that were still under way at the last look, and until when one of them must arrive.
    var undelivered = Int.max
    var deadline: Instant
    /// Looks since then: a thread that was not run for a second has not waited for anybody.
    var looks = 0
    var timer: UInt64?
  }

  /// How long the cut waits for a peer that acknowledges nothing.
  private static let patience = Nanoseconds.seconds(1)
  /// How often it looks: the kernel gives no notice when a send queue has run empty.
  private static let interval = Nanoseconds.microseconds(250)
  private static let leastLooks = 100

  /// Cuts both sides, injected or passed on. RST goes out when the kernels of both peers have
  /// acknowledged everything, because it would overtake what they have not; FIN goes out right
  /// behind the last byte.
  func end(_ cut: Cut) {
    guard state != .ending, state != .over else { return }
    state = .ending
    let now = proxy.loop.clock.now()
    for (side, direction) in [(client, FaultDirection.upstream), (upstream, .downstream)]
    where side.isOpen && !side.hasEnded {
      proxy.options.observer?.ended(ordinal, direction, how: .cut, at: now)
    }
    // There is nothing on its way to the upstream that a cancelled request would need.
    if upstream.hasTransfers { upstream.close() }
    ending = Ending(cut: cut, deadline: now + Self.patience)
    advanceEnding(now)
  }

  func advanceEnding(_ now: Instant) {
    guard state == .ending, let cut = ending?.cut else { return }
    var undelivered = 0
    for side in [client, upstream] where side.isOpen && !side.isBroken {
      if cut == .close { side.finish() }
      undelivered += side.unacknowledged
    }
    if cut == .close, client.isFinished || !client.isOpen { recordStrike(now) }
    if undelivered < ending?.undelivered ?? 0 {
      ending?.undelivered = undelivered
      ending?.deadline = now + Self.patience
      ending?.looks = 0
    }
    guard undelivered > 0, let wait = ending,
      now < wait.deadline || wait.looks < Self.leastLooks
    else { return finishEnding(cut, now) }
    ending?.looks += 1
    ending?.timer = proxy.loop.schedule(self, at: now + Self.interval)
  }

  private func finishEnding(_ cut: Cut, _ now: Instant) {
    switch cut {
    case .close:
      client.closeGently(proxy.buffer)
      upstream.closeGently(proxy.buffer)
    case .reset:
      client.reset()
      upstream.reset()
    }
    recordStrike(now)
    over()
  }
}
