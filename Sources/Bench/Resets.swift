import Core
import Glibc
import Platform

/// Asks once and reads until the connection ends, however it does.
final class EndReader: Link {
  private let ended: (_ bytes: Int, _ code: Int32) -> Void
  private var bytes = 0

  init(
    _ loop: EventLoop, to address: Socket.Address,
    ended: @escaping (_ bytes: Int, _ code: Int32) -> Void
  ) throws(SystemError) {
    self.ended = ended
    try super.init(loop, to: address)
  }

  override func connected() { send(Message.request) }

  override func readable(at now: Instant) {
    if let got = receive() { bytes += got.count }
  }

  override func failed(_ code: Int32) {
    close()
    ended(bytes, code)
  }
}

extension Setting {
  /// In how many of many tries the client reads ECONNRESET, behind all the bytes that were to come.
  func reset() throws(SystemError) -> [String: Double] {
    let tries = options.number("tries", default: 1_000)
    let planned = options.number("planned")
    let loop = try EventLoop()
    let origin = try Origin(loop, at: origin) { descriptor throws(SystemError) in
      try FloodSender(loop, accepted: descriptor)
    }
    let address = try Socket.address(of: through)
    var started = 0
    var ended = 0
    var resets = 0
    var whole = 0
    func open() {
      guard started < tries else { return }
      started += 1
      do throws(SystemError) {
        _ = try EndReader(loop, to: address) { bytes, code in
          ended += 1
          if code == ECONNRESET { resets += 1 }
          if bytes == planned { whole += 1 }
          ended == tries ? loop.stop() : open()
        }
      } catch {
        Failure.die("\(error)")
      }
    }
    for _ in 0..<16 { open() }
    withExtendedLifetime(origin) { run(loop) }
    return [
      "reset": Double(resets) / Double(tries) * 100, "whole": Double(whole) / Double(tries) * 100,
    ]
  }
}
