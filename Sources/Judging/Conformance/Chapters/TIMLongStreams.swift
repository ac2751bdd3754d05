import Core

/// Streams that take long and are healthy all the time.
struct TIMLongStreams: Chapter {
  let checks = [
    ConformanceCheck(
      "TIM-011", "tim/long-streams", .mustByPolicy, .critical,
      requirement: "a stream that goes on for 20 s or for 70 s arrives whole",
      source: "relays that cut every stream at a default time limit",
      expected: ["all of its tokens, and its end"],
      mutants: [Mutant("close at time(15s)"), Mutant("truncate at event(30)")],
      stimuli: { _ in
        [
          steady("a token every 500 ms for 20 s", 40, .milliseconds(500), .seconds(60)),
          steady("a token a second for 70 s", 70, .seconds(1), .seconds(120)),
        ]
      },
      judge: .each { seen, passage in passage.fidelity(seen) })
  ]

  private static func steady(
    _ name: String, _ tokens: Int, _ gap: Nanoseconds, _ total: Nanoseconds
  ) -> Stimulus {
    Stimulus(name, .answer(.tokens(tokens, gap: gap)), company: .quiet, isSlow: true) {
      $0.timeouts.total = total
    }
  }
}
