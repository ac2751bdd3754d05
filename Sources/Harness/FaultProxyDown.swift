import Core
import Platform
import Wire

/// The times at which a proxy is away, as its `down` rules say.
struct DownTimes {
  private var plans: [Int: DownPlan] = [:]

  /// A rule has come, or was given other settings.
  mutating func take(_ rule: FaultRule, id: Int, at now: Instant) {
    guard rule.name == DownFault.spec.name else { return }
    plans[id] = DownPlan(rule, start: now)
  }

  mutating func withdraw(id: Int) { plans[id] = nil }

  /// The rules for which it is down now.
  func rules(at now: Instant) -> [Int] {
    plans.filter { $0.value.isDown(at: now) }.keys.sorted()
  }

  func nextChange(after now: Instant) -> Instant? {
    plans.values.compactMap { $0.nextChange(after: now)?.at }.min()
  }
}

extension FaultProxy {
  /// Whether a client can connect: not while a `down` rule takes it away.
  package var isListening: Bool { !isDown }

  /// Goes, comes back or stays, as the time says, and looks again when that changes.
  func followDownTimes(at now: Instant) {
    let rules = downTimes.rules(at: now)
    if rules.isEmpty, isDown {
      comeBack(now)
    } else if let rule = rules.first, !isDown {
      isDown = true
      loop.remove(listener.descriptor)
      listener.release()
      for connection in Array(connections.values) {
        connection.change(now) { $0.strike(id: rule, at: $1) }
      }
    }
    if let next = downTimes.nextChange(after: now) { downTimer = loop.schedule(self, at: next) }
  }

  /// The address may be taken by somebody else: then it is tried again until it is free.
  private func comeBack(_ now: Instant) {
    do {
      try listener.listenAgain()
      try loop.add(listener.descriptor, .read, self)
      isDown = false
    } catch {
      options.note("\(endpoint): \(error); trying again")
      downTimer = loop.schedule(self, at: now + .seconds(1))
    }
  }
}
