import Core

/// How far one answer has come on its way through the faults, and which of them it has met.
struct FaultAnswer: Sendable {
  var nonce: Nonce?
  /// Its number on the connection, from 0.
  let ordinal: Int
  /// When its first byte came; nil before that and once all of it has passed: `time(T)` counts
  /// only between.
  var startedAt: Instant?
  /// What has passed: bytes, and events with data.
  var bytes = 0
  var events = 0
  var struck: [Bool]
  /// By fault; made at the first use, when the nonce is known.
  var generators: [SplitMix64?]

  init(nonce: Nonce?, ordinal: Int, startedAt: Instant?, faults: Int) {
    self.nonce = nonce
    self.ordinal = ordinal
    self.startedAt = startedAt
    struck = Array(repeating: false, count: faults)
    generators = Array(repeating: nil, count: faults)
  }

  /// Whether what has passed brought it to this position; `time` is a matter of the clock.
  func hasReached(_ position: Position) -> Bool {
    switch position {
    case .event(let number): events >= number
    case .byte(let count): bytes >= count
    case .beforeHeaders: true
    default: false
    }
  }

  /// When the fault at this position strikes, if that is a matter of the clock.
  func due(_ position: Position) -> Instant? {
    guard case .time(let offset) = position, let startedAt else { return nil }
    return startedAt + offset
  }
}
