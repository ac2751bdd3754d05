import Core
import Platform
import Wire

/// One client of the control interface: reads requests, writes answers in their order.
final class ControlConnection: ReadinessTarget {
  private let descriptor: Int32
  private unowned let server: ControlServer.Server
  private var parser = HTTPRequestParser(mostBody: Limits.controlBodyBytes)
  /// What the kernel has not taken yet.
  private var backlog: [UInt8] = []
  private var stage = Stage.open
  /// When it is closed unless something happens before.
  private(set) var due: Instant

  private enum Stage {
    case open
    /// The last answer is on its way; what the client still sends is thrown away, so that it does
    /// not get a reset before it has read the answer.
    case ending
    case closed
  }

  init(_ descriptor: Int32, server: ControlServer.Server) {
    self.descriptor = descriptor
    self.server = server
    due = server.loop.clock.now() + server.patience.request
  }

  func close() {
    guard stage != .closed else { return }
    stage = .closed
    server.loop.remove(descriptor)
    Socket.close(descriptor)
  }

  func expire() { gone() }

  func descriptorReady(_ descriptor: Int32, _ readiness: Readiness) {
    if readiness.contains(.write) { flush() }
    if stage != .closed, readiness != .write { read() }
  }

  private func gone() {
    close()
    server.forget(descriptor)
  }

  private func read() {
    // A client that sends without reading its answers is not read on.
    guard backlog.isEmpty || stage == .ending else { return }
    let outcome = Socket.receive(descriptor, server.buffer)
    switch outcome {
    case .bytes(let count):
      if stage == .open { received(server.buffer[..<count]) }
    case .wouldBlock: break
    case .closed, .failed: gone()
    }
  }

  private func received(_ bytes: Slice<UnsafeMutableRawBufferPointer>) {
    let wasIdle = parser.isIdle
    let result = parser.feed(bytes)
    let now = server.loop.clock.now()
    if wasIdle || !result.requests.isEmpty {
      due = now + (parser.isIdle ? server.patience.idle : server.patience.request)
    }
    for request in result.requests where stage == .open {
      answer(server.state.handle(request), persists: request.keepsAlive)
    }
    if stage == .open, let failure = result.failure {
      let error = ControlError(failure.status, failure.message)
      answer(.unrouted(error.response), persists: false)
    } else if stage == .open, result.expectsContinue {
      send(Array("HTTP/1.1 100 Continue\r\n\r\n".utf8))
    }
  }

  private func answer(_ response: ControlResponse, persists: Bool) {
    if !persists {
      stage = .ending
      due = server.loop.clock.now() + Self.patience
    }
    send(response.bytes(id: server.requestID(), persists: persists))
  }

  /// How long a client may take to close after the last answer.
  private static let patience = Nanoseconds.seconds(1)

  private func send(_ bytes: [UInt8]) {
    backlog += bytes
    flush()
  }

  private func flush() {
    while !backlog.isEmpty {
      switch backlog.withUnsafeBytes({ Socket.send(descriptor, $0) }) {
      case .bytes(let count): backlog.removeFirst(count)
      case .wouldBlock:
        try? server.loop.modify(descriptor, stage == .ending ? [.read, .write] : .write)
        return
      case .closed, .failed: return gone()
      }
    }
    try? server.loop.modify(descriptor, .read)
    if stage == .ending { Socket.shutdownWrite(descriptor) }
  }
}
