import Core
import Glibc
import Platform

/// Answers as fast as the connection takes it.
final class FloodSender: Link {
  private let answer: [UInt8]
  private var hasAnswered = false
  private static let block = [UInt8](repeating: UInt8(ascii: "x"), count: 256 << 10)
  /// Blocks in a row before other connections have their turn.
  private static let blocksAtOnce = 4

  init(_ loop: EventLoop, accepted: Int32, answer: [UInt8] = Message.bulkHead)
    throws(SystemError)
  {
    self.answer = answer
    try super.init(loop, accepted: accepted)
  }

  override func readable(at now: Instant) {
    guard receive() != nil, !hasAnswered else { return }
    hasAnswered = true
    send(answer)
    want([.read, .write])
  }

  override func writable() {
    for _ in 0..<Self.blocksAtOnce {
      let outcome = Self.block.withUnsafeBytes { Socket.send(descriptor, $0) }
      switch outcome {
      case .bytes(Self.block.count): continue
      case .bytes, .wouldBlock: return
      case .closed: return failed(0)
      case .failed(let code): return failed(code)
      }
    }
  }
}

/// Asks once, and takes what comes without copying it, so that the proxy is what is measured.
final class Drain: Link {
  private(set) var bytes = 0.0
  private(set) var first: Instant?
  private(set) var last: Instant?
  private let reads: Bool
  private static let most = 1 << 20

  init(_ loop: EventLoop, to address: Socket.Address, reads: Bool = true) throws(SystemError) {
    self.reads = reads
    try super.init(loop, to: address)
  }

  override func connected() {
    send(Message.request)
    if !reads { want([]) }
  }

  override func readable(at now: Instant) {
    // The kernel drops what it would have copied (tcp(7), MSG_TRUNC).
    let count = recv(
      descriptor, nil, Self.most, Int32(MSG_TRUNC) | Int32(MSG_DONTWAIT))
    guard count > 0 else {
      if count == 0 || errno != EAGAIN { failed(count == 0 ? 0 : errno) }
      return
    }
    if first == nil {
      // The rate counts from the first read on, so without it.
      first = now
    } else {
      bytes += Double(count)
      last = now
    }
  }

  override func failed(_ code: Int32) { Failure.die("a bulk connection broke (\(code))") }
}

extension Setting {
  /// Gigabytes (10^9) per second over all connections, and the proxy's memory meanwhile: in all
  /// (MiB), and what each connection adds to it (KiB).
  func bulk(reading: Bool = true) throws(SystemError) -> [String: Double] {
    let loop = try EventLoop()
    let origin = try Origin(loop, at: origin) { descriptor throws(SystemError) in
      try FloodSender(loop, accepted: descriptor)
    }
    let address = try Socket.address(of: through)
    let idle = facts.residentBytes()
    var drains: [Drain] = []
    for _ in 0..<connections { drains.append(try Drain(loop, to: address, reads: reading)) }
    var resident = facts.residentBytes()
    Alarm.every(.milliseconds(20), loop) { resident = max(resident, facts.residentBytes()) }
    let warm = loop.clock.now() + .milliseconds(300)
    var before = (bytes: 0.0, processor: 0.0)
    var after = (bytes: 0.0, processor: 0.0)
    func state() -> (bytes: Double, processor: Double) {
      (drains.reduce(0) { $0 + $1.bytes }, facts.processorTime())
    }
    Alarm.set(loop, at: warm) { _ in before = state() }
    Alarm.set(loop, at: warm + duration) { _ in
      after = state()
      loop.stop()
    }
    run(loop)
    guard origin.accepted >= connections else {
      Failure.die("only \(origin.accepted) of \(connections) connections came through")
    }
    let bytes = after.bytes - before.bytes
    var values = [
      "rss": resident / 1_048_576,
      "kib": (resident - idle) / 1_024 / Double(connections),
    ]
    if reading {
      values["rate"] = bytes / duration.seconds / 1e9
      values["cpu"] = bytes > 0 ? (after.processor - before.processor) / bytes : 0
    }
    return values
  }

  /// The rate of one connection against the one that was asked for, in percent of it.
  func bandwidth() throws(SystemError) -> [String: Double] {
    let planned = Double(options.number("planned"))
    let loop = try EventLoop()
    let origin = try Origin(loop, at: origin) { descriptor throws(SystemError) in
      try FloodSender(loop, accepted: descriptor)
    }
    let drain = try Drain(loop, to: Socket.address(of: through))
    Alarm.every(.milliseconds(1), loop) {
      guard let first = drain.first, loop.clock.now() - first >= duration else { return }
      loop.stop()
    }
    run(loop)
    guard origin.accepted > 0, let first = drain.first, let last = drain.last else {
      Failure.die("nothing came through \(subject)")
    }
    let rate = drain.bytes / (last - first).seconds
    return ["error": abs(rate / planned - 1) * 100, "rate": rate / 1e3]
  }
}
