/// What came of comparing one arm with the first.
package struct ArmComparison: Hashable, Sendable, Codable {
  package var arm: String
  package var against: String
  /// Pairs in which both arms were measured.
  package var pairs: Int
  /// The part of alpha that was spent when it was decided.
  package var alpha: Double
  package var decision: GateDecision
  /// What was decided and why, in a sentence or two.
  package var reason: String
  package var measures: [Figure]
  package var shifts: [Shift]

  package init(
    arm: String, against: String, pairs: Int, alpha: Double, decision: GateDecision,
    reason: String, measures: [Figure], shifts: [Shift]
  ) {
    self.arm = arm
    self.against = against
    self.pairs = pairs
    self.alpha = alpha
    self.decision = decision
    self.reason = reason
    self.measures = measures
    self.shifts = shifts
  }

  /// One figure of both arms, and their difference.
  package struct Figure: Hashable, Sendable, Codable {
    package var measure: String
    package var statistic: String
    /// `ns`, `ratio`, `per-second`.
    package var unit: String
    package var state: State
    /// Why the state is what it is.
    package var reason: String
    /// What weakens it, such as few streams.
    package var warning: String?
    /// Of the arm with fewer.
    package var streams: Int
    package var a: Double?
    package var b: Double?
    package var delta: Double?
    /// The two-sided interval of `delta` at level `1 - alpha`.
    package var low: Double?
    package var high: Double?
    /// Corrected for the number of pairs; absent for shares.
    package var standardError: Double?
    /// `delta` as a share of `a`.
    package var share: Double?
    package var margin: Double?
    /// The p value of "no worse than the margin", after Holm's correction.
    package var level: Double?
    /// How many pairs in all would decide it, where it is not decided.
    package var pairsNeeded: Int?

    package init(_ gate: MeasureGate, _ state: State, _ reason: String, streams: Int) {
      measure = gate.measure
      statistic = gate.statistic
      unit = gate.unit
      self.state = state
      self.reason = reason
      self.streams = streams
    }

    package var name: String { "\(measure).\(statistic)" }
  }

  package enum State: String, Hashable, Sendable, Codable, CaseIterable {
    case pass, fail, inconclusive
    /// Too few streams to say anything of the quantile.
    case refused
    /// An arm has no such figure.
    case missing

    package var decision: GateDecision? { GateDecision(rawValue: rawValue) }
  }

  /// How much a decile moved: the shape of the difference.
  package struct Shift: Hashable, Sendable, Codable {
    package var measure: String
    /// 0.1 … 0.9.
    package var share: Double
    package var a: Double
    package var delta: Double
    package var low: Double
    package var high: Double

    package init(
      measure: String, share: Double, a: Double, delta: Double, low: Double, high: Double
    ) {
      self.measure = measure
      self.share = share
      self.a = a
      self.delta = delta
      self.low = low
      self.high = high
    }
  }
}
