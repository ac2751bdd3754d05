import Core
import Harness
import Platform
import Wire

/// One loop with a gateway, a server behind it that does what the test says, and clients.
final class ReoriginationStage: TimerTarget {
  let loop: EventLoop
  let server: FaultProxyServer
  let gateway: Gateway
  private var condition: () -> Bool = { true }
  private var deadline = Instant(nanoseconds: 0)

  /// Without `base` requests go to the stage's own server.
  init(scheme: String = "http", base: String? = nil) throws {
    loop = try EventLoop()
    server = try FaultProxyServer(loop)
    guard let url = BaseURL(base ?? "\(scheme)://\(server.endpoint)/v1") else {
      throw SystemError("base URL", code: 0)
    }
    gateway = try Gateway(loop, Reorigination.Options(base: url))
  }

  deinit {
    gateway.stop()
    server.stop()
  }

  func client() throws -> FaultProxyPeer {
    FaultProxyPeer(try Socket.connect(to: gateway.endpoint), loop)
  }

  /// A client that has sent this, and the connection on which it came out.
  func exchange(_ request: String = "GET /x HTTP/1.1\r\nHost: here\r\n\r\n") throws -> (
    client: FaultProxyPeer, server: FaultProxyPeer
  ) {
    let before = server.accepted.count
    let client = try client()
    client.send(request.utf8)
    let came = run { self.server.accepted.dropFirst(before).last?.received.isEmpty == false }
    guard came, let accepted = server.accepted.last else {
      throw SystemError("no request at the server", code: 0)
    }
    return (client, accepted)
  }

  /// Runs the loop until the condition holds; false if it does not within ten seconds.
  func run(_ condition: @escaping () -> Bool) -> Bool {
    self.condition = condition
    deadline = loop.clock.now() + .seconds(10)
    _ = loop.schedule(self, at: loop.clock.now())
    loop.run()
    return condition()
  }

  func run(for time: Nanoseconds) {
    let end = loop.clock.now() + time
    _ = run { self.loop.clock.now() >= end }
  }

  func timerFired(_ id: UInt64, now: Instant) {
    if condition() || now >= deadline {
      loop.stop()
    } else {
      _ = loop.schedule(self, at: now + .microseconds(200))
    }
  }
}

/// Listens, and joins each client to an upstream of its own.
final class Gateway: ReadinessTarget {
  let endpoint: Endpoint
  let origin: Reorigination
  private let loop: EventLoop
  private let listener: Int32
  private(set) var connections: [GatewayConnection] = []

  init(_ loop: EventLoop, _ options: Reorigination.Options) throws {
    self.loop = loop
    origin = try Reorigination(loop: loop, options: options)
    (listener, endpoint) = try Socket.listen(Endpoint(host: "127.0.0.1", port: 0))
    try loop.add(listener, .read, self)
  }

  func stop() {
    loop.remove(listener)
    Socket.close(listener)
    for connection in connections { connection.over() }
    connections = []
  }

  func descriptorReady(_ descriptor: Int32, _ readiness: Readiness) {
    while let made = try? Socket.accept(listener) {
      let connection = GatewayConnection(made, loop)
      connection.upstream = ReoriginatedUpstream(origin, delegate: connection)
      try? loop.add(made, .read, connection)
      connections.append(connection)
    }
  }
}

/// Moves bytes between one client and its upstream.
final class GatewayConnection: ReadinessTarget, UpstreamDelegate {
  private let descriptor: Int32
  private let loop: EventLoop
  var upstream: ReoriginatedUpstream?
  private(set) var backlog: [UInt8] = []
  private(set) var mostHeld = 0
  private var finishes = false
  private var isOpen = true

  init(_ descriptor: Int32, _ loop: EventLoop) {
    self.descriptor = descriptor
    self.loop = loop
  }

  func over() {
    guard isOpen else { return }
    isOpen = false
    loop.remove(descriptor)
    Socket.close(descriptor)
    upstream?.close()
  }

  func descriptorReady(_ descriptor: Int32, _ readiness: Readiness) {
    if readiness.contains(.write) { flush() }
    guard isOpen, !readiness.isDisjoint(with: [.read, .error, .hangUp]) else { return }
    withUnsafeTemporaryAllocation(byteCount: 64 << 10, alignment: 1) { buffer in
      switch Socket.receive(descriptor, buffer) {
      case .bytes(let count): upstream?.send(UnsafeRawBufferPointer(rebasing: buffer[..<count]))
      case .wouldBlock: break
      case .closed:
        upstream?.finish()
        if isOpen, backlog.isEmpty { over() }
      case .failed: over()
      }
    }
  }

  func upstreamSent(_ bytes: [UInt8]) {
    guard isOpen else { return }
    backlog += bytes
    flush()
  }

  func upstreamFinished() {
    finishes = true
    flush()
  }

  func upstreamReset() {
    Socket.resetOnClose(descriptor)
    over()
  }

  private func flush() {
    while !backlog.isEmpty {
      guard case .bytes(let count) = backlog.withUnsafeBytes({ Socket.send(descriptor, $0) })
      else { break }
      backlog.removeFirst(count)
    }
    mostHeld = max(mostHeld, backlog.count)
    upstream?.isPaused = backlog.count > Limits.writeBacklogBytes
    if finishes, backlog.isEmpty { Socket.shutdownWrite(descriptor) }
    try? loop.modify(descriptor, backlog.isEmpty ? .read : [.read, .write])
  }
}
