package import Core
package import Platform
import Wire

/// A TCP proxy that carries out the faults of one leg; without rules it is the built-in relay.
///
/// It passes on what is there and nothing else: bytes untouched and in order, FIN as FIN (the other
/// direction stays open), RST as RST after what came before it. An upstream that refuses shows as
/// RST to the client, since the proxy has accepted by then (in a tunnel: as status 502). What one
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
  }

  /// Where it listens, with the port it got.
  package let endpoint: Endpoint

  let loop: EventLoop
  let upstream: Endpoint
  /// Unless it is a name, which is looked up for each connection.
  private let upstreamAddress: Socket.Address?
  let mode: Mode
  /// One read of any of its connections: they take turns.
  let buffer: UnsafeMutableRawBufferPointer

  private let leg: Leg
  private let rules: [FaultRule]
  private let seed: UInt64
  private var listener: Int32
  private var accepted = 0
  private var connections: [Int: ProxyConnection] = [:]
  private var byClientPort: [UInt16: ProxyConnection] = [:]
  private var records: [FaultRecord] = []

  /// - Parameters:
  ///   - upstream: not used in a tunnel. A name is looked up on the loop's thread.
  ///   - rules: all of the scenario; those of the other leg are passed over, but their places
  ///     count for what is drawn.
  package init(
    loop: EventLoop, listen: Endpoint, upstream: Endpoint, leg: Leg, rules: [FaultRule],
    seed: UInt64, mode: Mode
  ) throws(SystemError) {
    self.loop = loop
    self.upstream = upstream
    upstreamAddress = Socket.numericAddress(of: upstream)
    self.leg = leg
    self.rules = rules
    self.seed = seed
    self.mode = mode
    buffer = .allocate(byteCount: Limits.readBytes, alignment: 16)
    (listener, endpoint) = try Socket.listen(listen)
    do {
      try loop.add(listener, .read, self)
    } catch {
      Socket.close(listener)
      throw error
    }
  }

  deinit { buffer.deallocate() }

  /// How many connections are open.
  package var connectionCount: Int { connections.count }

  /// The faults carried out since the last call, in the order of their instants.
  package func takeRecords() -> [FaultRecord] {
    defer { records.removeAll() }
    return records
  }

  /// Closes the listener and every connection.
  package func stop() {
    if listener >= 0 {
      loop.remove(listener)
      Socket.close(listener)
      listener = -1
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

  func record(_ strike: FaultStrike, connection: Int, at instant: Instant) {
    records.append(
      FaultRecord(
        leg: leg, rule: strike.rule.text, kind: strike.rule.name, connection: connection,
        nonce: strike.nonce, at: instant, bytesBefore: strike.bytesBefore,
        eventsBefore: strike.eventsBefore))
  }

  /// Starts a connection to the upstream, or to where a tunnel goes.
  func open(_ endpoint: Endpoint) throws(SystemError) -> Int32 {
    guard let upstreamAddress, endpoint == upstream else {
      return try Socket.connect(to: endpoint)
    }
    return try Socket.connect(to: upstreamAddress)
  }

  func forget(_ connection: ProxyConnection) {
    connections[connection.ordinal] = nil
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
      rules.contains { $0.leg == leg }
      ? FaultPipeline(
        rules: rules, leg: leg, seed: seed, connection: accepted,
        reading: mode == .forward ? .http : .told) : nil
    let connection = ProxyConnection(
      proxy: self, ordinal: accepted, client: descriptor, pipeline: pipeline)
    accepted += 1
    connections[connection.ordinal] = connection
    if mode == .tunnel { byClientPort[connection.clientPort] = connection }
    connection.start()
  }
}

extension FaultProxy: ReadinessTarget, TimerTarget {
  /// The listener has connections to accept.
  package func descriptorReady(_ descriptor: Int32, _ readiness: Readiness) {
    do {
      while listener >= 0, let accepted = try Socket.accept(listener) { accept(accepted) }
    } catch {
      // Out of descriptors: waiting connections would wake the loop for nothing until some close.
      try? loop.modify(listener, [])
      _ = loop.schedule(self, at: loop.clock.now() + .milliseconds(50))
    }
  }

  /// Time to try to accept again.
  package func timerFired(_ id: UInt64, now: Instant) {
    if listener >= 0 { try? loop.modify(listener, .read) }
  }
}
