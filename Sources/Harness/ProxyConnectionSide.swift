import Platform

/// One of the two sockets of a proxied connection, and what is owed to it.
final class ProxyConnectionSide {
  /// -1 when closed.
  fileprivate(set) var descriptor: Int32
  private let loop: EventLoop
  private var interest: Readiness = []
  /// What the kernel has not taken yet.
  private var backlog = SendBacklog()

  /// TCP's handshake is over.
  var isConnected: Bool
  /// Its FIN was read.
  var hasEnded = false
  /// Its FIN is there, behind bytes that are not read yet.
  var hasAnnouncedEnd = false
  /// FIN is to go out once the backlog is empty, and has gone out.
  private(set) var owesFinish = false
  private(set) var isFinished = false
  /// It was reset, as a send has shown; what came before is still to be read.
  private(set) var isBroken = false
  /// It has gone while it must not be read: out of the loop, which would report that for ever.
  private(set) var isDetached = false

  init(_ descriptor: Int32, loop: EventLoop, isConnected: Bool) {
    self.descriptor = descriptor
    self.loop = loop
    self.isConnected = isConnected
  }

  var isOpen: Bool { descriptor >= 0 }
  /// Both directions have ended; the kernel sees to what it still holds.
  var isThrough: Bool { hasEnded && isFinished }
  var backlogBytes: Int { backlog.count }

  func open(_ descriptor: Int32) { self.descriptor = descriptor }

  func join(_ target: any ReadinessTarget, _ wanted: Readiness) throws(SystemError) {
    try loop.add(descriptor, wanted, target)
    interest = wanted
  }

  func want(_ wanted: Readiness) {
    guard isOpen, !isDetached, wanted != interest else { return }
    interest = wanted
    // Only a descriptor that is not in the loop could fail, and this one is.
    try? loop.modify(descriptor, wanted)
  }

  func detach() {
    isDetached = true
    loop.remove(descriptor)
  }

  /// Hands bytes to the kernel, and keeps what it does not take.
  func send(_ bytes: UnsafeRawBufferPointer) {
    guard isOpen, !isBroken, !isFinished, !bytes.isEmpty else { return }
    var rest = bytes
    if isConnected, backlogBytes == 0 {
      switch Socket.send(descriptor, bytes) {
      case .bytes(bytes.count): return
      case .bytes(let count): rest = UnsafeRawBufferPointer(rebasing: bytes[count...])
      case .wouldBlock: break
      case .closed, .failed: return breakOff()
      }
    }
    backlog.append(rest)
  }

  /// Keeps bytes for when the connection stands.
  func keep(_ bytes: UnsafeRawBufferPointer) { backlog.append(bytes) }

  /// Sends what is owed as far as the kernel takes it.
  func flush() {
    guard isOpen, isConnected, !isBroken else { return }
    while backlogBytes > 0 {
      switch backlog.withFirst({ Socket.send(descriptor, $0) }) {
      case .bytes(let count): backlog.drop(count)
      case .wouldBlock: return
      case .closed, .failed: return breakOff()
      }
    }
    if owesFinish, !isFinished {
      isFinished = true
      // What has ended too is through, and its close says FIN.
      if !hasEnded { Socket.shutdownWrite(descriptor) }
    }
  }

  /// Sends FIN behind everything that is owed.
  func finish() {
    owesFinish = true
    flush()
  }

  /// Everything it has been sent has arrived at its kernel.
  var unacknowledged: Int { backlogBytes + Socket.unacknowledged(descriptor) }

  func reset() {
    guard isOpen else { return }
    Socket.resetOnClose(descriptor)
    close()
  }

  /// Closes without reset where that can be: bytes that were not read would turn FIN into RST.
  func closeGently(_ scratch: UnsafeMutableRawBufferPointer) {
    guard isOpen else { return }
    if isConnected, !isBroken {
      Socket.shutdownWrite(descriptor)
      var rounds = 0
      while rounds < 64, case .bytes = Socket.receive(descriptor, scratch) { rounds += 1 }
    }
    close()
  }

  func close() {
    guard isOpen else { return }
    loop.close(descriptor)
    descriptor = -1
    backlog = SendBacklog()
  }

  private func breakOff() {
    isBroken = true
    backlog = SendBacklog()
  }
}
