package import Core

/// A client that leaves a running stream stops the upstream (catalogue: CAN-001).
package struct CancelWhileStreaming: Check {
  package init() {}
  package let id = "cancel/while-streaming"
  package let level = Verdict.Level.must
  package let requirement =
    "when the client leaves a running stream, the relay closes the upstream within 1 s (warn: 5 s)"

  package func judge(_ evidence: Evidence) -> Verdict {
    Cancellation(state: .streaming, soon: .seconds(1), late: .seconds(5))
      .judge(evidence, for: self)
  }
}
