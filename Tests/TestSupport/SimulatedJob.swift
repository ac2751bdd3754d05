import Core
package import Judging
import Stats

/// A comparison of two arms that was never run: streams drawn from a machine that drifts, falls into
/// slow spells and remembers, so that neighbours in time resemble one another.
///
/// What the decision code is shown is what `compare` would show it; what is true is known.
package struct SimulatedJob: Sendable {
  package var pairs = 50
  package var streams = 20
  package var chunks = 30
  /// What arm B truly adds to every first token and to every chunk, in nanoseconds.
  package var addedTTFT = 0.0
  package var addedChunk = 0.0
  /// The share of exchanges of arm B that fail.
  package var failing = 0.0
  /// How much slower the machine is at the end of the job.
  package var drift = 0.25
  package var order = Order.drawn
  package var resampling = Resampling.blocks

  package enum Order: Sendable {
    case drawn
    /// All of A, then all of B: what a comparison must not do.
    case sequential
  }

  package enum Resampling: Sendable {
    case blocks
    /// As if every chunk and every stream said something of its own.
    case pooled
  }

  package init() {}

  /// What the machine does in one turn.
  private struct Weather {
    var factor: Double
    var chunk: Double
  }

  package func run(seed: UInt64) -> BlockPairs {
    var random = SplitMix64(seed: seed, rule: 9_001, ordinal: 0)
    let weather = weather(turns: 2 * pairs, &random)
    var arms: [[HalfBlock]] = [[], []]
    for turn in 0..<(2 * pairs) {
      let arm: Int
      switch order {
      case .drawn: arm = ComparisonPlan.order(pair: turn / 2 + 1, arms: 2, seed: seed)[turn % 2]
      case .sequential: arm = turn / pairs
      }
      arms[arm].append(block(weather[turn], isB: arm == 1, &random))
    }
    if resampling == .pooled {
      for arm in 0...1 { arms[arm] = Self.scattered(arms[arm], &random) }
    }
    return BlockPairs(Array(zip(arms[0], arms[1])).map { (a: $0, b: $1) })
  }

  /// What a quantile of first tokens of arm A comes to, on average over jobs.
  package func usual(_ share: Double) -> Double {
    var plain = SimulatedJob()
    (plain.pairs, plain.streams, plain.drift, plain.chunks) = (pairs, streams, drift, 0)
    let jobs = 40
    var sum = 0.0
    for number in 0..<jobs {
      let values = plain.run(seed: UInt64(1_000_000 + number)).a.compactMap { $0.values["ttft"] }
      let sorted = values.joined().map(\.value).sorted()
      sum += Quantile.nearestRank(sorted, share)
    }
    return sum / Double(jobs)
  }

  /// Drift over the whole job, slow spells of some turns, and a disturbance that fades slowly.
  private func weather(turns: Int, _ random: inout SplitMix64) -> [Weather] {
    var result: [Weather] = []
    var disturbance = 0.05 * Self.normal(&random)
    var isSlow = false
    for turn in 0..<turns {
      isSlow = random.unit() < (isSlow ? 0.8 : 0.05)
      disturbance = 0.8 * disturbance + 0.6 * 0.05 * Self.normal(&random)
      let trend = 1 + drift * Double(turn) / Double(turns)
      let factor = trend * (isSlow ? 1.25 : 1) * (1 + disturbance)
      result.append(Weather(factor: max(0.3, factor), chunk: isSlow ? 3e5 : 0))
    }
    return result
  }

  private func block(_ weather: Weather, isB: Bool, _ random: inout SplitMix64) -> HalfBlock {
    var ttft: [Double] = []
    var added: [Double] = []
    var stalls: [Double] = []
    var failed = 0
    var mood = Self.normal(&random)
    for _ in 0..<streams {
      mood = 0.5 * mood + 0.75.squareRoot() * Self.normal(&random)
      if isB, random.unit() < failing {
        failed += 1
        continue
      }
      let first = 2e8 * weather.factor * Self.logNormal(0.25 * mood)
      ttft.append(first + (isB ? addedTTFT : 0))
      // Chunks of a stream share its luck, and each resembles the one before.
      let luck = Self.logNormal(0.4 * Self.normal(&random))
      var chunk = Self.normal(&random)
      for _ in 0..<chunks {
        chunk = 0.8 * chunk + 0.6 * Self.normal(&random)
        let delay = 3e5 * weather.factor * luck * Self.logNormal(0.3 * chunk) + weather.chunk
        added.append(delay + (isB ? addedChunk : 0))
      }
      stalls.append(random.unit() < 0.02 ? 1e8 * random.unit() : 0)
    }
    let values = ["ttft": ttft, "added.chunk": added, "stall.excess": stalls]
    return HalfBlock(
      total: streams, failed: failed,
      values: values.mapValues { $0.map { HalfBlock.Counted($0) } })
  }

  /// All values of an arm dealt out anew, so that blocks of them are as alike as if each had been
  /// drawn by itself.
  private static func scattered(
    _ blocks: [HalfBlock], _ random: inout SplitMix64
  ) -> [HalfBlock] {
    var dealt = blocks.map { HalfBlock(total: $0.total, failed: $0.failed, values: [:]) }
    for name in ["ttft", "added.chunk", "stall.excess"] {
      var all = blocks.flatMap { $0.values[name] ?? [] }
      all.shuffle(using: &random)
      for (index, value) in all.enumerated() {
        dealt[index % dealt.count].values[name, default: []].append(value)
      }
    }
    return dealt
  }

  private static func logNormal(_ exponent: Double) -> Double {
    // e to a small power, as the tenth power of e to a tenth of it: no library is at hand.
    let x = exponent / 16
    var power = 1 + x * (1 + x / 2 * (1 + x / 3 * (1 + x / 4 * (1 + x / 5))))
    for _ in 0..<4 { power *= power }
    return power
  }

  /// The sum of twelve draws less six: near enough to normal for a machine's moods, and cheap.
  private static func normal(_ random: inout SplitMix64) -> Double {
    var sum = -6.0
    for _ in 0..<3 {
      // Four draws of 16 bits from each number.
      let bits = random.next()
      for part in 0..<4 {
        sum += (Double((bits >> UInt64(16 * part)) & 0xFFFF) + 0.5) / 65_536
      }
    }
    return sum
  }
}
