import Core

/// Upstreams that break off in mid-stream: the client has to learn of it.
struct FLTCuts: Chapter {
  /// How a client is told.
  static let loud =
    "a status of at least 400, an error in the stream that the SDK raises on, or broken framing"

  /// A relay that says that all is well.
  static let launders = Mutant("inject \"[DONE]\" at event(6)")

  let checks = [
    ConformanceCheck(
      "FLT-001", "flt/reset", .must, .critical,
      requirement:
        "a reset of the upstream in mid-stream reaches the client as a failure within 2 s, behind"
        + " all that had come before it",
      source: "RFC 9112 section 8: an incomplete message", expected: [loud], mutants: [launders],
      stimuli: { _ in [.after5("reset after 5 of 20 tokens", [.reset], repeats: true)] },
      judge: .each(BreakOutcome.findings)),
    ConformanceCheck(
      "FLT-002", "flt/missing-last-chunk", .must, .critical,
      requirement: "a chunked answer without its last chunk reaches the client as a failure",
      source: "RFC 9112 section 8: an incomplete message", expected: [loud], mutants: [launders],
      stimuli: { _ in
        [.after5("FIN inside the framing after 5 of 20 tokens", [.close], repeats: true)]
      },
      judge: .each(BreakOutcome.findings)),
    ConformanceCheck(
      "FLT-004", "flt/clean-eof", .must, .critical,
      requirement:
        "a stream that ends cleanly without finish reason and terminator is not made into a complete"
        + " one",
      source: "OpenAI, streaming: the stream is terminated by a data: [DONE] message",
      expected: [loud, "the same end as it came (a warning: clients take it for an answer)"],
      mutants: [launders],
      stimuli: { _ in [.after5("a clean end after 5 of 20 tokens", [], repeats: true)] },
      judge: .each(BreakOutcome.findings)),
  ]
}
