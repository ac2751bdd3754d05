package import Core

/// A client that leaves while the provider is silent in mid-stream stops the upstream (CAN-002).
package struct CancelWhileSilent: Check {
  package init() {}
  package let id = "cancel/while-silent"
  package let level = Verdict.Level.must
  package let requirement =
    "when the client leaves while the provider is silent in mid-stream, the relay closes the upstream"
    + " within 2 s (warn: 10 s)"

  package func judge(_ evidence: Evidence) -> Verdict {
    Cancellation(state: .silent, soon: .seconds(2), late: .seconds(10))
      .judge(evidence, for: self)
  }
}
