import Core
import Platform

/// One socket of the load generator or its origin, in the loop until it is closed.
class Link: ReadinessTarget {
  let loop: EventLoop
  private(set) var descriptor: Int32
  private var interest: Readiness
  private var isConnected: Bool

  /// Takes a connection that was accepted.
  init(_ loop: EventLoop, accepted: Int32) throws(SystemError) {
    self.loop = loop
    descriptor = accepted
    interest = .read
    isConnected = true
    try loop.add(descriptor, interest, self)
  }

  /// Starts a connection.
  init(_ loop: EventLoop, to address: Socket.Address) throws(SystemError) {
    self.loop = loop
    descriptor = try Socket.connect(to: address)
    interest = .write
    isConnected = false
    try loop.add(descriptor, interest, self)
  }

  // What the kinds of links do.
  func connected() {}
  func readable(at now: Instant) {}
  func writable() {}
  /// The connection could not be made or was lost.
  func failed(_ code: Int32) { close() }

  func want(_ wanted: Readiness) {
    guard wanted != interest, descriptor >= 0 else { return }
    interest = wanted
    // Only a descriptor that is not in the loop could fail, and this one is.
    try? loop.modify(descriptor, wanted)
  }

  func close() {
    guard descriptor >= 0 else { return }
    loop.close(descriptor)
    descriptor = -1
  }

  /// Sends what always fits into an empty send buffer.
  func send(_ bytes: [UInt8]) {
    switch bytes.withUnsafeBytes({ Socket.send(descriptor, $0) }) {
    case .bytes(bytes.count): break
    case .failed(let code): failed(code)
    default: Failure.die("a send of \(bytes.count) bytes was not taken as a whole")
    }
  }

  /// One read; nil when there is nothing, or after `failed` or `close`.
  func receive() -> UnsafeRawBufferPointer? {
    switch Socket.receive(descriptor, Scratch.buffer) {
    case .bytes(let count): return UnsafeRawBufferPointer(rebasing: Scratch.buffer[..<count])
    case .wouldBlock: return nil
    case .closed:
      failed(0)
      return nil
    case .failed(let code):
      failed(code)
      return nil
    }
  }

  func descriptorReady(_ descriptor: Int32, _ readiness: Readiness) {
    let now = loop.clock.now()
    if !isConnected {
      if let error = Socket.pendingError(descriptor) { return failed(error) }
      isConnected = true
      want(.read)
      return connected()
    }
    if readiness.mayWrite, interest.contains(.write) { writable() }
    if self.descriptor >= 0, !readiness.isOnlyWrite {
      readable(at: now)
    }
  }
}

/// Where every read of the one thread goes.
enum Scratch {
  nonisolated(unsafe) static let buffer = UnsafeMutableRawBufferPointer.allocate(
    byteCount: 256 << 10, alignment: 16)
}

/// Calls a closure at an instant, once.
final class Alarm: TimerTarget {
  private let action: (Instant) -> Void

  private init(_ action: @escaping (Instant) -> Void) { self.action = action }

  static func set(_ loop: EventLoop, at due: Instant, _ action: @escaping (Instant) -> Void) {
    _ = loop.schedule(Alarm(action), at: due)
  }

  /// Calls it again and again until the loop ends.
  static func every(
    _ interval: Nanoseconds, _ loop: EventLoop, _ action: @escaping () -> Void
  ) {
    set(loop, at: loop.clock.now() + interval) { _ in
      action()
      every(interval, loop, action)
    }
  }

  func timerFired(_ id: UInt64, now: Instant) { action(now) }
}
