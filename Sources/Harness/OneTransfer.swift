import Core
import Platform

/// One request on a connection and a loop of its own, waited for; nothing is measured by it.
struct OneTransfer {
  /// 0 where no head came, or none in time.
  private(set) var status = 0
  private(set) var body: [UInt8] = []
  /// Whether there was more of the body than was asked for; the rest was not waited for.
  private(set) var isCut = false
  /// Why it did not come to its end; nil if it did.
  private(set) var failure: String?

  /// - Parameters:
  ///   - mostBytes: of the body.
  ///   - limit: how long it may take in all.
  static func perform(
    _ request: TransferRequest, mostBytes: Int, within limit: Nanoseconds
  ) throws(SystemError) -> OneTransfer {
    let loop = try EventLoop()
    defer { loop.dispose() }
    let multi = try CurlMulti(loop: loop)
    let waiter = Waiter(loop, mostBytes: mostBytes, limit: limit)
    var request = request
    request.freshConnection = true
    guard let handle = CurlHandle(request, delegate: waiter) else {
      throw SystemError("start a transfer", code: 12)
    }
    _ = loop.schedule(waiter, at: loop.clock.now() + limit)
    multi.start(handle)
    loop.run()
    multi.cancel(handle)
    return waiter.transfer
  }

  private final class Waiter: TransferDelegate, TimerTarget {
    var transfer = OneTransfer()
    private let loop: EventLoop
    private let mostBytes: Int
    private let limit: Nanoseconds

    init(_ loop: EventLoop, mostBytes: Int, limit: Nanoseconds) {
      self.loop = loop
      self.mostBytes = mostBytes
      self.limit = limit
    }

    func transferSends(localPort: UInt16) {}

    func transferHead(_ line: UnsafeRawBufferPointer) {
      let text = String(decoding: line.prefix(40), as: UTF8.self)
      guard text.hasPrefix("HTTP/") else { return }
      let parts = text.split(separator: " ")
      if parts.count > 1, let code = Int(parts[1].prefix(3)) { transfer.status = code }
    }

    func transferBody(_ bytes: UnsafeRawBufferPointer, wake: UInt32) -> Bool {
      let room = mostBytes - transfer.body.count
      transfer.body += bytes.prefix(room)
      transfer.isCut = bytes.count > room
      return !transfer.isCut
    }

    func transferEnded(_ result: TransferResult) {
      if result.code != 0, !transfer.isCut { transfer.failure = result.message }
      loop.stop()
    }

    func timerFired(_ id: UInt64, now: Instant) {
      transfer.failure = "it took longer than \(limit)"
      transfer.status = 0
      loop.stop()
    }
  }
}
