import Core

/// The run without any relay that tells how fast this machine can be seen to be: it precedes every
/// measurement, and nothing below it can be told from the instrument itself.
enum Floor {
  /// At least 30 streams, at the concurrency of what comes after, up to what keeps it short.
  static func scenario(concurrency: Int) -> Scenario {
    let together = min(max(1, concurrency), 64)
    let streams = max(30, together)
    return Scenario(
      name: "floor", about: "the instrument without a relay",
      provider: ProviderScript(steps: [
        .role("assistant"), .text(TextStep(tokens: 20, gap: .constant(.milliseconds(5)))),
        .finish("stop"), .usage(UsageStep()), .done,
      ]),
      traffic: Traffic(streams: streams, concurrency: max(together, 6), warmup: together))
  }

  static let measures = ["added.chunk", "added.ttft"]
}
