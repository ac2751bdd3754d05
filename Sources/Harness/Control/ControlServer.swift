package import Core
package import Platform
import Wire

/// The control interface: a small HTTP/1.1 server on a thread of its own, so that nothing that
/// flows through any proxy can keep it from answering.
package final class ControlServer: Sendable {
  /// Where it listens unless it is told otherwise: Toxiproxy's place, on this machine only.
  package static let standard = Endpoint(host: "127.0.0.1", port: 8474)

  /// How long its clients may take.
  package struct Patience: Sendable {
    package var request = Limits.controlRequest
    package var idle = Limits.controlIdle

    package init() {}
  }

  package let endpoint: Endpoint
  private let thread: LoopThread
  private let server: LoopBound<Server>

  /// - Parameter makeState: called on the interface's thread, where the state stays.
  /// - Throws: if it cannot listen there.
  package init(
    listen: Endpoint, patience: Patience = Patience(),
    makeState: @escaping @Sendable () -> ControlState
  ) throws(SystemError) {
    thread = try LoopThread(name: "control")
    let thread = thread
    do throws(SystemError) {
      server = try thread.perform { (loop) throws(SystemError) in
        LoopBound(
          try Server(
            loop: loop, listener: Listener(listen), patience: patience, state: makeState()))
      }
      endpoint = try thread.perform { [server] _ in server.object.endpoint }
    } catch {
      thread.stop()
      throw error
    }
  }

  /// Runs `work` on the state between two requests, and waits for it.
  package func withState<Value: Sendable>(
    _ work: @escaping @Sendable (inout ControlState) -> Value
  ) throws(SystemError) -> Value {
    try thread.perform { [server] _ in work(&server.object.state) }
  }

  /// Closes the listener and all connections, and ends the thread.
  package func stop() {
    thread.put { [server] _ in server.object.stop() }
    thread.stop()
  }

  /// What lives on the thread.
  final class Server {
    let loop: EventLoop
    let endpoint: Endpoint
    let patience: Patience
    var state: ControlState
    /// One read of any of its connections: they take turns.
    let buffer: UnsafeMutableRawBufferPointer
    private let listener: Int32
    private var connections: [Int32: ControlConnection] = [:]
    private var watches = false
    private var isOver = false
    private var ids: SplitMix64

    init(loop: EventLoop, listener: Listener, patience: Patience, state: ControlState)
      throws(SystemError)
    {
      self.loop = loop
      self.listener = listener.descriptor
      self.patience = patience
      self.state = state
      endpoint = listener.endpoint
      ids = SplitMix64(seed: UInt64(bitPattern: loop.clock.now().nanoseconds))
      buffer = .allocate(byteCount: Limits.readBytes, alignment: 16)
      try loop.add(listener.descriptor, .read, self)
    }

    deinit { buffer.deallocate() }

    func stop() {
      guard !isOver else { return }
      isOver = true
      loop.remove(listener)
      Socket.close(listener)
      for connection in connections.values { connection.close() }
      connections = [:]
    }

    func forget(_ descriptor: Int32) { connections[descriptor] = nil }

    /// 20 characters of the alphabet that Toxiproxy's have.
    func requestID() -> String {
      let alphabet = Array("0123456789abcdefghijklmnopqrstuv")
      return String((0..<20).map { _ in alphabet[Int(ids.next() >> 59)] })
    }

    private func admit(_ descriptor: Int32) {
      guard connections.count < Limits.controlConnections else {
        Socket.close(descriptor)
        return
      }
      let connection = ControlConnection(descriptor, server: self)
      do {
        try loop.add(descriptor, .read, connection)
        connections[descriptor] = connection
        watch()
      } catch {
        Socket.close(descriptor)
      }
    }

    /// Looks after slow clients once a second, as long as there are any.
    private func watch() {
      guard !watches, !connections.isEmpty else { return }
      watches = true
      _ = loop.schedule(self, at: loop.clock.now() + Self.interval)
    }

    private static let interval = Nanoseconds.milliseconds(250)
  }
}

extension ControlServer.Server: ReadinessTarget, TimerTarget {
  func descriptorReady(_ descriptor: Int32, _ readiness: Readiness) {
    do {
      while !isOver, let accepted = try Socket.accept(listener) { admit(accepted) }
    } catch {
      // Out of descriptors: those that wait are accepted when some have come back.
      try? loop.modify(listener, [])
      _ = loop.schedule(self, at: loop.clock.now() + Self.interval)
    }
  }

  func timerFired(_ id: UInt64, now: Instant) {
    guard !isOver else { return }
    try? loop.modify(listener, .read)
    for connection in connections.values where connection.due <= now { connection.expire() }
    watches = false
    watch()
  }
}
