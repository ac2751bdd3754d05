import Core
import Platform
import Wire

/// One client of the proxy and its upstream: moves bytes, and carries out what the faults decide.
///
/// The parts: this file moves bytes and watches both ends, `ProxyConnectionEnding` cuts the
/// connection, `ProxyConnectionTunnel` answers CONNECT and hears what the client has decoded.
final class ProxyConnection {
  enum State: Hashable {
    /// Reads the head of a CONNECT.
    case asked
    /// TCP's handshake with the upstream is under way.
    case connecting
    case open
    /// Nothing is forwarded any more; what was sent is being delivered before the cut.
    case ending
    case over
  }

  unowned let proxy: FaultProxy
  let ordinal: Int
  let clientPort: UInt16
  let client: ProxyConnectionSide
  let upstream: ProxyConnectionSide
  var state: State
  var pipeline: FaultPipeline?
  /// The head of a CONNECT so far.
  var head: [UInt8] = []
  var ending: Ending?
  /// A strike whose record is written when it has been carried out.
  var struck: FaultStrike?
  private var timer: (id: UInt64, due: Instant)?

  init(proxy: FaultProxy, ordinal: Int, client: Int32, pipeline: FaultPipeline?) {
    self.proxy = proxy
    self.ordinal = ordinal
    self.pipeline = pipeline
    clientPort = proxy.mode == .tunnel ? Socket.peerPort(client) : 0
    self.client = ProxyConnectionSide(client, loop: proxy.loop, isConnected: true)
    upstream = ProxyConnectionSide(-1, loop: proxy.loop, isConnected: false)
    state = proxy.mode == .tunnel ? .asked : .connecting
  }

  func start() {
    do {
      try client.join(self, .read)
    } catch {
      Socket.close(client.descriptor)
      return over()
    }
    if state == .connecting { connect(to: proxy.upstream) }
  }

  /// Closes both sides at once.
  func stop() {
    guard state != .over else { return }
    client.closeGently(proxy.buffer)
    upstream.closeGently(proxy.buffer)
    over()
  }

  func over() {
    client.close()
    upstream.close()
    state = .over
    pipeline = nil
    proxy.forget(self)
  }

  // MARK: - Connecting

  func connect(to endpoint: Endpoint) {
    state = .connecting
    do {
      upstream.open(try proxy.open(endpoint))
      do {
        try upstream.join(self, .write)
      } catch {
        Socket.close(upstream.descriptor)
        upstream.open(-1)
        throw error
      }
    } catch {
      refused()
    }
  }

  private func connected() {
    guard Socket.pendingError(upstream.descriptor) == nil else { return refused() }
    upstream.isConnected = true
    state = .open
    if proxy.mode == .tunnel { tunnelStands() }
    upstream.flush()
  }

  private func refused() {
    upstream.close()
    if proxy.mode == .tunnel { return refuse("502 Bad Gateway") }
    client.reset()
    over()
  }

  // MARK: - Bytes

  private func read(_ side: ProxyConnectionSide) {
    switch Socket.receive(side.descriptor, proxy.buffer) {
    case .bytes(let count):
      let bytes = UnsafeRawBufferPointer(rebasing: proxy.buffer[..<count])
      side === client ? fromClient(bytes) : fromUpstream(bytes)
    case .wouldBlock: break
    case .closed: side.isBroken ? lost(side) : ended(side)
    case .failed: lost(side)
    }
  }

  private func fromClient(_ bytes: UnsafeRawBufferPointer) {
    guard state != .asked else { return readConnect(bytes) }
    pipeline?.requestBytes(bytes)
    upstream.send(bytes)
  }

  private func fromUpstream(_ bytes: UnsafeRawBufferPointer) {
    guard pipeline != nil else { return client.send(bytes) }
    let now = proxy.loop.clock.now()
    perform(pipeline?.receive([UInt8](bytes), at: now))
  }

  func perform(_ actions: [FaultPipeline.Action]?) {
    for action in actions ?? [] {
      switch action {
      case .send(let bytes): bytes.withUnsafeBytes { client.send($0) }
      case .struck(let strike):
        if strike.rule.effect == .cuts {
          struck = strike
        } else {
          proxy.record(strike, connection: ordinal, at: strike.at)
        }
      case .finish: client.finish()
      case .close: end(.close)
      case .reset, .abort: end(.reset)
      }
    }
    guard state == .open, let due = pipeline?.nextDue, due != timer?.due else { return }
    timer = (proxy.loop.schedule(self, at: due), due)
  }

