import Core
import Foundation
import Platform

/// Gets one document over HTTP, once, without a key, and only because somebody asked for it.
package enum Download {
  package static func get(_ address: String) throws(CampaignError) -> [UInt8] {
    guard let url = URL(string: address), let scheme = url.scheme,
      ["http", "https"].contains(scheme), url.host != nil
    else { throw CampaignError("\(address) is no address to get anything from") }
    let answer: Answer
    do throws(SystemError) {
      answer = try transfer(address)
    } catch {
      throw CampaignError("\(error)")
    }
    guard answer.status > 0, answer.failure.isEmpty else {
      throw CampaignError("nothing came from \(address): \(answer.failure)")
    }
    guard (200..<300).contains(answer.status) else {
      throw CampaignError("\(address) answered \(answer.status)")
    }
    return answer.body
  }

  private static func transfer(_ address: String) throws(SystemError) -> Answer {
    let loop = try EventLoop()
    defer { loop.dispose() }
    let multi = try CurlMulti(loop: loop)
    let answer = Answer(loop)
    var request = TransferRequest(url: address, fields: ["Accept: application/json"], body: [])
    request.method = "GET"
    request.freshConnection = true
    guard let handle = CurlHandle(request, delegate: answer) else {
      throw SystemError("start a transfer", code: 12)
    }
    answer.limit = loop.schedule(answer, at: loop.clock.now() + Limits.download)
    multi.start(handle)
    loop.run()
    multi.cancel(handle)
    return answer
  }

  private final class Answer: TransferDelegate, TimerTarget {
    var status = 0
    var body: [UInt8] = []
    var failure = ""
    var limit: UInt64 = 0
    private let loop: EventLoop

    init(_ loop: EventLoop) { self.loop = loop }

    func transferSends(localPort: UInt16) {}

    func transferHead(_ line: UnsafeRawBufferPointer) {
      let text = String(decoding: line.prefix(40), as: UTF8.self)
      guard text.hasPrefix("HTTP/") else { return }
      let parts = text.split(separator: " ")
      if parts.count > 1, let code = Int(parts[1].prefix(3)) { status = code }
    }

    func transferBody(_ bytes: UnsafeRawBufferPointer, wake: UInt32) -> Bool {
      body += bytes
      guard body.count > Limits.priceListBytes else { return true }
      failure = "it is longer than \(Limits.priceListBytes >> 20) MiB"
      return false
    }

    func transferEnded(_ result: TransferResult) {
      if failure.isEmpty, result.code != 0 { failure = result.message }
      loop.stop()
    }

    func timerFired(_ id: UInt64, now: Instant) {
      failure = "it took longer than \(Limits.download)"
      loop.stop()
    }
  }
}
