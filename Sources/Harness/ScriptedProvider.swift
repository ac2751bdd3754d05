package import Core
package import Platform
package import Wire

/// The provider of a trial or a replay: an HTTP/1.1 server that plays a script, or what was
/// recorded, for every request, stamps what it hands to the kernel, and keeps what it was sent.
package final class ScriptedProvider: ReadinessTarget, TimerTarget {
  package let endpoint: Endpoint
  let loop: EventLoop
  private let listener: Int32
  private let session: (_ connection: Int) -> any AnsweringSession
  private var connections: [Int32: ProviderConnection] = [:]
  private var accepted = 0
  private var finished: [ProviderExchange] = []
  private let keepsRecords: Bool
  private var stopped = false
  /// One for all connections: they read one after the other.
  let buffer: UnsafeMutableRawBufferPointer

  /// Every dialect is spoken; `dialect` where several have the same path.
  ///
  /// - Throws: if it cannot listen there.
  package convenience init(
    loop: EventLoop, listen: Endpoint, script: ProviderScript, seed: UInt64,
    dialect: String = Dialects.usual.name, keepsRecords: Bool = true
  ) throws(SystemError) {
    let dialects = Dialects.preferring(dialect)
    try self.init(loop: loop, listen: listen, keepsRecords: keepsRecords) { connection in
      ProviderSession(connection: connection, script: script, seed: seed, dialects: dialects)
    }
  }

  /// - Parameter session: decides for a connection, whose number counts from 1.
  package init(
    loop: EventLoop, listen: Endpoint, keepsRecords: Bool,
    session: @escaping (_ connection: Int) -> any AnsweringSession
  ) throws(SystemError) {
    self.keepsRecords = keepsRecords
    self.loop = loop
    self.session = session
    (listener, endpoint) = try Socket.listen(listen)
    buffer = .allocate(byteCount: Limits.readBytes, alignment: 16)
    try loop.add(listener, .read, self)
  }

  deinit { buffer.deallocate() }

  /// Answers that are under way.
  package var openExchanges: Int { connections.values.count { $0.isAnswering } }
  package private(set) var served = 0

  /// Whose answers are under way.
  package var openNonces: [Nonce] { connections.values.compactMap(\.openNonce) }

  /// What has been seen to its end since the last call.
  package func takeFinished() -> [ProviderExchange] {
    defer { finished = [] }
    return finished
  }

  /// Everything seen since then; answers under way are ended and recorded as unfinished.
  package func harvest() -> [ProviderExchange] {
    for connection in connections.values { connection.abandon() }
    return takeFinished()
  }

  package func stop() {
    guard !stopped else { return }
    stopped = true
    loop.remove(listener)
    Socket.close(listener)
    for connection in connections.values { connection.close() }
    connections = [:]
  }

  package func descriptorReady(_ descriptor: Int32, _ readiness: Readiness) {
    do throws(SystemError) {
      while let made = try Socket.accept(listener) { admit(made) }
    } catch {
      // Out of descriptors: those that wait are accepted when some have come back.
      loop.remove(listener)
      _ = loop.schedule(self, at: loop.clock.now() + .milliseconds(10))
    }
  }

  package func timerFired(_ id: UInt64, now: Instant) {
    guard !stopped else { return }
    try? loop.add(listener, .read, self)
  }

  func record(_ exchange: ProviderExchange) {
    served += 1
    if keepsRecords { finished.append(exchange) }
  }

  func closed(_ descriptor: Int32) { connections[descriptor] = nil }

  private func admit(_ descriptor: Int32) {
    guard connections.count < Limits.serverConnections else {
      _ = ProviderSession.refusal.withUnsafeBytes { Socket.send(descriptor, $0) }
      Socket.close(descriptor)
      return
    }
    accepted += 1
    let connection = ProviderConnection(
      descriptor, session: session(accepted), provider: self)
    connections[descriptor] = connection
    do throws(SystemError) {
      try loop.add(descriptor, [.read, .peerClosed], connection)
    } catch {
      connection.close()
      connections[descriptor] = nil
    }
  }
}
