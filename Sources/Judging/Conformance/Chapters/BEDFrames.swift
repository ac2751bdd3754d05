import Core
import Wire

/// Amazon's event stream: messages however they are cut, broken ones, exceptions, and the end.
struct BEDFrames: Chapter {
  private static let source = "smithy.io, Amazon event stream specification"

  let checks = [
    ConformanceCheck(
      "BED-001", "bed/split-frames", .must, .critical, face: .bedrock,
      requirement: "messages arrive whole wherever the provider's writes cut them",
      source: source, expected: ["every message"],
      mutants: [Mutant("corrupt bytes=3 at byte(1200)"), Mutant("truncate at byte(1200)")],
      stimuli: { _ in
        [1, 3, 11, 13].map { .ref("writes of \($0) bytes", faults: "slice \($0)") }
          + [.ref("all of it in one write", faults: "coalesce 1MB within=2s")]
      },
      judge: .each { seen, passage in passage.fidelity(seen) }),
    ConformanceCheck(
      "BED-002", "bed/broken-frames", .mustByPolicy, .critical, face: .bedrock,
      requirement: "a message with wrong checksums or lengths ends the stream as an error",
      source: "\(source): checksums are validated; botocore raises on them",
      expected: ["an error, broken framing, or the broken message itself"],
      mutants: [Mutant("truncate at byte(700)"), Mutant("fake-ok empty")],
      stimuli: { _ in
        BrokenFrame.allCases.map { frame in
          .after5("a message with \(frame.rawValue)", [.raw(frame.bytes)] + [Step].ending)
        }
      },
      judge: .each(loud)),
    ConformanceCheck(
      "BED-003", "bed/exceptions", .mustByPolicy, .critical, face: .bedrock,
      requirement: "an exception in the stream reaches the client as an error, as its first message"
        + " too",
      source: "Amazon Bedrock, ConverseStream: exceptions in the response stream",
      expected: ["an error status, or the exception in the stream"],
      mutants: [Mutant("fake-ok empty"), Mutant("truncate at byte(700)")],
      stimuli: { _ in
        [
          Stimulus(
            "throttling as the only message of a 200",
            [.errorEvent(ErrorStep(status: 429, message: "slow down"))]),
          .after5(
            "a model's error after 5 tokens",
            [.errorEvent(ErrorStep(status: 424, message: "the model broke"))]),
        ]
      },
      judge: .each(loud)),
    ConformanceCheck(
      "BED-004", "bed/no-stop", .mustByPolicy, .critical, face: .bedrock,
      requirement: "a stream that ends before its stop is not made into a complete one",
      source: "botocore drops half a message without a word",
      expected: [FLTCuts.loud, "the same end as it came (a warning)"],
      mutants: [Mutant("truncate at byte(700)"), Mutant("stall at byte(700)")],
      stimuli: { _ in
        [
          .after5("a clean end some time after 5 of 20 tokens", [pause]),
          .after5("the end inside a message", [pause, .raw(BrokenFrame.half)]),
        ]
      },
      judge: .each(BreakOutcome.findings)),
  ]

  /// So that what came before it is not lost with the connection.
  private static let pause = Step.stall(.constant(.milliseconds(120)))

  private static let loud: @Sendable (Observation, Passage) -> [Finding] = { seen, _ in
    switch seen.end {
    case .premature, .reset, .transportError, .errorEvent, .httpError, .malformed: []
    case .timeoutFirstByte, .timeoutIdle, .timeoutTotal:
      [.fail("hang: the client had to time out")]
    case .done: [.fail("passed off as a complete answer")]
    default: [.fail("masked: \(Passage.end(seen)), without an error")]
    }
  }
}
