import Core

/// One answer of the scripted provider while it is being given: the script's actions with their
/// head and framing, and the record of what the kernel took.
///
/// It is asked and told things for every event of every stream. A getter of a value that lies in an
/// optional, or behind a protocol, is asked of a copy of the whole; a mutating one where it lies.
struct ProviderAnswer: Sendable {
  private(set) var exchange: ProviderExchange
  /// Whether the connection goes on after the answer.
  private(set) var persists: Bool

  private var upcoming: ScriptPlayer.Action?
  private var player: ScriptPlayer?
  private let mediaType: String
  private let id: String
  private let isOldClient: Bool
  private let wantsNoBody: Bool
  private var framing = BodyFraming.chunked
  /// The head on its way out together with the first event.
  private var unsentHead: (bytes: [UInt8], status: Int)?
  private var pending = SendQueue()
  /// How the answer ends once everything pending is written; nil while there is more to come.
  private var outcome: ProviderEnd?

  /// Bounds what one call gives out when many events are due at one instant.
  private static let actionsPerCall = 64

  init(
    exchange: ProviderExchange, request: HTTPRequest, player: ScriptPlayer, mediaType: String,
    id: String
  ) {
    self.exchange = exchange
    persists = request.keepsAlive
    self.player = player
    self.mediaType = mediaType
    self.id = id
    isOldClient = request.minorVersion == 0
    wantsNoBody = false
    advance()
  }

  /// An answer in one piece; without a request (nothing readable came) the connection ends with it.
  init(exchange: ProviderExchange, request: HTTPRequest?, only: ScriptPlayer.Action, id: String) {
    self.exchange = exchange
    // What follows a CONNECT would be no HTTP.
    persists = request.map { $0.keepsAlive && $0.method != "CONNECT" } ?? false
    upcoming = only
    nextDue = only.due.map { exchange.receivedAt + $0 }
    mediaType = "application/json"
    self.id = id
    isOldClient = request?.minorVersion == 0
    wantsNoBody = request?.method == "HEAD"
  }

  /// When the next action is due; nil when there is none, or only an endless stall.
  private(set) var nextDue: Instant?

  /// Whether everything was given out and the kernel has taken it.
  var isOver: Bool { mutating get { outcome != nil && pending.isEmpty } }

  /// Gives out what is due: the actions of one instant, `actionsPerCall` at most.
  mutating func due(at now: Instant, sends: inout Int) -> [ProviderSession.Action] {
    guard let instant = nextDue, instant <= now else { return [] }
    var actions: [ProviderSession.Action] = []
    while actions.count < Self.actionsPerCall, nextDue == instant, let action = upcoming {
      advance()
      perform(action, due: instant, sends: &sends, &actions)
    }
    return actions
  }

  private mutating func advance() {
    upcoming = player?.next()
    let begun = exchange.receivedAt
    nextDue = upcoming?.due.map { begun + $0 }
  }

  /// The kernel took all sends up to this id.
  mutating func written(upTo id: Int, at now: Instant) {
    while let send = pending.pop(upTo: id) {
      if let status = send.status {
        exchange.status = status
        exchange.headAt = now
      }
      if let kind = send.kind {
        exchange.writes.append(
          WriteMark(kind: kind, instant: now, due: send.due, length: send.length))
      }
      for event in send.recorded {
        exchange.writes.append(
          WriteMark(
            kind: event.kind, instant: now, due: send.due, length: event.length,
            events: event.events))
      }
    }
  }

  /// The record of the answer as it stands, ended now; without an `end`, as the script ended it.
  mutating func finish(_ end: ProviderEnd? = nil, at now: Instant) -> ProviderExchange {
    exchange.end = end ?? outcome ?? .unfinished
    exchange.endedAt = now
    if end == .peerClosed || end == .peerReset { exchange.peerClosedAt = now }
    return exchange
  }

  /// Ends the connection with this answer.
  mutating func doNotPersist() { persists = false }

  // MARK: Actions

  private mutating func perform(
    _ action: ScriptPlayer.Action, due: Instant, sends: inout Int,
    _ actions: inout [ProviderSession.Action]
  ) {
    switch action {
    case .head:
      framing = isOldClient ? .untilClose : .chunked
      if isOldClient { persists = false }
      let head = head(status: 200, type: mediaType, isStream: true, extra: [])
      switch upcoming {
      case .write where nextDue == due, .recorded where nextDue == due: unsentHead = (head, 200)
      default:
        send(head, PendingSend(id: sends, status: 200, due: due, length: 0), &sends, &actions)
      }
    case .write(let bytes, let kind, _):
      write(
        bytes, PendingSend(id: sends, kind: kind, due: due, length: bytes.count), &sends, &actions)
    case .recorded(let read, _):
      write(
        read.bytes,
        PendingSend(id: sends, recorded: read.events, due: due, length: read.bytes.count), &sends,
        &actions)
    case .whole(let status, let headers, let body, _):
      framing = .length(body.count)
      var bytes = head(status: status, type: "application/json", isStream: false, extra: headers)
      if !wantsNoBody { bytes += body }
      let length = wantsNoBody ? 0 : body.count
      send(
        bytes, PendingSend(id: sends, status: status, kind: .whole, due: due, length: length),
        &sends, &actions)
      conclude(.finished, &actions)
    case .end:
      if framing == .chunked {
        send(ChunkedCoding.last, PendingSend(id: sends, due: due, length: 0), &sends, &actions)
      }
      conclude(.finished, &actions)
    case .close:
      persists = false
      conclude(.closed, &actions)
    case .reset:
      persists = false
      outcome = .reset
      actions.append(.resetAfterFlush)
    case .stallForever:
      break
    }
  }

  private mutating func write(
    _ body: [UInt8], _ pending: PendingSend, _ sends: inout Int,
    _ actions: inout [ProviderSession.Action]
  ) {
    let framed = framing == .chunked ? ChunkedCoding.frame(body) : body
    let head = unsentHead
    unsentHead = nil
    guard head != nil || !framed.isEmpty else { return }
    var pending = pending
    pending.status = head?.status
    send(head.map { $0.bytes + framed } ?? framed, pending, &sends, &actions)
  }

  private mutating func send(
    _ bytes: [UInt8], _ send: PendingSend, _ sends: inout Int,
    _ actions: inout [ProviderSession.Action]
  ) {
    pending.append(send)
    actions.append(.send(bytes, id: sends))
    sends += 1
  }

  private mutating func conclude(
    _ end: ProviderEnd, _ actions: inout [ProviderSession.Action]
  ) {
    outcome = end
    if !persists { actions.append(.closeAfterFlush) }
  }

  private func head(
    status: Int, type: String, isStream: Bool, extra: [HeaderField]
  ) -> [UInt8] {
    AnswerHead(
      status: status, mediaType: type, id: id, framing: framing, persists: persists,
      isOldClient: isOldClient, isStream: isStream, extra: extra
    ).bytes
  }
}
