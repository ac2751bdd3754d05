import Core
import Platform
import Glibc

/// Answers every read with one byte.
final class EchoSender: Link {
  private static let byte: [UInt8] = [UInt8(ascii: "r")]

  override func readable(at now: Instant) {
    guard receive() != nil else { return }
    send(Self.byte)
  }
}

/// Connects, sends a byte, waits for a byte, and tells.
final class Ping: Link {
  private let replied: (Ping) -> Void
  private static let byte: [UInt8] = [UInt8(ascii: "q")]

  init(_ loop: EventLoop, to address: Socket.Address, replied: @escaping (Ping) -> Void)
    throws(SystemError)
  {
    self.replied = replied
    try super.init(loop, to: address)
  }

  func ask() { send(Self.byte) }

  override func connected() { ask() }

  override func readable(at now: Instant) {
    if receive() != nil { replied(self) }
  }

  override func failed(_ code: Int32) {
    Failure.die("a connection broke (\(String(cString: strerror(code))))")
  }
}

extension Setting {
  /// Connections made, used for a byte each way and closed, per second.
  func connect() throws(SystemError) -> [String: Double] {
    let loop = try EventLoop()
    let origin = try Origin(loop, at: origin) { descriptor throws(SystemError) in
      try EchoSender(loop, accepted: descriptor)
    }
    let address = try Socket.address(of: through)
    var count = 0.0
    func open() {
      do throws(SystemError) {
        _ = try Ping(loop, to: address) { ping in
          count += 1
          ping.close()
          open()
        }
      } catch {
        Failure.die("\(error)")
      }
    }
    for _ in 0..<connections { open() }
    var before = (count: 0.0, processor: 0.0)
    let warm = loop.clock.now() + .milliseconds(200)
    Alarm.set(loop, at: warm) { _ in before = (count, facts.processorTime()) }
    Alarm.set(loop, at: warm + duration) { _ in loop.stop() }
    run(loop)
    guard origin.accepted > 0, count > before.count else {
      Failure.die("no connection got through")
    }
    let made = count - before.count
    return [
      "rate": made / duration.seconds,
      "cpu": (facts.processorTime() - before.processor) / made / 1e3,
    ]
  }

  /// Many connections at rest: memory for each, and whether each still answers.
  ///
  /// The origin is another process (`relaymark-bench origin`), because descriptors are limited.
  func idle() throws(SystemError) -> [String: Double] {
    let loop = try EventLoop()
    let address = try Socket.address(of: through)
    let before = facts.residentBytes()
    var resting: [Ping] = []
    var opened = 0
    var answered = 0
    var after = 0.0
    let begun = loop.clock.now()
    var stood = begun
    func replied(_ ping: Ping) {
      guard resting.count == connections else {
        resting.append(ping)
        open()
        guard resting.count == connections else { return }
        stood = loop.clock.now()
        Alarm.set(loop, at: stood + .milliseconds(300)) { _ in
          after = facts.residentBytes()
          for ping in resting { ping.ask() }
        }
        return
      }
      answered += 1
      if answered == connections { loop.stop() }
    }
    func open() {
      guard opened < connections else { return }
      opened += 1
      do throws(SystemError) {
        _ = try Ping(loop, to: address, replied: replied)
      } catch {
        Failure.die("\(error)")
      }
    }
    for _ in 0..<128 { open() }
    run(loop)
    return [
      "kib": (after - before) / 1_024 / Double(connections), "open": Double(connections),
      "answered": Double(answered), "seconds": (stood - begun).seconds,
    ]
  }
}

enum EchoOrigin {
  /// Serves until it is ended.
  static func run(at endpoint: Endpoint) throws(SystemError) {
    let loop = try EventLoop()
    let origin = try Origin(loop, at: endpoint) { descriptor throws(SystemError) in
      try EchoSender(loop, accepted: descriptor)
    }
    withExtendedLifetime(origin) { loop.run() }
  }
}
