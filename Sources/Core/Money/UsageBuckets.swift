/// What one answer used, in buckets that do not overlap: each token is counted once.
///
/// Providers count differently: cached tokens are part of the prompt at OpenAI and beside it at
/// Anthropic, thoughts are beside the answer at Gemini and part of it elsewhere. A price belongs to
/// a bucket, so money is only reckoned with these.
package struct UsageBuckets: Hashable, Sendable, Codable {
  /// Input that was neither read from a cache nor written to one.
  package var freshInput: Int
  package var cacheRead: Int
  /// Input written to a cache that lives 5 minutes, or that lives as long as the provider likes.
  package var cacheWrite5m: Int
  package var cacheWrite1h: Int
  package var visibleOutput: Int
  package var reasoning: Int
  package var requests: Int
  /// What has prices of its own: `input.audio`, `input.image`, `output.audio`, `output.image`,
  /// `web.search`.
  package var extras: [String: Int]

  package init(
    freshInput: Int = 0, cacheRead: Int = 0, cacheWrite5m: Int = 0, cacheWrite1h: Int = 0,
    visibleOutput: Int = 0, reasoning: Int = 0, requests: Int = 1, extras: [String: Int] = [:]
  ) {
    self.freshInput = freshInput
    self.cacheRead = cacheRead
    self.cacheWrite5m = cacheWrite5m
    self.cacheWrite1h = cacheWrite1h
    self.visibleOutput = visibleOutput
    self.reasoning = reasoning
    self.requests = requests
    self.extras = extras
  }

  /// Everything that was sent, by which tiers of prices go.
  package var input: Int {
    [freshInput, cacheRead, cacheWrite5m, cacheWrite1h, extra("input.")]
      .reduce(0) { $0.addingCapped($1) }
  }
  package var output: Int {
    [visibleOutput, reasoning, extra("output.")].reduce(0) { $0.addingCapped($1) }
  }

  private func extra(_ prefix: String) -> Int {
    extras.reduce(0) { $1.key.hasPrefix(prefix) ? $0.addingCapped($1.value) : $0 }
  }
}

extension Int {
  /// A sum of counts that a peer sent must not trap.
  func addingCapped(_ other: Int) -> Int {
    let (sum, overflow) = addingReportingOverflow(other)
    return overflow ? (other < 0 ? .min : .max) : sum
  }
}
