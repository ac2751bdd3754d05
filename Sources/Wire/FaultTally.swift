package import Core

/// What came of one rule over many messages: so that one which never struck can be told from one
/// that had no chance to.
package struct FaultTally: Hashable, Sendable {
  /// How often its place came and its draw was for it, and how often it was not.
  package var strikes = 0
  package var misses = 0
  /// The messages it saw, and the longest of them.
  package var messages = 0
  package var mostEvents = 0
  package var mostBytes = 0

  package init() {}

  package static func += (left: inout FaultTally, right: FaultTally) {
    left.strikes += right.strikes
    left.misses += right.misses
    left.messages += right.messages
    left.mostEvents = max(left.mostEvents, right.mostEvents)
    left.mostBytes = max(left.mostBytes, right.mostBytes)
  }

  /// What to tell whoever asked for a rule that never struck; nil if it did.
  /// - Parameter requests: how many the proxy has seen begin.
  package func warning(for rule: FaultRule, requests: Int) -> String? {
    guard strikes == 0 else { return nil }
    return "\"\(rule.text)\" never struck: " + reason(rule, requests)
  }

  private func reason(_ rule: FaultRule, _ requests: Int) -> String {
    let what = rule.direction == .downstream ? "answer" : "request"
    if misses > 0 {
      let often = misses == 1 ? "once" : "\(misses) times"
      return "its place came \(often), and chance was never for it"
    }
    if messages == 0 { return "there was no \(what)" }
    if let wanted = rule.requests, requests < wanted.lowerBound {
      return "request(\(wanted.lowerBound)) was never reached: there were \(requests)"
    }
    guard let position = rule.position else { return "no \(what) gave it occasion" }
    let stream = messages == 1 ? "the stream had" : "the longest of \(messages) streams had"
    switch position {
    case .event, .every, .insideEvent, .firstToken:
      return "\(position) was never reached: \(stream) \(mostEvents)"
    case .byte: return "\(position) was never reached: \(stream) \(mostBytes)"
    default: return "\(position) was never reached in \(messages == 1 ? "the" : "any") stream"
    }
  }
}
