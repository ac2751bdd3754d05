package import Core

/// A client that leaves before the first byte stops the upstream (catalogue: CAN-002).
package struct CancelBeforeFirstByte: Check {
  package init() {}
  package let id = "cancel/before-first-byte"
  package let level = Verdict.Level.must
  package let requirement =
    "when the client leaves before the provider's first byte, the relay closes the upstream within"
    + " 2 s (warn: 10 s)"

  package func judge(_ evidence: Evidence) -> Verdict {
    Cancellation(state: .beforeFirstByte, soon: .seconds(2), late: .seconds(10))
      .judge(evidence, for: self)
  }
}
