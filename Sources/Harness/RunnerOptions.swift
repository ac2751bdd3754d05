package import Core
package import Platform

/// How a runner reaches its target.
package struct RunnerOptions: Sendable {
  /// The base URL as an SDK is given it.
  package var baseURL: String
  /// The key itself; never printed.
  package var key: String?
  package var certificateAuthorities: String?
  package var verifiesPeer: Bool
  /// A fault proxy on leg A: connect to it instead of the target, or tunnel through it.
  package var legA: LegA?
  /// Streams that may be under way at once in an open loop; what would start beyond is not sent.
  package var mostAtOnce = Limits.concurrency

  /// Whether the run ends when the first few requests reach nobody.
  package var givesUp = true

  package init(baseURL: String, key: String? = nil) {
    self.baseURL = baseURL
    self.key = key
    certificateAuthorities = nil
    verifiesPeer = true
    legA = nil
  }

  package enum LegA: Sendable {
    case forward(Endpoint)
    case tunnel(Endpoint)
  }
}

/// What the runner tells while it runs; called on its loop's thread.
package protocol RunnerObserver: AnyObject {
  func exchangeEnded(_ exchange: Exchange)
  /// The client has decoded more of a tunnelled stream, in which the proxy can see nothing.
  func clientDecoded(events: Int, bytes: Int, localPort: UInt16, nonce: Nonce, at: Instant)
  func requestStarts(localPort: UInt16, nonce: Nonce)
  func runnerFinished()
}
