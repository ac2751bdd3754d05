import Core
import Platform
import Wire

/// One client of the proxy and its upstream: moves bytes, and carries out what the faults decide.
///
/// The parts: this file moves bytes and watches both ends, `ProxyConnectionPassing` is the short way
/// for bytes that nothing happens to, `ProxyConnectionEnding` cuts the connection,
/// `ProxyConnectionTunnel` answers CONNECT and hears what the client has decoded,
/// `ProxyConnectionTransfers` sends requests on instead of bytes.
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
  /// Whether there is one: asked itself, it would be copied for the answer.
  private(set) var hasPipeline: Bool
  /// What the short way needs, without asking the proxy.
  let buffer: UnsafeMutableRawBufferPointer
  let flows: (upstream: ProxyCounters.Flow, downstream: ProxyCounters.Flow)
  let isObserved: Bool
  /// What the pipeline said last of itself.
  private(set) var standing = FaultPipeline.Standing()
  /// The head of a CONNECT so far.
  var head: [UInt8] = []
  var ending: Ending?
  /// A strike whose record is written when it has been carried out.
  var struck: FaultStrike?
  /// Records to be completed when their message is over.
  private var open: [(id: Int, record: Int)] = []
  /// The client was accepted and is answered nothing.
  private(set) var isIgnored = false
  private var timer: (id: UInt64, due: Instant)?
  /// Events that the pipeline has counted, as far as they were added up.
  private var events = 0

  init(proxy: FaultProxy, ordinal: Int, client: Int32, pipeline: FaultPipeline?) {
    self.proxy = proxy
    self.ordinal = ordinal
    self.pipeline = pipeline
    hasPipeline = pipeline != nil
    buffer = proxy.buffer
    flows = (proxy.counters.upstream, proxy.counters.downstream)
    isObserved = proxy.options.observer != nil
    clientPort = proxy.mode == .tunnel ? Socket.peerPort(client) : 0
    self.client = ProxyConnectionSide(client, loop: proxy.loop, isConnected: true)
    upstream = ProxyConnectionSide(-1, loop: proxy.loop, isConnected: false)
    state = proxy.mode == .tunnel ? .asked : .connecting
  }

  func start() {
    do {
      try client.join(self, ProxyConnectionSide.reading)
    } catch {
      Socket.close(client.descriptor)
      return over()
    }
    let now = proxy.loop.clock.now()
    if let observer = proxy.options.observer {
      observer.opened(
        ordinal, client: Socket.peerEndpoint(client.descriptor)?.description ?? "", at: now)
    }
    perform(pipeline?.open(at: now))
    if state == .connecting, !isIgnored {
      if let origin = proxy.origin {
        open(origin)
      } else if case .plain(let endpoint) = proxy.upstream {
        connect(to: endpoint)
      }
    }
    if state != .over { settle() }
  }

  /// Rules have come or gone.
  func change(
    _ now: Instant, _ body: (inout FaultPipeline, Instant) -> [FaultPipeline.Action]
  ) {
    guard state == .open || state == .connecting else { return }
    if !hasPipeline {
      // What passes already is read from here on, as bytes: where a message began is unknown.
      var fresh = FaultPipeline(
        rules: [], seed: proxy.options.seed, connection: ordinal, reading: .bytes,
        dialect: proxy.options.dialect)
      _ = fresh.open(at: now)
      pipeline = fresh
      hasPipeline = true
    }
    guard var changed = pipeline else { return }
    let actions = body(&changed, now)
    pipeline = changed
    perform(actions)
    if state != .over { settle() }
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
    if let pipeline { proxy.count(pipeline) }
    pipeline = nil
    hasPipeline = false
    for entry in open { proxy.complete(entry.record, bytes: nil, events: nil) }
    open = []
    proxy.options.observer?.closed(ordinal, at: proxy.loop.clock.now())
    proxy.forget(self)
  }

  // MARK: - Connecting

  func connect(to endpoint: Endpoint) {
    state = .connecting
    do {
      let address = try proxy.address(of: endpoint)
      let (descriptor, stands) = try Socket.connectPromptly(to: address)
      upstream.open(descriptor)
      do {
        try upstream.join(self, stands ? ProxyConnectionSide.reading : .write)
      } catch {
        Socket.close(upstream.descriptor)
        upstream.open(-1)
        throw error
      }
      if stands { connected() }
    } catch {
      refused()
    }
  }

  func connected() {
    upstream.isConnected = true
    state = .open
    if proxy.mode == .tunnel { tunnelStands() }
    upstream.flush()
  }

  private func refused() {
    proxy.counters.refused()
    upstream.close()
    if proxy.mode == .tunnel { return refuse("502 Bad Gateway") }
    client.reset()
    over()
  }

  // MARK: - Bytes

  private func read(_ side: ProxyConnectionSide) {
    // Bytes are held from when they were there, not from when they had been copied.
    let now = proxy.loop.clock.now()
    var room = proxy.buffer
    if hasPipeline, let limit = readLimit(side) {
      room = UnsafeMutableRawBufferPointer(rebasing: room[..<min(room.count, max(1, limit))])
    }
    take(side.receive(room), in: room, from: side, at: now)
  }

  /// What a read gave that began at that instant.
  func take(
    _ outcome: Socket.Outcome, in room: UnsafeMutableRawBufferPointer,
    from side: ProxyConnectionSide, at now: Instant
  ) {
    switch outcome {
    case .bytes(let count):
      let bytes = UnsafeRawBufferPointer(rebasing: room[..<count])
      side === client ? fromClient(bytes, at: now) : fromUpstream(bytes, at: now)
    case .wouldBlock: break
    case .closed: side.isBroken ? lost(side) : ended(side)
    case .failed: lost(side)
    }
  }

  private func fromClient(_ bytes: UnsafeRawBufferPointer, at now: Instant) {
    proxy.counters.upstream.received(bytes.count)
    if state == .asked { return readConnect(bytes) }
    guard hasPipeline || proxy.options.observer != nil else {
      proxy.counters.upstream.sent(bytes.count)
      return upstream.send(bytes)
    }
    proxy.options.observer?.received(ordinal, .upstream, bytes, at: now)
    guard hasPipeline else { return send(.upstream, bytes) }
    let bytes = [UInt8](bytes)
    if let choice = proxy.options.rulesByNonce {
      perform(pipeline?.choose(bytes, at: now, choice))
      guard state != .over else { return }
    }
    perform(pipeline?.fromClient(bytes, at: now, requests: &proxy.requests))
  }

  private func fromUpstream(_ bytes: UnsafeRawBufferPointer, at now: Instant) {
    proxy.counters.downstream.received(bytes.count)
    guard hasPipeline || proxy.options.observer != nil else {
      proxy.counters.downstream.sent(bytes.count)
      return client.send(bytes)
    }
    proxy.options.observer?.received(ordinal, .downstream, bytes, at: now)
    guard hasPipeline else { return send(.downstream, bytes) }
    perform(pipeline?.fromServer([UInt8](bytes), at: now))
  }

  private func send(_ direction: FaultDirection, _ bytes: UnsafeRawBufferPointer) {
    proxy.counters.flow(direction).sent(bytes.count)
    (direction == .upstream ? upstream : client).send(bytes)
  }

  func perform(_ actions: [FaultPipeline.Action]?) {
    for action in actions ?? [] {
      switch action {
      case .send(let direction, let bytes): bytes.withUnsafeBytes { send(direction, $0) }
      case .struck(let strike):
        if strike.rule.effect == .cuts {
          struck = strike
        } else {
          record(strike, at: strike.at)
        }
      case .settled(let id, let bytes, let events): complete(id, bytes: bytes, events: events)
      case .finish(let direction):
        (direction == .upstream ? upstream : client).finish()
        recordStrike(proxy.loop.clock.now())
      case .close: end(.close)
      case .reset, .abort: end(.reset)
      case .refuse:
        client.reset()
        recordStrike(proxy.loop.clock.now())
        return over()
      case .ignore:
        isIgnored = true
        recordStrike(proxy.loop.clock.now())
      }
    }
    follow()
  }

  /// After whatever the pipeline was told.
  private func follow() {
    guard let standing = pipeline?.standing() else { return }
    self.standing = standing
    add(events: standing.events - events)
    wake(at: standing.nextDue)
  }

  /// So many more events have come from the server.
  func add(events count: Int) {
    guard count > 0 else { return }
    flows.downstream.events(count)
    events += count
  }

  private func wake(at due: Instant?) {
    guard state == .open || state == .connecting, let due, due < timer?.due ?? .distantFuture
    else { return }
    timer = (proxy.loop.schedule(self, at: due - Limits.preparation), due)
  }

  private func record(_ strike: FaultStrike, at instant: Instant, isEnd: Bool = false) {
    let number = proxy.record(strike, connection: ordinal, at: instant, isEnd: isEnd)
    guard !isEnd else { return }
    if !proxy.options.keepsRecords {
      // The last of each rule will do, and a message without an end may have any number.
      for entry in open where entry.id == strike.id { proxy.forget(record: entry.record) }
      open.removeAll { $0.id == strike.id }
    }
    open.append((strike.id, number))
  }

  /// The numbers of records that are not complete yet.
  var openRecords: [Int] { open.map(\.record) }

  private func complete(_ id: Int, bytes: Int, events: Int) {
    for entry in open where entry.id == id {
      proxy.complete(entry.record, bytes: bytes, events: events)
    }
    open.removeAll { $0.id == id }
  }

  func recordStrike(_ now: Instant) {
    guard let strike = struck else { return }
    struck = nil
    record(strike, at: now, isEnd: true)
  }

  // MARK: - Ends

  /// FIN: this side sends no more.
  private func ended(_ side: ProxyConnectionSide) {
    side.hasEnded = true
    observe(side, .fin)
    if side === client, state == .asked || isGoneWhenItEnds { return stop() }
    guard hasPipeline else { return (side === upstream ? client : upstream).finish() }
    perform(pipeline?.endOfStream(direction(from: side), at: proxy.loop.clock.now()))
  }

  /// RST, or another failure: this side is gone in both directions.
  private func lost(_ side: ProxyConnectionSide) {
    observe(side, .reset)
    side.close()
    if side === client {
      if let pipeline { proxy.count(pipeline) }
      pipeline = nil
      hasPipeline = false
      guard upstream.isConnected, upstream.isOpen else { return over() }
      end(.reset)
    } else {
      guard hasPipeline else { return end(.reset) }
      perform(pipeline?.endOfStream(.downstream, reset: true, at: proxy.loop.clock.now()))
    }
  }

  private func direction(from side: ProxyConnectionSide) -> FaultDirection {
    side === client ? .upstream : .downstream
  }

  private func observe(_ side: ProxyConnectionSide, _ how: StreamEnding) {
    proxy.options.observer?.ended(
      ordinal, direction(from: side), how: how, at: proxy.loop.clock.now())
  }

  // MARK: - Readiness

  /// How much a fault lets be read from this side now; nil for any.
  private func readLimit(_ side: ProxyConnectionSide) -> Int? {
    let now = proxy.loop.clock.now()
    guard let limit = pipeline?.readLimit(direction(from: side), at: now) else { return nil }
    if limit.bytes == 0 { wake(at: limit.more) }
    return limit.bytes
  }

  private func mayRead(_ side: ProxyConnectionSide) -> Bool {
    if side.hasEnded || isIgnored { return false }
    let receiver = side === client ? upstream : client
    guard receiver.backlogBytes <= Limits.proxyBacklogBytes else { return false }
    guard hasPipeline else { return true }
    guard standing[direction(from: side)].heldBytes <= Limits.writeBacklogBytes else {
      return false
    }
    return readLimit(side) != 0
  }

  /// After everything that happened: closes what is through, and asks for what matters now.
  func settle() {
    readUnasked(client)
    readUnasked(upstream)
    guard state != .over else { return }
    if client.isThrough { client.close() }
    if upstream.isThrough { upstream.close() }
    guard client.isOpen || upstream.isOpen else { return over() }
    client.want(interest(in: client))
    upstream.want(interest(in: upstream))
  }

  private func readUnasked(_ side: ProxyConnectionSide) {
    while side.isReadUnasked, side.isOpen, state == .open, mayRead(side) { read(side) }
  }

  private func interest(in side: ProxyConnectionSide) -> Readiness {
    guard side.isConnected else { return .write }
    var wanted: Readiness = side.backlogBytes > 0 ? .write : .nothing
    if state == .ending || side.hasEnded { return wanted }
    if mayRead(side) {
      wanted.formUnion(ProxyConnectionSide.reading)
    } else if !side.hasAnnouncedEnd {
      wanted.insert(.peerClosed)
    }
    return wanted
  }

  private func ready(_ side: ProxyConnectionSide, _ readiness: Readiness) {
    if !side.isConnected { return readiness.isGone ? refused() : connected() }
    side.told(readiness)
    if readiness.mayWrite { side.flush() }
    let isGone = readiness.isGone
    if state == .ending {
      if isGone { side.close() }
      return advanceEnding(proxy.loop.clock.now())
    }
    guard !readiness.isOnlyWrite else { return }
    if mayRead(side) {
      read(side)
      // A FIN mostly comes with the last bytes, and bulk fills more than one read.
      if side.isStale, state == .open, mayRead(side) { read(side) }
      return
    }
    side.leaveUnread()
    if isGone {
      goneUnread(side, isReset: readiness.contains(.error))
    } else if readiness.contains(.peerClosed) {
      side.hasAnnouncedEnd = true
      if side === client, isGoneWhenItEnds { stop() }
    }
  }

  /// Nothing more will come from a side that must not be read now, because the other is slow or a
  /// fault holds: it was reset, or is through in both directions with bytes still to be read.
  private func goneUnread(_ side: ProxyConnectionSide, isReset: Bool) {
    if side.hasEnded || side === client && isReset {
      lost(side)
    } else if side === upstream, pipeline?.isStalled(.downstream) == true {
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
      if readiness.isOnlyRead, passOn(.upstream, from: client, to: upstream) { return }
      ready(client, readiness)
    } else if descriptor == upstream.descriptor {
      if readiness.isOnlyRead, passOn(.downstream, from: upstream, to: client) { return }
      ready(upstream, readiness)
    }
    if state != .over { settle() }
  }

  func timerFired(_ id: UInt64, now: Instant) {
    if id == ending?.timer {
      advanceEnding(now)
    } else if let timer, id == timer.id, state == .open || state == .connecting {
      self.timer = nil
      let actions = pipeline?.timerFired(at: max(now, timer.due))
      // Nobody is held up who had been ready before: the loop serves those first.
      while proxy.loop.clock.now() < timer.due {}
      perform(actions)
    } else {
      return
    }
    if state != .over { settle() }
  }
}
