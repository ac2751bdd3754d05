import Core
import Platform
import Wire

/// Whoever has requests under way, all on one loop.
protocol ExchangeOwner: AnyObject {
  var loop: EventLoop { get }
  var multi: CurlMulti { get }
  var observer: (any RunnerObserver)? { get }
  func ended(_ item: ActiveExchange)
  func stopsReading(_ item: ActiveExchange)
}

extension ExchangeOwner {
  func stopsReading(_ item: ActiveExchange) {}
}

/// One request under way: takes what libcurl hands it, stamps it, and keeps the time limits.
///
/// Nothing is parsed here that can be parsed when the stream has ended; events are counted only
/// when the scenario leaves at one or a tunnelling proxy must be told.
final class ActiveExchange: TransferDelegate, TimerTarget {
  private(set) var exchange: Exchange
  let slot: Int
  var handle: CurlHandle?
  private unowned let owner: any ExchangeOwner
  private let clock = SystemClock()
  private let timeouts: Timeouts
  private let leave: Position?
  private let mostBody: Int
  private var stopsReading: Bool
  private var counter: EventCounter?
  private var head = ResponseHead()
  private var localPort: UInt16 = 0
  private var lastByteAt: Instant?
  private var limitTimer: UInt64 = 0
  private var limitDue: Instant
  private var leaveTimer: UInt64 = 0
  /// Why the client ended it, when it did.
  private var ownEnd: (condition: EndCondition, detail: String)?

  /// - Parameter room: bytes for which there is room from the start, so that a body that is no
  ///   larger is never moved.
  init(
    _ exchange: Exchange, slot: Int = 0, owner: any ExchangeOwner, traffic: Traffic,
    countsEvents: Bool = false, room: Int = Limits.bodyRoom.lowerBound
  ) {
    self.exchange = exchange
    self.slot = slot
    self.owner = owner
    timeouts = traffic.timeouts
    limitDue = exchange.started
    leave = traffic.leave
    mostBody = traffic.mostBody
    stopsReading = traffic.stopsReading
    if case .event = traffic.leave { counter = EventCounter() }
    if countsEvents { counter = EventCounter() }
    self.exchange.body.reserveCapacity(room)
  }

  func armed() { arm(at: nextLook(exchange.started)) }

  private func arm(at due: Instant) {
    limitDue = due
    limitTimer = owner.loop.schedule(self, at: due)
  }

  /// A new phase may end sooner than the one before it would have.
  private func phaseBegins() {
    let due = deadline().at
    if due < limitDue { arm(at: due) }
  }

  /// When to look at the limits next. That the connection stands is not announced, so while
  /// connecting this is at most the handshake's time away.
  private func nextLook(_ now: Instant) -> Instant {
    let due = deadline().at
    return exchange.sent == nil ? min(due, now + timeouts.tls) : due
  }

  // MARK: libcurl's callbacks

  func transferSends(localPort: UInt16) {
    let now = clock.now()
    exchange.sent = now
    self.localPort = localPort
    phaseBegins()
    if case .time(let offset) = leave { leaveTimer = owner.loop.schedule(self, at: now + offset) }
    owner.observer?.requestStarts(localPort: localPort, nonce: exchange.nonce)
  }

  func transferHead(_ line: UnsafeRawBufferPointer) {
    let now = clock.now()
    guard head.take(line) else { return }
    exchange.headAt = now
    exchange.status = head.status
    exchange.httpVersion = head.version
    exchange.headers = head.fields
  }

  /// Called once for each piece of the framing, of which one read may bring many: the first takes
  /// the instant.
  func transferBody(_ bytes: UnsafeRawBufferPointer, wake: UInt32) -> Bool {
    guard ownEnd == nil else { return false }
    if stopsReading {
      stopsReading = false
      owner.stopsReading(self)
    }
    guard counter != nil || leave != nil else {
      if exchange.body.count + bytes.count <= mostBody,
        exchange.timeline.extendLast(by: bytes.count, wake: wake)
      {
        exchange.body.append(contentsOf: bytes)
        return true
      }
      return firstOfRead(bytes, wake: wake, at: clock.now())
    }
    let now = clock.now()
    return firstOfRead(bytes, wake: wake, at: now) && goesOn(after: bytes, at: now)
  }

