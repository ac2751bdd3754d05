/// How many exchanges without a relay are to have started beside those of a run, so that floor and
/// figures see the same machine at the same time: a pure function of how far the run has got.
///
/// A share of what the run starts; at least `least` in all, spread over the run by the exchanges or
/// by the time that it is meant to take, whichever is further.
package struct FloorPacing: Hashable, Sendable {
  /// Fewer exchanges give no p99 worth the name.
  package static let least = 30
  package static let usualShare = 0.05
  package static let mostShare = 0.5

  private let share: Double
  private let planned: Int
  private let duration: Nanoseconds?

  /// - Parameters:
  ///   - share: of the measured exchanges of the run; 0 for no floor at all.
  ///   - planned: how many of these there will be, or may be at most where time ends them.
  ///   - duration: when the run ends whatever has started, if it does.
  package init(share: Double, planned: Int, duration: Nanoseconds?) {
    self.share = share
    self.planned = planned
    self.duration = duration
  }

  /// After `started` measured exchanges of the run, `elapsed` after its start.
  package func due(started: Int, elapsed: Nanoseconds) -> Int {
    guard share > 0, started > 0 else { return 0 }
    var progress = Double(started) / Double(max(1, planned))
    if let duration, duration > .zero {
      progress = max(progress, Double(elapsed.count) / Double(duration.count))
    }
    let spread = (Double(Self.least) * min(1, progress)).rounded(.down)
    let shared = (Double(started) * share).rounded(.up)
    return Int(max(spread, shared))
  }

  /// When the run is over: what is missing to `least` is made up for.
  package func whole(begun: Int) -> Int { share > 0 ? max(begun, Self.least) : 0 }

  /// How often to look at the time, so that none of `least` is started late; nil where exchanges
  /// alone say how far the run is.
  package var tick: Nanoseconds? {
    guard share > 0, let duration else { return nil }
    return max(.milliseconds(10), Nanoseconds(duration.count / Int64(Self.least)))
  }

  /// How many may be under way at once while the run goes on: few, since they take from what they
  /// stand beside, but no fewer than the share takes.
  package func together(concurrency: Int) -> Int {
    min(32, max(2, Int((Double(concurrency) * share).rounded(.up))))
  }
}
