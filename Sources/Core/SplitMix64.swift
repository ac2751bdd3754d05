/// The seeded generator behind every random decision (Steele, Lea, Flood 2014, SplitMix).
///
/// A stream's generator is derived from (run seed, rule, stream ordinal), so that what is drawn
/// does not depend on concurrency or on the order of arrival.
package struct SplitMix64: RandomNumberGenerator, Hashable, Sendable {
  private var state: UInt64

  package init(seed: UInt64) { state = seed }

  /// A generator of its own for one rule and one stream of a run.
  package init(seed: UInt64, rule: UInt64, ordinal: UInt64) {
    var mixer = SplitMix64(seed: seed)
    mixer.state ^= rule &* 0xD6E8_FEB8_6659_FD93
    mixer.state = mixer.next() ^ (ordinal &* 0xA076_1D64_78BD_642F)
    state = mixer.next()
  }

  package mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var mixed = state
    mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
    mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
    return mixed ^ (mixed >> 31)
  }

  /// A number in the open interval (0, 1), safe to take the logarithm of.
  package mutating func unit() -> Double {
    (Double(next() >> 11) + 0.5) / 9_007_199_254_740_992.0
  }
}

/// The rules that draw random numbers, each with a stream of its own.
package enum RandomRule {
  package static let nonce: UInt64 = 1
  package static let think: UInt64 = 2
  package static let gap: UInt64 = 3
  package static let text: UInt64 = 4
  package static let arrival: UInt64 = 5
  package static let replay: UInt64 = 6
  package static let rest: UInt64 = 7
  package static let probe: UInt64 = 8
  package static let floor: UInt64 = 9
  package static let suite: UInt64 = 10
  package static let promptLength: UInt64 = 20
  package static let promptText: UInt64 = 21
  package static let output: UInt64 = 22
  package static let armOrder: UInt64 = 30
  package static let bootstrap: UInt64 = 31
  package static let blockSeed: UInt64 = 32
  /// Fault rule number k of a scenario draws from `fault + k`.
  package static let fault: UInt64 = 1_000
}
