import Platform

/// One of the two ends of a proxied connection, and what is owed to it: a socket, or on the
/// upstream's side transfers that behave like one.
final class ProxyConnectionSide {
  /// -1 when closed, and where there are transfers.
  private(set) var descriptor: Int32
  private var transfers: ReoriginatedUpstream?
  private let loop: EventLoop
  private var interest: Readiness = []
  /// What the loop has told, and tells only once, was not used up: it is asked anew.
  private(set) var isStale = false
  /// An end was told of, so that a short read is not the last.
  private var nearsEnd = false
  /// What the kernel has not taken yet.
  private var backlog = ByteBacklog()

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

  var isOpen: Bool { descriptor >= 0 || transfers != nil }
  /// Both directions have ended; the kernel sees to what it still holds.
  var isThrough: Bool { hasEnded && isFinished }
  var backlogBytes: Int { transfers?.backlogBytes ?? backlog.count }
  /// What the loop does not report: it is read until there is nothing more, or it must not be.
  var isReadUnasked: Bool { isDetached || transfers?.hasArrived == true }
  var hasTransfers: Bool { transfers != nil }
  /// Whether a send now goes to the kernel, and nothing is owed to it before.
  var takesAtOnce: Bool {
    descriptor >= 0 && isConnected && backlog.isEmpty && !owesFinish && !isBroken
  }

  /// To be read, and its end to be told of: where each is told once, a FIN behind bytes would not
  /// be noticed otherwise.
  static var reading: Readiness { [.read, .peerClosed] }

  func open(_ descriptor: Int32) { self.descriptor = descriptor }

  func open(_ transfers: ReoriginatedUpstream) {
    self.transfers = transfers
    isConnected = true
  }

  func join(_ target: any ReadinessTarget, _ wanted: Readiness) throws(SystemError) {
    try loop.add(descriptor, wanted.union(.edge), target)
    interest = wanted
  }

  func want(_ wanted: Readiness) {
    guard descriptor >= 0, !isDetached, wanted != interest || isStale else { return }
    interest = wanted
    isStale = false
    // Only a descriptor that is not in the loop could fail, and this one is.
    try? loop.modify(descriptor, wanted.union(.edge))
  }

  /// The loop has told this, and will not again.
  func told(_ readiness: Readiness) {
    if readiness.tellsEnd { nearsEnd = true }
  }

  /// The loop told of something to be read, and it was not.
  func leaveUnread() { isStale = true }

  func detach() {
    isDetached = true
    loop.remove(descriptor)
  }

  func receive(_ room: UnsafeMutableRawBufferPointer) -> Socket.Outcome {
    if let transfers { return transfers.receive(room) }
    let outcome = Socket.receive(descriptor, room)
    if case .bytes(let count) = outcome {
      isStale = count == room.count || nearsEnd
    } else {
      isStale = false
    }
    return outcome
  }

  /// Hands bytes to the kernel, and keeps what it does not take.
  func send(_ bytes: UnsafeRawBufferPointer) {
    guard isOpen, !isBroken, !isFinished, !bytes.isEmpty else { return }
    if let transfers { return transfers.send(bytes) }
    var rest = bytes
    if isConnected, backlogBytes == 0 {
      switch Socket.send(descriptor, bytes) {
      case .bytes(bytes.count): return
      case .bytes(let count):
        rest = UnsafeRawBufferPointer(rebasing: bytes[count...])
        isStale = true
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
    while !backlog.isEmpty {
      switch backlog.withFirst({ Socket.send(descriptor, $0) }) {
      case .bytes(let count): backlog.drop(count)
      case .wouldBlock: return
      case .closed, .failed: return breakOff()
      }
    }
    if owesFinish, !isFinished {
      isFinished = true
      // What has ended too is through, and its close says FIN.
      guard !hasEnded else { return }
      if let transfers { transfers.finish() } else { Socket.shutdownWrite(descriptor) }
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
    if descriptor >= 0 { Socket.resetOnClose(descriptor) }
    close()
  }

  /// Closes without reset where that can be: bytes that were not read would turn FIN into RST.
  func closeGently(_ scratch: UnsafeMutableRawBufferPointer) {
    if descriptor >= 0, isConnected, !isBroken {
      Socket.shutdownWrite(descriptor)
      var rounds = 0
      while rounds < 64, case .bytes = Socket.receive(descriptor, scratch) { rounds += 1 }
    }
    close()
  }

  func close() {
    transfers?.close()
    transfers = nil
    guard descriptor >= 0 else { return }
    loop.close(descriptor)
    descriptor = -1
    backlog = ByteBacklog()
  }

  private func breakOff() {
    isBroken = true
    backlog = ByteBacklog()
  }
}