  // MARK: - Ends

  /// FIN: this side sends no more.
  private func ended(_ side: ProxyConnectionSide) {
    side.hasEnded = true
    if side === upstream {
      guard pipeline != nil else { return client.finish() }
      perform(pipeline?.endOfStream(at: proxy.loop.clock.now()))
    } else if state == .asked || pipeline?.isStalled == true {
      // Behind a stall nothing can come that a client who only half-closed could wait for.
      stop()
    } else {
      upstream.finish()
    }
  }

  /// RST, or another failure: this side is gone in both directions.
  private func lost(_ side: ProxyConnectionSide) {
    side.close()
    if side === client {
      pipeline = nil
      guard upstream.isConnected, upstream.isOpen else { return over() }
      end(.reset)
    } else {
      guard pipeline != nil else { return end(.reset) }
      perform(pipeline?.endOfStream(reset: true, at: proxy.loop.clock.now()))
    }
  }

  // MARK: - Readiness

  private func mayRead(_ side: ProxyConnectionSide) -> Bool {
    if side.hasEnded { return false }
    let receiver = side === client ? upstream : client
    guard receiver.backlogBytes <= Limits.proxyBacklogBytes else { return false }
    return side === client || pipeline?.heldBytes ?? 0 <= Limits.writeBacklogBytes
  }

  /// After everything that happened: closes what is through, and asks for what matters now.
  func settle() {
    readDetached(client)
    readDetached(upstream)
    guard state != .over else { return }
    if client.isThrough { client.close() }
    if upstream.isThrough { upstream.close() }
    guard client.isOpen || upstream.isOpen else { return over() }
    client.want(interest(in: client))
    upstream.want(interest(in: upstream))
  }

  private func readDetached(_ side: ProxyConnectionSide) {
    while side.isDetached, side.isOpen, state == .open, mayRead(side) { read(side) }
  }

  private func interest(in side: ProxyConnectionSide) -> Readiness {
    guard side.isConnected else { return .write }
    var wanted: Readiness = side.backlogBytes > 0 ? .write : []
    if state == .ending || side.hasEnded { return wanted }
    if mayRead(side) {
      wanted.insert(.read)
    } else if !side.hasAnnouncedEnd {
      wanted.insert(.peerClosed)
    }
    return wanted
  }

  private func ready(_ side: ProxyConnectionSide, _ readiness: Readiness) {
    if !side.isConnected { return connected() }
    if readiness.mayWrite { side.flush() }
    let isGone = readiness.isGone
    if state == .ending {
      if isGone { side.close() }
      return advanceEnding(proxy.loop.clock.now())
    }
    guard !readiness.isOnlyWrite else { return }
    if mayRead(side) {
      read(side)
    } else if isGone {
      goneUnread(side, isReset: readiness.contains(.error))
    } else if readiness.contains(.peerClosed) {
      side.hasAnnouncedEnd = true
      if side === client, pipeline?.isStalled == true { stop() }
    }
  }

  /// Nothing more will come from a side that must not be read now, because the other is slow or a
  /// fault holds: it was reset, or is through in both directions with bytes still to be read.
  private func goneUnread(_ side: ProxyConnectionSide, isReset: Bool) {
    if side.hasEnded || side === client && isReset {
      lost(side)
    } else if side === upstream, pipeline?.isStalled == true {
      side.close()
    } else {
      side.detach()
    }
  }
}

extension ProxyConnection: ReadinessTarget, TimerTarget {
  func descriptorReady(_ descriptor: Int32, _ readiness: Readiness) {
    guard state != .over else { return }
    if descriptor == client.descriptor {
      ready(client, readiness)
    } else if descriptor == upstream.descriptor {
      ready(upstream, readiness)
    }
    if state != .over { settle() }
  }

  func timerFired(_ id: UInt64, now: Instant) {
    if id == ending?.timer {
      advanceEnding(now)
    } else if id == timer?.id, state == .open {
      timer = nil
      perform(pipeline?.timerFired(at: now))
    } else {
      return
    }
    if state != .over { settle() }
  }
}
