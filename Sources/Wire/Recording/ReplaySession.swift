package import Core

/// Where the sessions of one replay get their answers; shared by the connections of one loop.
package final class ReplayAnswers {
  private var plan: ReplayPlan

  package init(_ plan: ReplayPlan) { self.plan = plan }

  func answer(to request: HTTPRequest) -> ReplayPlan.Answer { plan.answer(to: request) }
}

/// Plays recorded answers on one connection: each recorded read is one write, due on an ideal
/// timeline that begins when the request is complete, so that lateness never adds up.
package struct ReplaySession: AnsweringSession {
  private struct Play {
    var answer: ReplayPlan.Answer
    var begun: Instant
    var exchange: ProviderExchange
    var next = 0
    var lastSend: Int?
    var lastAt: Instant?

    /// When the next piece is to be written.
    var due: Instant {
      let planned = begun + answer.pieces[next].after
      guard let lastAt else { return planned }
      return max(planned, lastAt + ReplaySession.spacing)
    }

    var isPlayed: Bool { next == answer.pieces.count }
  }

  private let connection: Int
  private let answers: ReplayAnswers
  private var parser = HTTPRequestParser()
  private var waiting: [HTTPRequest] = []
  private var play: Play?
  /// What the server did to its connection when it was at rest, unless a request comes first.
  private var ending: (how: RecordedClose.How, at: Instant)?
  private var sends = 0
  private var written = -1
  private var isOver = false

  /// A client that sends more than this ahead loses the connection.
  private static let waitingLimit = 64
  /// Between two writes, so that the peer can read the one before the other comes: written closer,
  /// what were two reads would become one.
  package static let spacing = Nanoseconds.microseconds(200)

  package init(connection: Int, answers: ReplayAnswers) {
    self.connection = connection
    self.answers = answers
  }

  package var nextDue: Instant? {
    if isOver { return nil }
    guard let play else { return ending?.at }
    if !play.isPlayed { return play.due }
    guard let end = play.answer.end, end.how != .silence else { return nil }
    return play.begun + end.after
  }

  package var isIdle: Bool { play == nil && parser.isIdle }

  /// Recorded requests carry none.
  package var openNonce: Nonce? { nil }

  package mutating func received(
    _ bytes: some Collection<UInt8>, at now: Instant
  ) -> [ProviderSession.Action] {
    guard !isOver else { return [] }
    let result = parser.feed(bytes)
    waiting += result.requests
    guard result.failure == nil, waiting.count <= Self.waitingLimit else { return close(at: now) }
    var actions = takeUp(at: now)
    if result.expectsContinue { actions.append(send(RequestQueue.proceed)) }
    return actions
  }

  package mutating func due(at now: Instant) -> [ProviderSession.Action] {
    guard !isOver else { return [] }
    var actions: [ProviderSession.Action] = []
    if let current = play, !current.isPlayed, current.due <= now {
      let piece = current.answer.pieces[current.next]
      actions.append(send(piece.bytes))
      play?.lastSend = sends - 1
      play?.lastAt = now
      play?.next += 1
      play?.exchange.writes.append(
        WriteMark(
          kind: .raw, instant: now, due: current.begun + piece.after, length: piece.bytes.count))
    }
    guard let current = play, current.isPlayed else { return actions + rest(at: now) }
    if let end = current.answer.end, end.how != .silence, current.begun + end.after <= now {
      return actions + self.end(end.how, at: now)
    }
    return actions + settle(at: now)
  }

  package mutating func written(_ id: Int, at now: Instant) -> [ProviderSession.Action] {
    written = id
    return settle(at: now)
  }

  package mutating func peerClosed(at now: Instant, reset: Bool) -> [ProviderSession.Action] {
    guard !isOver else { return [] }
    return finish(reset ? .peerReset : .peerClosed, at: now) + close(at: now)
  }

  package mutating func abandon(at now: Instant) -> [ProviderSession.Action] {
    guard !isOver else { return [] }
    return finish(.unfinished, at: now) + close(at: now)
  }

  // MARK: Answers

  private mutating func takeUp(at now: Instant) -> [ProviderSession.Action] {
    guard play == nil, !waiting.isEmpty else { return [] }
    let request = waiting.removeFirst()
    ending = nil
    var exchange = ProviderExchange(
      connection: connection, method: request.method, path: request.path, receivedAt: now)
    exchange.head = request.head
    exchange.body = request.body
    play = Play(answer: answers.answer(to: request), begun: now, exchange: exchange)
    return due(at: now)
  }

  private mutating func send(_ bytes: [UInt8]) -> ProviderSession.Action {
    sends += 1
    return .send(bytes, id: sends - 1)
  }

  /// An answer is over when its last piece is with the kernel and the connection goes on.
  private mutating func settle(at now: Instant) -> [ProviderSession.Action] {
    guard let current = play, current.isPlayed, current.lastSend.map({ $0 <= written }) ?? true,
      current.answer.end?.how != .silence
    else { return [] }
    if let end = current.answer.end {
      // Only an end that leaves room for another request lets the connection rest.
      guard current.answer.isWhole else { return [] }
      ending = (end.how, current.begun + end.after)
    }
    return finish(.finished, at: now) + takeUp(at: now)
  }

  private mutating func rest(at now: Instant) -> [ProviderSession.Action] {
    guard let ending, ending.at <= now else { return [] }
    return end(ending.how, at: now)
  }

  private mutating func end(_ how: RecordedClose.How, at now: Instant) -> [ProviderSession.Action] {
    let actions = finish(how == .reset ? .reset : .closed, at: now)
    isOver = true
    return actions + [how == .reset ? .resetAfterFlush : .closeAfterFlush]
  }

  private mutating func close(at now: Instant) -> [ProviderSession.Action] {
    isOver = true
    return [.closeAfterFlush]
  }

  private mutating func finish(_ how: ProviderEnd, at now: Instant) -> [ProviderSession.Action] {
    guard var exchange = play?.exchange else { return [] }
    play = nil
    exchange.end = how
    exchange.endedAt = now
    return [.finished(exchange)]
  }
}
