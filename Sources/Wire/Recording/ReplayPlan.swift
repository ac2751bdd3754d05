package import Core

/// Which recorded answer the next request gets, and when each piece of it is due; one for all
/// connections of a replay.
///
/// Requests get the answers of equal requests (method, target and body), in the order of the
/// recording; others get what was answered next in order. When all are used it begins anew.
package struct ReplayPlan: Sendable {
  package enum Gaps: Hashable, Sendable {
    case asRecorded
    /// Drawn from the recording's own gaps, with this seed.
    case resampled(seed: UInt64)
  }

  /// What of an answer is due when, counted from the end of its request.
  package struct Answer: Hashable, Sendable {
    package var pieces: [RecordedPiece]
    package var end: RecordedClose?
    /// Whether a further request may follow on the connection.
    package var isWhole: Bool
  }

  private let exchanges: [RecordedExchange]
  private let speed: Double
  private let gaps: Gaps
  /// Waits before first pieces, and those between the pieces of an answer.
  private var firsts: [Nanoseconds] = []
  private var betweens: [Nanoseconds] = []
  private var uses: [Int]
  private var given = 0

  /// - Parameters:
  ///   - exchanges: at least one that is answered.
  ///   - speed: 2 plays in half the time.
  package init(_ exchanges: [RecordedExchange], speed: Double = 1, gaps: Gaps = .asRecorded) {
    self.exchanges = exchanges.filter(\.isAnswered)
    self.speed = speed
    self.gaps = gaps
    precondition(!self.exchanges.isEmpty, "a replay needs an answer to play")
    uses = self.exchanges.map { _ in 0 }
    for exchange in self.exchanges {
      if let first = exchange.pieces.first { firsts.append(first.after) }
      for (before, piece) in zip(exchange.pieces, exchange.pieces.dropFirst()) {
        betweens.append(piece.after - before.after)
      }
    }
  }

  package mutating func answer(to request: HTTPRequest) -> Answer {
    let index = choose(request)
    uses[index] += 1
    given += 1
    let played = exchanges[index]
    var answer = Answer(pieces: played.pieces, end: played.end, isWhole: played.isWhole)
    if case .resampled(let seed) = gaps { resample(&answer, seed: seed) }
    for piece in answer.pieces.indices {
      answer.pieces[piece].after = scaled(answer.pieces[piece].after)
    }
    if let after = answer.end?.after { answer.end?.after = scaled(after) }
    return answer
  }

  /// The least used of the equal ones, else the least used of all; the first of those.
  private func choose(_ request: HTTPRequest) -> Int {
    let target = SecretMasker.comparable(target: request.target)
    let equal = exchanges.indices.filter { index in
      guard let recorded = exchanges[index].request else { return false }
      return recorded.method == request.method && recorded.body == request.body
        && SecretMasker.comparable(target: recorded.target) == target
    }
    return (equal.isEmpty ? Array(exchanges.indices) : equal).min { uses[$0] < uses[$1] } ?? 0
  }

  private func resample(_ answer: inout Answer, seed: UInt64) {
    var random = SplitMix64(seed: seed, rule: RandomRule.replay, ordinal: UInt64(given))
    var now = Nanoseconds.zero
    let last = answer.pieces.last?.after ?? .zero
    for index in answer.pieces.indices {
      let pool = index == 0 ? firsts : betweens
      now += pool[Int(random.next() % UInt64(pool.count))]
      answer.pieces[index].after = now
    }
    // The end keeps its distance.
    if let after = answer.end?.after { answer.end?.after = now + (after - last) }
  }

  private func scaled(_ time: Nanoseconds) -> Nanoseconds {
    speed == 1 ? time : Nanoseconds(Int64(Double(time.count) / speed))
  }
}
