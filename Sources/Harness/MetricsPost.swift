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
    let request = TransferRequest(
      url: place, fields: ["Content-Type: application/json"], body: Array(json.utf8))
    let answer: OneTransfer
    do throws(SystemError) {
      answer = try OneTransfer.perform(request, mostBytes: 4_096, within: Limits.collector)
    } catch {
      throw CampaignError("\(error)")
    }
    guard (200..<300).contains(answer.status) else {
      let words = String(decoding: answer.body.prefix(300), as: UTF8.self)
      throw CampaignError(
        answer.status > 0
          ? "the collector at \(place) answered \(answer.status): \(words)"
          : "no answer from the collector at \(place): \(answer.failure ?? "no status")")
    }
  }
}
