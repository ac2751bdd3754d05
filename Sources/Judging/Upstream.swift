import Core
import Wire

/// One try at the provider, and how it ended as the relay saw it.
struct Upstream {
  let exchange: ProviderExchange
  let end: End

  enum End {
    /// The whole answer reached the relay.
    case complete
    /// An error status instead of an answer.
    case failed
    /// The answer broke off.
    case cut(Cut)
    /// Silence for ever, since then.
    case stalled(Instant)
    /// The relay hung up first, or the run was over.
    case abandoned
  }

  struct Cut {
    var at: Instant
    /// The framing ended cleanly, so only the missing marker shows that something is missing.
    var clean: Bool
    /// The writes that were let through to the relay.
    var passed: [WriteMark]
  }

  /// All tries of an observation; faults on leg B belong to the try they struck.
  static func tries(_ observation: Observation, script: ProviderScript) -> [Upstream] {
    let raw = rawKinds(script, dialect: observation.dialect)
    return observation.provider.indices.map { index in
      let exchange = observation.provider[index]
      let next = index + 1 < observation.provider.count ? observation.provider[index + 1] : nil
      let faults = observation.faults.filter { fault in
        fault.leg == .b && (index == 0 || fault.at >= exchange.receivedAt)
          && next.map { fault.at < $0.receivedAt } ?? true
      }
      return Upstream(
        exchange: exchange,
        end: end(of: exchange, faults: faults, script: script, raw: raw))
    }
  }

  private static func end(
    of exchange: ProviderExchange, faults: [FaultRecord], script: ProviderScript, raw: Seen
  ) -> End {
    if let fault = faults.first(where: { $0.effect == .cuts }) {
      let passed = passed(exchange.writes, by: fault)
      guard !hasTerminator(passed, raw: raw) else { return .complete }
      return .cut(Cut(at: fault.at, clean: false, passed: passed))
    }
    if let fault = faults.first(where: { $0.effect == .silences }) { return .stalled(fault.at) }
    if exchange.status != 0 && !(200..<300).contains(exchange.status) { return .failed }
    let writes = exchange.writes
    if let error = writes.first(where: { $0.kind == .errorEvent }) {
      return .cut(Cut(at: error.instant, clean: false, passed: writes))
    }
    if hasTerminator(writes, raw: raw) { return .complete }
    switch exchange.end {
    case .finished:
      // A finish reason without the marker is a habit of many servers, not a cut (FLT-006).
      let finished = raw.finish || writes.contains { $0.kind == .finish }
      return finished
        ? .complete : .cut(Cut(at: exchange.endedAt, clean: true, passed: writes))
    case .closed, .reset:
      return .cut(Cut(at: exchange.endedAt, clean: false, passed: writes))
    case .peerClosed, .peerReset, .unfinished:
      // A whole answer is never begun when its script stalls for ever.
      let silent =
        exchange.wantsStream
        ? script.asked(for: exchange.tokensAsked).next(
          after: writes.count, usage: exchange.wantsUsage) == .never
        : script.stallsForEver && writes.isEmpty
      guard silent else { return .abandoned }
      return .stalled(writes.last?.instant ?? exchange.headAt ?? exchange.receivedAt)
    }
  }

  /// What a leg B fault had let through: comments carry no data, so they do not count as events.
  private static func passed(_ writes: [WriteMark], by fault: FaultRecord) -> [WriteMark] {
    var events = 0
    return Array(
      writes.prefix {
        events += $0.events
        return events <= fault.eventsBefore
      })
  }

  private static func hasTerminator(_ writes: [WriteMark], raw: Seen) -> Bool {
    writes.contains {
      $0.kind == .done || $0.kind == .whole || ($0.kind == .raw && raw.terminator)
    }
  }

  /// What the script's raw bytes say, for they may hold a marker or a finish of their own.
  static func rawKinds(_ script: ProviderScript, dialect: any Dialect) -> Seen {
    var events: [NeutralEvent] = []
    for case .raw(let bytes) in script.steps { events += dialect.read(bytes).events }
    return Seen(StreamReading(events: events))
  }
}

/// The break-off that a client's answer is judged against.
struct UpstreamBreak {
  var cut: Upstream.Cut
  /// What had been let through, by kind.
  var finish: Bool
  var usage: Bool
  var terminator: Bool
  var malformed: Bool

  /// Nil when a try was answered in full (the relay recovered), or when none broke off.
  init?(_ observation: Observation, script: ProviderScript) {
    let tries = Upstream.tries(observation, script: script)
    var last: Upstream.Cut?
    for upstream in tries {
      switch upstream.end {
      case .complete: return nil
      case .cut(let cut): last = cut
      case .failed, .stalled, .abandoned: break
      }
    }
    guard let cut = last else { return nil }
    self.cut = cut
    let raw = Upstream.rawKinds(script, dialect: observation.dialect)
    let hasRaw = cut.passed.contains { $0.kind == .raw }
    finish = cut.passed.contains { $0.kind == .finish } || (hasRaw && raw.finish)
    usage = cut.passed.contains { $0.kind == .usage } || (hasRaw && raw.usage)
    terminator = cut.passed.contains { $0.kind == .done } || (hasRaw && raw.terminator)
    malformed = hasRaw && raw.malformed
  }

  /// Tokens that had reached the relay, with the instants they were written.
  var tokens: [(number: Int, instant: Instant)] {
    cut.passed.compactMap { mark in
      if case .token(let number) = mark.kind { (number, mark.instant) } else { nil }
    }
  }
}
