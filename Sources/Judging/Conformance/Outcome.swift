import Core
import Wire

/// How a relay told its client of an upstream that broke off: the classes of group FLT.
enum BreakOutcome {
  /// What is wrong with the end that the client saw, judged as FLT says: loud is right, silent is a
  /// warning only where the upstream itself ended cleanly (`BreakClass`), an invented end is critical.
  static func findings(_ observation: Observation, _ passage: Passage) -> [Finding] {
    guard let broken = UpstreamBreak(observation, script: passage.script) else {
      return observation.provider.isEmpty
        ? [.skip(.notObservable, "the request never reached the provider")]
        : [.skip(.notObservable, "a second try of the relay was answered in full")]
    }
    guard let seen = BreakClass.of(observation, against: broken) else {
      return [.fail("the exchange ended with \(observation.end.rawValue)", .major)]
    }
    let delay = max(.zero, observation.exchange.ended - broken.cut.at)
    return FaultsTruncation.faults(observation, broken, seen: seen, delay: delay).map { fault in
      let (outcome, words) = fault
      guard outcome == .fail else { return .warn(words) }
      return .fail(words, seen == .fabricated ? .critical : .major)
    }
  }

  /// The kind of end, for what was seen where nothing is wrong.
  static func name(_ observation: Observation) -> String { observation.end.rawValue }
}
