import Core
import Wire

/// What a client was told when the upstream had broken off.
enum BreakClass: String, CaseIterable {
  /// Broken framing or a reset: no SDK takes it for an answer.
  case cut
  case errorEvent = "error event"
  case httpError = "HTTP error"
  /// A clean end that says nothing: no marker, no error.
  case masked
  /// A finish reason, usage or marker that the provider never sent.
  case fabricated
  /// The client's own timeout ended it.
  case hang

  /// Nil when the exchange says nothing about the relay: it never reached it, or our side ended it.
  ///
  /// An error inside the stream is loud whatever follows. An invented marker outweighs broken
  /// framing, because an SDK stops reading at it and never sees the rest.
  static func of(_ observation: Observation, against broken: UpstreamBreak) -> BreakClass? {
    switch observation.end {
    case .refused, .dnsFailure, .connectFailed, .tlsFailure, .timeoutConnect, .timeoutTLS,
      .tooLarge, .cancelled, .interrupted, .notSent:
      return nil
    case .httpError: return .httpError
    case .errorEvent: return .errorEvent
    case .premature, .reset, .transportError: return unlessMarked(.cut, observation, broken)
    case .timeoutFirstByte, .timeoutIdle, .timeoutTotal:
      return unlessMarked(.hang, observation, broken)
    case .done, .eofWithoutTerminator, .notAStream, .malformed, .noOutput:
      return observation.streamWanted
        ? cleanStream(observation, broken) : cleanWhole(observation)
    }
  }

  private static func unlessMarked(
    _ otherwise: BreakClass, _ observation: Observation, _ broken: UpstreamBreak
  ) -> BreakClass {
    let seen = Seen(observation.reading)
    if seen.error { return .errorEvent }
    return seen.terminator && !broken.terminator ? .fabricated : otherwise
  }

  private static func cleanStream(_ observation: Observation, _ broken: UpstreamBreak)
    -> BreakClass
  {
    let seen = Seen(observation.reading)
    if seen.error { return .errorEvent }
    let invented =
      (seen.finish && !broken.finish) || (seen.usage && !broken.usage)
      || (seen.terminator && !broken.terminator)
    return invented ? .fabricated : .masked
  }

  /// A whole answer made out of a broken one is invented; one that does not parse raises.
  private static func cleanWhole(_ observation: Observation) -> BreakClass {
    switch observation.end {
    case .malformed: .cut
    case .noOutput: .masked
    default: .fabricated
    }
  }
}
