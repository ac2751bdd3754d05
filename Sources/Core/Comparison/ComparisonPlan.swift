/// How arms are compared: decided before anything is measured, and part of the record.
package struct ComparisonPlan: Hashable, Sendable, Codable {
  /// Measured block pairs; the one before them is not counted.
  package var pairs: Int
  /// Measured streams of each half-block.
  package var streams: Int
  /// The chance of a wrong alarm over all gated measures of one comparison.
  package var alpha: Double
  /// When the data are looked at; the last look is at all pairs.
  package var looks: [Look]
  package var gates: [MeasureGate]
  /// Draws of the bootstrap.
  package var draws: Int

  /// A look at the data after so many pairs, and the part of alpha that is spent on it. The parts
  /// add up to alpha, so that together they raise no more wrong alarms than one look would.
  package struct Look: Hashable, Sendable, Codable {
    package var pairs: Int
    package var alpha: Double

    package init(pairs: Int, alpha: Double) {
      self.pairs = pairs
      self.alpha = alpha
    }
  }

  package static let usualPairs = 20
  package static let fewestPairs = 10
  package static let usualStreams = 20
  package static let usualAlpha = 0.05
  package static let usualDraws = 2_000

  package init(
    pairs: Int = ComparisonPlan.usualPairs, streams: Int = ComparisonPlan.usualStreams,
    gates: [MeasureGate] = MeasureGate.usual, alpha: Double = ComparisonPlan.usualAlpha
  ) {
    self.pairs = pairs
    self.streams = streams
    self.alpha = alpha
    self.gates = gates
    looks = [Look(pairs: pairs, alpha: alpha)]
    draws = Self.usualDraws
  }

  /// In which order the arms of a pair have their turns: drawn anew for each, so that whatever
  /// rises or falls meanwhile meets all arms alike.
  package static func order(pair: Int, arms: Int, seed: UInt64) -> [Int] {
    var random = SplitMix64(seed: seed, rule: RandomRule.armOrder, ordinal: UInt64(pair))
    var order = Array(0..<arms)
    for last in stride(from: arms - 1, to: 0, by: -1) {
      order.swapAt(last, Int(random.next().multipliedFullWidth(by: UInt64(last + 1)).high))
    }
    return order
  }

  /// The seed of what all arms of a pair are sent: the same for each, another for every pair.
  package static func seed(pair: Int, of seed: UInt64) -> UInt64 {
    var random = SplitMix64(seed: seed, rule: RandomRule.blockSeed, ordinal: UInt64(pair))
    return random.next()
  }

  /// Reads `10,20,50` or `10:1%,20:1%,50:3%`; without shares they are equal.
  package static func looks(
    literal text: String, pairs: Int, alpha: Double
  ) throws(LiteralError) -> [Look] {
    func refuse(_ message: String) -> LiteralError { LiteralError(offset: 0, message: message) }
    let parts = text.split(separator: ",", omittingEmptySubsequences: false)
    var looks: [Look] = []
    var shared = 0
    for part in parts {
      let sides = part.split(separator: ":", omittingEmptySubsequences: false)
      guard let count = Int(sides[0]), sides.count <= 2 else {
        throw refuse("a look is a number of pairs, alone or with its share of alpha: `20:1%`")
      }
      guard sides.count == 2 else {
        looks.append(Look(pairs: count, alpha: 0))
        continue
      }
      guard sides[1].hasSuffix("%"), let share = Double(sides[1].dropLast()), share > 0 else {
        throw refuse("the share of alpha of a look is a percentage above zero, as in `20:1%`")
      }
      shared += 1
      looks.append(Look(pairs: count, alpha: share / 100))
    }
    guard shared == 0 || shared == looks.count else {
      throw refuse("give every look its share of alpha, or none")
    }
    if shared == 0 {
      for index in looks.indices { looks[index].alpha = alpha / Double(looks.count) }
    }
    guard zip(looks, looks.dropFirst()).allSatisfy({ $0.pairs < $1.pairs }),
      looks[0].pairs >= fewestPairs, looks[looks.count - 1].pairs == pairs
    else {
      throw refuse(
        "looks rise from at least \(fewestPairs) pairs to the last, which is --pairs (\(pairs))")
    }
    let spent = looks.reduce(0) { $0 + $1.alpha }
    guard spent <= alpha * (1 + 1e-9) else {
      throw refuse("the looks spend \(Self.percent(spent)) of alpha, which is \(percent(alpha))")
    }
    return looks
  }

  private static func percent(_ share: Double) -> String {
    let tenths = (share * 1_000).rounded() / 10
    return tenths == tenths.rounded() ? "\(Int(tenths)) %" : "\(tenths) %"
  }
}