  private func firstOfRead(
    _ bytes: UnsafeRawBufferPointer, wake: UInt32, at now: Instant
  ) -> Bool {
    guard exchange.body.count + bytes.count <= mostBody else {
      ownEnd = (
        .tooLarge, "the body exceeds \(mostBody >> 20) MiB without an end in sight"
      )
      return false
    }
    exchange.timeline.append(
      ReadMark(
        instant: now, offset: exchange.body.count, length: bytes.count, wake: wake))
    exchange.body.append(contentsOf: bytes)
    let isFirst = lastByteAt == nil
    lastByteAt = now
    if isFirst { phaseBegins() }
    return true
  }

  func transferEnded(_ result: TransferResult) {
    finish(result, at: clock.now())
  }

  // MARK: Time limits and leaving

  func timerFired(_ id: UInt64, now: Instant) {
    guard handle != nil else { return }
    if id == leaveTimer {
      exchange.left = now
      end(.cancelled, "the client left \(now - (exchange.sent ?? now)) after its request", at: now)
    } else if id == limitTimer {
      let limit = deadline()
      guard limit.at <= now else {
        return arm(at: nextLook(now))
      }
      end(limit.condition, limit.detail, at: now)
    }
  }

  /// Ends the exchange from our side: the connection (HTTP/2: the stream) is closed at once.
  func end(_ condition: EndCondition, _ detail: String, at now: Instant) {
    guard let handle, let result = owner.multi.cancel(handle) else { return }
    ownEnd = (condition, detail)
    finish(result, at: now)
  }

  /// Counts events for a client that leaves or a tunnel that must be told; false to leave.
  private func goesOn(after bytes: UnsafeRawBufferPointer, at now: Instant) -> Bool {
    let before = counter?.count ?? 0
    counter?.feed(bytes.bindMemory(to: UInt8.self).span)
    let events = counter?.count ?? 0
    let leaves =
      switch leave {
      case .event(let number): events >= number
      case .byte(let number): exchange.body.count >= number
      default: false
      }
    if leaves {
      exchange.left = now
      ownEnd = (
        .cancelled, "the client left after \(events) events and \(exchange.body.count) bytes"
      )
      return false
    }
    if events > before {
      owner.observer?.clientDecoded(
        events: events, bytes: exchange.body.count, localPort: localPort, nonce: exchange.nonce,
        at: now)
    }
    return true
  }

  private func deadline() -> (at: Instant, condition: EndCondition, detail: String) {
    if let last = lastByteAt {
      let whole = (exchange.sent ?? exchange.started) + timeouts.total
      guard last + timeouts.idle < whole else {
        return (whole, .timeoutTotal, "the answer did not end within \(timeouts.total)")
      }
      return (last + timeouts.idle, .timeoutIdle, "no byte for \(timeouts.idle) in mid-stream")
    }
    if let sent = exchange.sent {
      return (
        sent + timeouts.firstByte, .timeoutFirstByte,
        "no body byte within \(timeouts.firstByte) of the request"
      )
    }
    if let connected = handle?.connectedAt {
      return (
        connected + timeouts.tls, .timeoutTLS,
        "connected, but no TLS handshake within \(timeouts.tls)"
      )
    }
    return (
      exchange.started + timeouts.connect, .timeoutConnect,
      "no connection within \(timeouts.connect)"
    )
  }

  private func finish(_ result: TransferResult, at now: Instant) {
    exchange.ended = now
    exchange.connectTime = result.connectTime
    exchange.tlsTime = result.tlsTime
    exchange.reused = result.reused
    if let ownEnd {
      exchange.transport = .failed(ownEnd.condition)
      exchange.detail = ownEnd.detail
    } else {
      exchange.transport = result.transport
      exchange.detail = result.transport == .complete ? "" : result.message
    }
    limitTimer = 0
    leaveTimer = 0
    owner.ended(self)
  }
}
