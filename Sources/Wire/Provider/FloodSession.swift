package import Core

/// Answers every request with the same stream as fast as it is taken: each event in an HTTP chunk of
/// its own, as providers send them, many of them in one send.
///
/// It is made for measuring a client: what it sends was made before, so that the client and not
/// this is at its limit.
package struct FloodSession: AnsweringSession {
  /// What is sent, shared by all connections.
  package struct Stream: Sendable {
    fileprivate let head: [UInt8]
    /// `perSend` events in their framing.
    fileprivate let piece: [UInt8]
    package let sends: Int
    package let perSend: Int
    /// One event, framing excluded.
    package let event: [UInt8]

    package init(event: [UInt8], perSend: Int, sends: Int) {
      self.event = event
      self.perSend = perSend
      self.sends = sends
      head =
        AnswerHead(
          status: 200, mediaType: "text/event-stream", id: nil, framing: .chunked, persists: true,
          isOldClient: false, isStream: true
        ).bytes
      let framed = ChunkedCoding.frame(event)
      piece = [UInt8]((0..<perSend).flatMap { _ in framed })
    }

    package var events: Int { sends * perSend }
    package var bodyBytes: Int { events * event.count }
  }

  private let stream: Stream
  private var queue = RequestQueue()
  /// Sends of the answer under way that the kernel has taken: the head, the pieces, the end.
  private var sent: Int?
  private var ids = 0

  package init(_ stream: Stream) { self.stream = stream }

  package var nextDue: Instant? { nil }
  package var openNonce: Nonce? { nil }
  package var isIdle: Bool { sent == nil && queue.isIdle }

  package mutating func received(
    _ bytes: some Collection<UInt8>, at now: Instant
  ) -> [ProviderSession.Action] {
    queue.receive(bytes)
    return sent == nil ? takeUp() : []
  }

  package mutating func due(at now: Instant) -> [ProviderSession.Action] { [] }

  package mutating func written(_ id: Int, at now: Instant) -> [ProviderSession.Action] {
    guard let count = sent else { return [] }
    sent = count + 1
    if count < stream.sends { return [send(stream.piece)] }
    if count == stream.sends { return [send(ChunkedCoding.last)] }
    sent = nil
    return takeUp()
  }

  package mutating func peerClosed(at now: Instant, reset: Bool) -> [ProviderSession.Action] {
    abandon(at: now)
  }

  package mutating func abandon(at now: Instant) -> [ProviderSession.Action] {
    sent = nil
    queue.removeAll()
    return []
  }

  private mutating func takeUp() -> [ProviderSession.Action] {
    guard case .answer = queue.next() else { return [] }
    sent = 0
    return [send(stream.head)]
  }

  private mutating func send(_ bytes: [UInt8]) -> ProviderSession.Action {
    ids += 1
    return .send(bytes, id: ids)
  }
}
