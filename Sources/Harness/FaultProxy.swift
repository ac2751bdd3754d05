package import Core
package import Platform
package import Wire

/// A TCP proxy that carries out the faults of one leg; without rules it is the built-in relay.
///
/// It passes on what is there and nothing else: bytes untouched and in order, FIN as FIN (the other
/// direction stays open), RST as RST after what came before it. An upstream that refuses shows as
/// RST to the client, since the proxy has accepted by then (in a tunnel: as status 502). In front of
/// a server (`ProxyUpstream.server`) it passes requests on instead, as `Reorigination` says. What one
/// direction may hold is bounded: by `Limits.writeBacklogBytes` while a fault holds it, by
/// `Limits.proxyBacklogBytes` for a slow receiver; beyond that the sender is not read.
///
/// Everything happens on the loop's thread. It is `Sendable` only so that other threads can hand it
/// to that loop's mailbox: no member may be used on another thread.
package final class FaultProxy: @unchecked Sendable {
  package enum Mode: Hashable, Sendable {
    /// Everything goes to the upstream; HTTP/1.1 answers are read, so that faults know events.
    case forward
    /// HTTP CONNECT (RFC 9110 section 9.3.6) is answered with 200, then bytes go to the host asked
    /// for. They are not looked at; `clientDecoded` tells how far the client has come.
    case tunnel
    /// Everything goes to the upstream, and nothing is read: any protocol over TCP.
    case bytes

    var reading: FaultPipeline.Reading {
      switch self {
      case .forward: .http
      case .tunnel: .told
      case .bytes: .bytes
      }
    }
  }

  /// Where it listens, with the port it got.
  package let endpoint: Endpoint

  let loop: EventLoop
  /// Not used in a tunnel.
  let upstream: ProxyUpstream
  /// Unless it is a name, which is looked up for each connection.
  private var upstreamAddress: Socket.Address?
  /// Sends requests on, where the upstream is a server that bytes cannot be passed on to.
  private(set) var origin: Reorigination?
  let mode: Mode
  /// One read of any of its connections: they take turns.
  let buffer: UnsafeMutableRawBufferPointer

  let options: Options
  /// The one member that any thread may use.
  package let counters: ProxyCounters
  let listener: Listener
  var isDown = false
  var downTimes = DownTimes()
  var downTimer: UInt64 = 0
  private var accepted = 0
  /// Requests that any client has begun.
  var requests = 0
  private var rules: [FaultPipeline.Installed]
  private var isStopped = false
  private(set) var connections: [Int: ProxyConnection] = [:]
  private var byClientPort: [UInt16: ProxyConnection] = [:]
  private var records: [Int: FaultRecord] = [:]
  private var recorded = 0
  private var tallies: [Int: FaultTally] = [:]

  package struct Options {
    package var leg = Leg.b
    /// Those of this leg, each with the number that it is withdrawn by and that its draws hang on.
    package var rules: [FaultPipeline.Installed] = []
    package var seed: UInt64 = 1
    package var mode = Mode.forward
    /// Whether messages are read even while there are no rules, so that rules which come later know
    /// where in a message they are.
    package var alwaysReads = false
    /// In which errors are written and events are understood.
    package var dialect: (any Dialect)?
    package var observer: (any ProxyObserver)?
    /// Where faults are written down, and what this proxy is called there.
    package var log: FaultLog?
    package var name = ""
    /// Told what could not be carried out.
    package var note: @Sendable (String) -> Void = { _ in }
    /// Whether `takeRecords` will be called.
    package var keepsRecords = true
    /// The rules of the request with a nonce, besides those of all; nil where there are none such.
    /// Their numbers are unlike those of all others.
    package var rulesByNonce: (@Sendable (Nonce) -> ChosenRules?)?
    /// How requests are sent on to a server.
    package var transfers = Reorigination.Options()

    package init() {}
  }

  /// - Parameters:
  ///   - listener: its own from now on.
  ///   - upstream: not used in a tunnel. A name is looked up on the loop's thread.
  package init(
    loop: EventLoop, listener: Listener, upstream: ProxyUpstream, options: Options,
    counters: ProxyCounters = ProxyCounters()
  ) throws(SystemError) {
    self.loop = loop
    self.upstream = upstream
    self.options = options
    self.counters = counters
    rules = options.rules
    mode = options.mode
    endpoint = listener.endpoint
    self.listener = listener
    buffer = .allocate(byteCount: Limits.readBytes, alignment: 16)
    do throws(SystemError) {
      switch upstream {
      case .plain(let endpoint): upstreamAddress = Socket.numericAddress(of: endpoint)
      case .server(let base):
        origin = try Reorigination(
          loop: loop, base: base, options: options.transfers, dialect: options.dialect,
          counters: counters)
      }
      try loop.add(listener.descriptor, .read, self)
    } catch {
      Socket.close(listener.descriptor)
      throw error
    }
    let now = loop.clock.now()
    for (id, rule) in rules { downTimes.take(rule, id: id, at: now) }
    followDownTimes(at: now)
  }

  deinit { buffer.deallocate() }

  /// Requests under way that were sent on.
  package var activeTransfers: Int { origin?.active ?? 0 }

  /// How many connections are open.
  package var connectionCount: Int { connections.count }

  /// The faults carried out since the last call, in the order of their instants.
  package func takeRecords() -> [FaultRecord] {
    defer { records.removeAll() }
    return records.sorted { $0.key < $1.key }.map(\.value)
  }

  /// Those of them in messages that are over, and whose messages are not.
  package func takeFinishedRecords() -> (finished: [FaultRecord], open: [Nonce]) {
    let open = Set(connections.values.flatMap(\.openRecords))
    let kept = records.filter { open.contains($0.key) }
    records = records.filter { !open.contains($0.key) }
    let finished = takeRecords()
    records = kept
    return (finished, kept.values.compactMap(\.nonce))
  }

  /// What to tell whoever asked for rules that never struck, on no connection that has been closed.
  package func warnings() -> [String] {
    rules.filter { $0.rule.name != DownFault.spec.name }.compactMap {
      (tallies[$0.id] ?? FaultTally()).warning(for: $0.rule, requests: requests)
    }
  }

  /// Adds up what has come of the rules on a connection that is over.
  func count(_ pipeline: FaultPipeline) {
    for (id, tally) in pipeline.tallies { tallies[id, default: FaultTally()] += tally }
  }

  // MARK: - Rules that come and go

  /// A new rule behind all others of its direction, on open connections as well.
  package func install(_ rule: FaultRule, id: Int) {
    rules.append((id, rule))
    change { $0.install(rule, id: id, at: $1) }
    downTimes.take(rule, id: id, at: loop.clock.now())
    followDownTimes(at: loop.clock.now())
  }

  /// New settings at the same place; what the rule holds passes on.
  package func update(_ rule: FaultRule, id: Int) {
    guard let index = rules.firstIndex(where: { $0.id == id }) else { return }
    rules[index].rule = rule
    change { $0.update(rule, id: id, at: $1) }
    downTimes.take(rule, id: id, at: loop.clock.now())
    followDownTimes(at: loop.clock.now())
  }

  /// Takes a rule away; what it holds passes on.
  package func withdraw(id: Int) {
    rules.removeAll { $0.id == id }
    change { $0.withdraw(id: id, at: $1) }
    downTimes.withdraw(id: id)
    followDownTimes(at: loop.clock.now())
  }

  private func change(
    _ body: (inout FaultPipeline, Instant) -> [FaultPipeline.Action]
  ) {
    let now = loop.clock.now()
    for connection in Array(connections.values) { connection.change(now, body) }
  }

  /// Closes the listener and every connection.
  package func stop() {
    if !isStopped {
      isStopped = true
      loop.close(listener.descriptor)
    }
    for connection in connections.values { connection.stop() }
  }

  /// In a tunnel: a request with this nonce leaves on the client's connection now, to be called
  /// when the connection stands (TLS included), before the request goes out.
  ///
  /// Rules may strike again from here. `byte(0)` and `first-byte-delay` act on the next bytes from
  /// the server; with TLS 1.3 these can be session tickets, which come before the answer, so that a
  /// delay then counts from the handshake. `time(T)` counts from the first call of `clientDecoded`
  /// for this nonce. On a connection for which this is never called it counts from the first byte
  /// after the tunnel stood.
  package func requestStarts(localPort: UInt16, nonce: Nonce) {
    byClientPort[localPort]?.requestStarts(nonce)
  }

  /// In a tunnel: the client has decoded so many events with data, and so many bytes of the answer,
  /// in all; to be called at every read. Positions that this reaches act at once.
  ///
  /// Bytes that the kernels hold by then have passed the client's decoder later: a fault at
  /// `event(N)` lets through whatever was under way when the client saw event N.
  /// - Parameter localPort: the client's port of its connection to this proxy.
  package func clientDecoded(
    events: Int, bytes: Int, localPort: UInt16, nonce: Nonce, at instant: Instant
  ) {
    byClientPort[localPort]?.clientDecoded(
      events: events, bytes: bytes, nonce: nonce, at: instant)
  }

  // MARK: - For its connections

  /// - Parameter isEnd: nothing of its message comes behind it.
  /// - Returns: the number under which the record may be completed.
  func record(_ strike: FaultStrike, connection: Int, at instant: Instant, isEnd: Bool) -> Int {
    counters.faultStruck()
    recorded += 1
    var record = FaultRecord(
      leg: options.leg, rule: strike.rule.text, kind: strike.rule.name,
      effect: strike.rule.effect, direction: strike.rule.direction, connection: connection,
      request: strike.request, nonce: strike.nonce, planned: strike.planned, at: instant,
      bytesBefore: strike.bytesBefore, eventsBefore: strike.eventsBefore)
    if isEnd { (record.bytesAfter, record.eventsAfter) = (0, 0) }
    options.observer?.struck(record)
    options.log?.struck(record, proxy: options.name)
    if options.keepsRecords || !isEnd { records[recorded] = record }
    return recorded
  }

  /// The message in which it struck is over; nil if nobody knows how much of it there was.
  func complete(_ number: Int, bytes: Int?, events: Int?) {
    guard var record = records[number] else { return }
    record.bytesAfter = bytes.map { max(0, $0 - record.bytesBefore) }
    record.eventsAfter = events.map { max(0, $0 - record.eventsBefore) }
    records[number] = options.keepsRecords ? record : nil
    guard let bytes, let events else { return }
    options.log?.over(
      record, proxy: options.name, bytes: bytes, events: events, at: loop.clock.now())
  }

  /// Nobody will ask for a record.
  func forget(record number: Int) { records[number] = nil }

  /// Where the upstream is now, or where a tunnel goes.
  func address(of endpoint: Endpoint) throws(SystemError) -> Socket.Address {
    if let upstreamAddress, .plain(endpoint) == upstream { return upstreamAddress }
    return try Socket.address(of: endpoint)
  }

  func forget(_ connection: ProxyConnection) {
    connections[connection.ordinal] = nil
    counters.over()
    if byClientPort[connection.clientPort] === connection {
      byClientPort[connection.clientPort] = nil
    }
  }

  private func accept(_ descriptor: Int32) {
    guard connections.count < Limits.serverConnections else {
      Socket.resetOnClose(descriptor)
      Socket.close(descriptor)
      return
    }
    let pipeline =
      rules.isEmpty && !options.alwaysReads && options.rulesByNonce == nil
      ? nil
      : FaultPipeline(
        rules: rules, seed: options.seed, connection: accepted, reading: mode.reading,
        dialect: options.dialect)
    let connection = ProxyConnection(
      proxy: self, ordinal: accepted, client: descriptor, pipeline: pipeline)
    accepted += 1
    counters.opened()
    connections[connection.ordinal] = connection
    if mode == .tunnel { byClientPort[connection.clientPort] = connection }
    connection.start()
  }
}

extension FaultProxy: ReadinessTarget, TimerTarget {
  /// The listener has connections to accept.
  package func descriptorReady(_ descriptor: Int32, _ readiness: Readiness) {
    do {
      while !isStopped, !isDown, let accepted = try Socket.accept(listener.descriptor) {
        accept(accepted)
      }
    } catch {
      // Out of descriptors: waiting connections would wake the loop for nothing until some close.
      try? loop.modify(listener.descriptor, [])
      _ = loop.schedule(self, at: loop.clock.now() + .milliseconds(50))
    }
  }

  /// Time to go or to come back, or to try to accept again.
  package func timerFired(_ id: UInt64, now: Instant) {
    guard !isStopped else { return }
    if id == downTimer { return followDownTimes(at: now) }
    if !isDown { try? loop.modify(listener.descriptor, .read) }
  }
}
