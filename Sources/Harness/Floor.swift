import Core

/// What is played without any relay to tell how fast this machine can be seen to be: nothing below
/// it can be told from the instrument itself.
enum Floor {
  /// Short streams, many at a time being the business of who paces them.
  static let script = ProviderScript(steps: [
    .role("assistant"), .text(TextStep(tokens: 20, gap: .constant(.milliseconds(5)))),
    .finish("stop"), .usage(UsageStep()), .done,
  ])

  /// By itself, as the self-test measures it.
  static func scenario(concurrency: Int) -> Scenario {
    let together = min(max(1, concurrency), 64)
    return Scenario(
      name: "floor", about: "the instrument without a relay", provider: script,
      traffic: Traffic(streams: max(30, together), concurrency: max(together, 6), warmup: together))
  }

  static let measures = ["added.chunk", "added.ttft"]

  /// Starts are moved by up to so much, at random: in step with those of the run, the floor would
  /// meet each of its chunks and measure that.
  static let jitter = Nanoseconds.milliseconds(50)
}
