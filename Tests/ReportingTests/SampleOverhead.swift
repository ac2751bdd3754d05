import Core

/// What a relay that says more than it was told adds; with texts that must be escaped.
enum SampleOverhead {
  static let record: Overhead = {
    var request = Overhead.Side(
      head: .init(direct: 231, relay: 412, added: 181, least: 181, most: 183),
      body: .init(direct: 188, relay: 1_021, added: 833, least: 833, most: 833))
    request.fields = [
      .init("traceparent", .added, direct: nil, relay: "00-<hex>|x", pairs: 3),
      .init("accept", .changed, direct: "text/event-stream", relay: "*/*", pairs: 3),
    ]
    request.members = [
      .init("metadata.user_api_key", .added, direct: nil, relay: "***", pairs: 3),
      .init("stream_options.include_usage", .dropped, direct: "true", relay: nil, pairs: 1),
    ]
    request.leftOut = 2
    var response = Overhead.Side(
      head: .init(direct: 160, relay: 655, added: 495, least: 480, most: 502),
      body: .init(direct: 6_044, relay: 5_980, added: -64, least: -64, most: -60))
    response.fields = [.init("x-relay-cost", .added, direct: nil, relay: "0.00042", pairs: 2)]
    var overhead = Overhead(pairs: 3, request: request, response: response)
    overhead.messages = [
      .init(
        .added, role: "system", text: "You are <b>helpful</b>.\nNever name `the` provider.",
        words: 7, pairs: 3)
    ]
    return overhead
  }()
}
