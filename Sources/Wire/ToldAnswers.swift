import Core

/// The answers of a connection whose bytes mean nothing, as the client tells of them.
struct ToldAnswers: Sendable {
  private struct Answer {
    var message: FaultMessage
    var bytes = 0
    var events = 0
    /// The rules that have struck.
    var struck: Set<Int> = []
  }

  private var answers: [Answer] = []
  private var count = 0
  private var awaitsFirstByte = true
  /// Whether the client says when its requests start, and so how far they have come.
  private var clientTells = false

  /// Answers remembered: more requests than one connection multiplexes.
  private static let remembered = 256

  init() { add(nil) }

  private mutating func add(_ nonce: Nonce?) {
    if answers.count >= Self.remembered { answers.removeFirst() }
    answers.append(
      Answer(
        message: FaultMessage(ordinal: count, request: 0, nonce: nonce, startedAt: nil)))
    count += 1
  }

  mutating func requestStarts(_ nonce: Nonce) {
    awaitsFirstByte = true
    clientTells = true
    add(nonce)
  }

  /// The answer whose first byte comes now, if one does.
  mutating func firstByte(at now: Instant) -> FaultMessage? {
    guard awaitsFirstByte, let last = answers.indices.last else { return nil }
    awaitsFirstByte = false
    if !clientTells { answers[last].message.startedAt = now }
    return answers[last].message
  }

  /// Until the client tells better, what the record says is the bytes of the tunnel.
  mutating func count(_ bytes: Int) {
    guard let last = answers.indices.last, answers[last].message.nonce == nil else { return }
    answers[last].bytes += bytes
  }

  /// The client has decoded so much of its answer: which stages' positions that reaches.
  mutating func decoded(
    events: Int, bytes: Int, nonce: Nonce, at now: Instant, _ stages: [FaultStage]
  ) -> (message: FaultMessage, isFirst: Bool, stages: [Int]) {
    let index = index(of: nonce)
    let isFirst = answers[index].message.startedAt == nil
    if isFirst { answers[index].message.startedAt = now }
    answers[index].bytes = bytes
    answers[index].events = events
    var reached: [Int] = []
    for (number, stage) in stages.enumerated() where !answers[index].struck.contains(stage.id) {
      switch stage.rule.position {
      case .event(let wanted) where events >= wanted: reached.append(number)
      case .byte(let wanted) where wanted > 0 && bytes >= wanted: reached.append(number)
      default: continue
      }
      answers[index].struck.insert(stage.id)
    }
    return (answers[index].message, isFirst, reached)
  }

  private mutating func index(of nonce: Nonce) -> Int {
    if let known = answers.lastIndex(where: { $0.message.nonce == nonce }) { return known }
    if answers.count == 1, answers[0].message.nonce == nil {
      answers[0].message.nonce = nonce
      return 0
    }
    add(nonce)
    return answers.count - 1
  }
}
