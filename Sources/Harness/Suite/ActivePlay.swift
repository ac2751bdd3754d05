import Core
import Platform
import Wire

/// One stimulus while it is being played: a runner of its own, on the loop of all.
final class ActivePlay: RunnerObserver {
  /// Its place among all that were asked for.
  let index: Int
  let runner: Runner
  /// What strikes whole connections while it is played.
  let strikesAll: SuiteFarSide.Strikes
  private(set) var exchanges: [Exchange] = []
  private let over: (ActivePlay) -> Void

  init(
    _ index: Int, _ runner: Runner, strikesAll: SuiteFarSide.Strikes,
    over: @escaping (ActivePlay) -> Void
  ) {
    self.index = index
    self.runner = runner
    self.strikesAll = strikesAll
    self.over = over
  }

  func exchangeEnded(_ exchange: Exchange) { exchanges.append(exchange) }
  func clientDecoded(events: Int, bytes: Int, localPort: UInt16, nonce: Nonce, at: Instant) {}
  func requestStarts(localPort: UInt16, nonce: Nonce) {}
  func runnerFinished() { over(self) }
}
