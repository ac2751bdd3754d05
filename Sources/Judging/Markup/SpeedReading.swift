import Core
import Foundation
import Stats

/// What the relay adds to a stream, of the scenario with the most successful exchanges.
enum SpeedReading {
  static func of(_ targets: [TargetRecord], direct: [TargetRecord]) -> RelaySpeed {
    var speed = RelaySpeed()
    for target in targets {
      let interrupted = target.exchanges.byEnd[EndCondition.interrupted.rawValue] ?? 0
      let left = target.exchanges.byEnd[EndCondition.cancelled.rawValue] ?? 0
      speed.exchanges += target.exchanges.total - interrupted
      speed.failures += target.exchanges.total - interrupted - left - target.exchanges.done
      for verdict in target.verdicts { speed.verdicts[verdict.verdict.rawValue, default: 0] += 1 }
    }
    let usable = targets.filter { $0.measures["ttft"] != nil }
    guard let main = usable.max(by: { $0.exchanges.done < $1.exchanges.done }) else {
      speed.reason = "no successful exchange"
      return speed
    }
    speed.ttft = main.measures["ttft"].map { quantiles($0) }
    if let ttft = main.measures["added.ttft"], let chunk = main.measures["added.chunk"] {
      speed.addedTTFT = quantiles(ttft)
      speed.addedChunk = quantiles(chunk)
      speed.reason = unresolved(main)
      return speed
    }
    guard
      let base = direct.first(where: {
        $0.scenario.name == main.scenario.name && $0.scenario.digest == main.scenario.digest
      })?.measures["ttft"] ?? main.directMeasures?["ttft"], let own = main.measures["ttft"]
    else {
      speed.reason = "no direct arm, and no provider of ours behind the relay"
      return speed
    }
    speed.addedTTFT = difference(quantiles(own), quantiles(base))
    speed.reason = "added.ttft is the difference to the direct arm; added.chunk needs --provider"
    return speed
  }

  /// Which of both is no more above the floor than that itself spreads (README, "How far to trust it").
  private static func unresolved(_ target: TargetRecord) -> String {
    let names = ["added.ttft", "added.chunk"].filter { name in
      guard let floor = target.floor?[name], let own = target.measures[name] else { return false }
      return own.p50 - floor.p50 < floor.p99 - floor.p50
    }
    return names.isEmpty
      ? "" : "\(names.joined(separator: " and ")) p50 is below what this machine can resolve"
  }

  /// The interval of the median by order statistics: 95 % whatever the distribution.
  static func quantiles(_ measure: Measure) -> RelaySpeed.Quantiles {
    var (low, high) = (measure.min, measure.max)
    let samples = measure.samples
    if samples.count == measure.n, samples.count > 5 {
      // Ranks n/2 ± 0.98 √n, the normal approximation of the binomial, outwards.
      let n = Double(samples.count)
      let half = 0.98 * n.squareRoot()
      let from = max(0, Int((n / 2 - half).rounded(.down)) - 1)
      let to = min(samples.count - 1, Int((n / 2 + half).rounded(.up)))
      (low, high) = (samples[from], samples[to])
    } else if measure.n > 1_000 {
      // Of a histogram: the median is known to a thousandth, and its interval is narrower than that.
      (low, high) = (measure.p50, measure.p50)
    }
    return RelaySpeed.Quantiles(
      n: measure.n, p50: measure.p50, p95: measure.p95, p99: measure.p99, low: low, high: high)
  }

  /// Of medians and quantiles, the interval as wide as both can be off.
  private static func difference(
    _ relay: RelaySpeed.Quantiles, _ direct: RelaySpeed.Quantiles
  ) -> RelaySpeed.Quantiles {
    RelaySpeed.Quantiles(
      n: min(relay.n, direct.n), p50: relay.p50 - direct.p50, p95: relay.p95 - direct.p95,
      p99: relay.p99 - direct.p99, low: relay.low - direct.high, high: relay.high - direct.low)
  }
}
