import Core
import Foundation
import Platform

/// Sends metrics to an OpenTelemetry collector (OTLP/HTTP), once, and waits for its answer.
package enum MetricsPost {
  /// - Parameter collector: its base URL; `/v1/metrics` is added as the specification has it.
  package static func send(_ json: String, to collector: String) throws(CampaignError) {
    guard let url = URL(string: collector), let scheme = url.scheme,
      ["http", "https"].contains(scheme), url.host != nil
    else {
      throw CampaignError(
        "\(collector) is no collector's URL; give one such as http://127.0.0.1:4318")
    }
    var base = collector
    while base.hasSuffix("/") { base.removeLast() }
    let place = base.hasSuffix("/v1/metrics") ? base : base + "/v1/metrics"
    let answer: Answer
    do throws(SystemError) {
      answer = try transfer(json, to: place)
    } catch {
      throw CampaignError("\(error)")
    }
    guard (200..<300).contains(answer.status) else {
      let words = String(decoding: answer.body.prefix(300), as: UTF8.self)
      throw CampaignError(
        answer.status > 0
          ? "the collector at \(place) answered \(answer.status): \(words)"
          : "no answer from the collector at \(place): \(answer.failure)")
    }
  }

  private static func transfer(_ json: String, to place: String) throws(SystemError) -> Answer {
    let loop = try EventLoop()
    defer { loop.dispose() }
    let multi = try CurlMulti(loop: loop)
    let answer = Answer(loop)
    var request = TransferRequest(
      url: place, fields: ["Content-Type: application/json"], body: Array(json.utf8))
    request.freshConnection = true
    guard let handle = CurlHandle(request, delegate: answer) else {
      throw SystemError("start a transfer", code: 12)
    }
    answer.limit = loop.schedule(answer, at: loop.clock.now() + Limits.collector)
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
      body += bytes.prefix(4_096 - min(4_096, body.count))
      return true
    }

    func transferEnded(_ result: TransferResult) {
      failure = result.message
      loop.stop()
    }

    func timerFired(_ id: UInt64, now: Instant) {
      failure = "it took longer than \(Limits.collector)"
      status = 0
      loop.stop()
    }
  }
}
