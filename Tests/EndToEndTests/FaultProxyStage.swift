import Core
import Glibc
import Harness
import Platform
import Wire

/// One loop with a proxy and the peers around it, all on the test's thread.
final class FaultProxyStage: TimerTarget {
  let loop: EventLoop
  let server: FaultProxyServer
  /// Plays the script, if there is one.
  let provider: ScriptedProvider?
  private(set) var proxy: FaultProxy
  private var clients: [FaultProxyPeer] = []
  /// Kept only while the loop runs: it may hold the stage itself.
  private var condition: (() -> Bool)?
  private var deadline = Instant(nanoseconds: 0)

  /// Without `upstream` or `base` the proxy forwards to the stage's own server.
  /// - Parameters:
  ///   - base: a server to send requests on to; `SERVER` is the stage's own.
  ///   - script: what the stage's own server plays, which does nothing by itself otherwise.
  init(
    _ rules: [FaultRule] = [], mode: FaultProxy.Mode = .forward, seed: UInt64 = 7,
    upstream: ProxyUpstream? = nil, base: String? = nil, alwaysReads: Bool = false,
    script: [Step]? = nil
  ) throws {
    loop = try EventLoop()
    server = try FaultProxyServer(loop)
    provider = try script.map { [loop] steps in
      try ScriptedProvider(
        loop: loop, listen: Endpoint(host: "127.0.0.1", port: 0),
        script: ProviderScript(think: .zero, steps: steps), seed: seed)
    }
    let own = provider?.endpoint ?? server.endpoint
    var options = FaultProxy.Options()
    options.rules = FaultPipeline.installed(rules, leg: .b)
    (options.seed, options.mode, options.alwaysReads) = (seed, mode, alwaysReads)
    options.dialect = Dialects.usual
    var upstream = upstream ?? .plain(own)
    if let url = base?.replacing("SERVER", with: "\(own)") {
      guard let base = BaseURL(url) else { throw SystemError("base URL \(url)", code: EINVAL) }
      upstream = .server(base)
    }
    proxy = try FaultProxy(
      loop: loop, listener: Listener(Endpoint(host: "127.0.0.1", port: 0)), upstream: upstream,
      options: options)
  }

  /// The loop holds whoever waits on it, so each of them has to leave.
  deinit {
    proxy.stop()
    server.stop()
    provider?.stop()
    for client in clients { client.close() }
    loop.dispose()
  }

  /// A client of the proxy.
  func client() throws -> FaultProxyPeer {
    let client = FaultProxyPeer(try Socket.connect(to: proxy.endpoint), loop)
    clients.append(client)
    return client
  }

  /// A client with its connection at the server.
  func pair() throws -> (client: FaultProxyPeer, server: FaultProxyPeer) {
    let before = server.accepted.count
    let client = try client()
    guard run({ self.server.accepted.count > before }), let accepted = server.accepted.last else {
      throw SystemError("no connection at the server", code: 0)
    }
    return (client, accepted)
  }

  /// Runs the loop until the condition holds; false if it does not within ten seconds.
  func run(_ condition: @escaping () -> Bool) -> Bool {
    self.condition = condition
    defer { self.condition = nil }
    deadline = loop.clock.now() + .seconds(10)
    _ = loop.schedule(self, at: loop.clock.now())
    loop.run()
    return condition()
  }

  /// Runs the loop for a while, to see that something does not happen.
  func run(for time: Nanoseconds) {
    let end = loop.clock.now() + time
    _ = run { self.loop.clock.now() >= end }
  }

  /// Runs the loop until a peer gets nothing more off its hands.
  func runUntilStuck(_ sender: FaultProxyPeer) {
    var before = -1
    while sender.unsent > 0, before != sender.unsent {
      before = sender.unsent
      run(for: .milliseconds(60))
    }
  }

  func timerFired(_ id: UInt64, now: Instant) {
    guard let condition else { return }
    if condition() || now >= deadline {
      loop.stop()
    } else {
      _ = loop.schedule(self, at: now + .microseconds(200))
    }
  }
}

/// Accepts whatever comes.
final class FaultProxyServer: ReadinessTarget {
  let endpoint: Endpoint
  private let loop: EventLoop
  private let listener: Int32
  private(set) var accepted: [FaultProxyPeer] = []

  init(_ loop: EventLoop) throws {
    self.loop = loop
    (listener, endpoint) = try Socket.listen(Endpoint(host: "127.0.0.1", port: 0))
    try loop.add(listener, .read, self)
  }

  func stop() {
    loop.close(listener)
    for peer in accepted { peer.close() }
  }

  func descriptorReady(_ descriptor: Int32, _ readiness: Readiness) {
    while let made = try? Socket.accept(listener) { accepted.append(FaultProxyPeer(made, loop)) }
  }
}

/// A socket that keeps what it reads, sends what it is given, and knows how the other side ended.
final class FaultProxyPeer: ReadinessTarget {
  enum End: Hashable { case open, finished, reset }

  private let loop: EventLoop
  private(set) var descriptor: Int32
  private(set) var received: [UInt8] = []
  private(set) var end = End.open
  private var backlog: ArraySlice<UInt8> = []
  private var finishes = false
  private var hasFinished = false
  private var wasReset = false
  /// A peer that does not read lets its receive buffer fill.
  var reads = true { didSet { update() } }

  init(_ descriptor: Int32, _ loop: EventLoop) {
    self.descriptor = descriptor
    self.loop = loop
    try? loop.add(descriptor, [.read, .write], self)
  }

  deinit { close() }

  var unsent: Int { backlog.count }
  var port: UInt16 { Socket.localPort(descriptor) }

  func send(_ bytes: some Collection<UInt8>) {
    backlog += bytes
    update()
  }

  /// FIN after everything.
  func finish() {
    finishes = true
    update()
  }

  func reset() {
    Socket.resetOnClose(descriptor)
    close()
  }

  func close() {
    guard descriptor >= 0 else { return }
    loop.close(descriptor)
    descriptor = -1
  }

  func descriptorReady(_ descriptor: Int32, _ readiness: Readiness) {
    if readiness.contains(.write) { flush() }
    if reads || readiness.contains(.error) { readAll() }
    update()
  }

  private func flush() {
    while !backlog.isEmpty {
      let outcome = backlog.withUnsafeBytes { Socket.send(descriptor, $0) }
      guard case .bytes(let count) = outcome else {
        // The kernel tells of a reset once: whoever learns it here reads an ordinary end after it.
        if outcome == .failed(ECONNRESET) { wasReset = true }
        if outcome.isReset { backlog = [] }
        return
      }
      backlog = backlog.dropFirst(count)
    }
    if finishes {
      finishes = false
      hasFinished = true
      Socket.shutdownWrite(descriptor)
    }
  }

  private func readAll() {
    guard end == .open else { return }
    withUnsafeTemporaryAllocation(byteCount: 64 << 10, alignment: 1) { buffer in
      while end == .open {
        switch Socket.receive(descriptor, buffer) {
        case .bytes(let count):
          received += UnsafeRawBufferPointer(rebasing: buffer[..<count])
        case .closed: end = wasReset ? .reset : .finished
        case .wouldBlock: return
        case .failed: end = .reset
        }
      }
    }
  }

  private func update() {
    guard descriptor >= 0 else { return }
    // Through in both directions: the loop would report nothing but that, for ever.
    if end == .reset || end == .finished && hasFinished { return close() }
    var wanted: Readiness = []
    if reads, end == .open { wanted.insert(.read) }
    if !backlog.isEmpty || finishes { wanted.insert(.write) }
    try? loop.modify(descriptor, wanted)
  }
}
