/// One thing that must hold, of our proxy alone or against a peer measured in the same run.
struct Bar {
  var about: String
  var measure: String
  var value: String
  var subject = "relaymark"
  /// Nil: the value itself is compared.
  var peer: String?
  var limit: Double
  /// Whether more is better.
  var isFloor = false
  var unit = ""

  /// The name under which `scripts/bench/proxy` measures it.
  var area: String {
    let kind = String(measure.prefix { $0 != "-" })
    return ["delay", "bandwidth", "reset"].contains(kind) ? "accuracy" : kind
  }

  func holds(_ figure: Double) -> Bool { isFloor ? figure >= limit : figure <= limit }
}

extension Bar {
  static let all: [Bar] =
    forwarding(1, added: 1.3) + forwarding(200, added: 1) + [
      ratio("throughput, 1 connection", "bulk-1", "rate", atLeast: 0.9),
      ratio("throughput, 64 connections", "bulk-64", "rate", atLeast: 0.9),
      ratio("new connections per second", "connect-64", "rate", atLeast: 0.9),
      absolute("memory, 64 bulk connections", "bulk-64", "rss", 32, "MiB"),
      // 4 MiB is the bound on what one connection may hold back (`Limits`).
      absolute("memory, 16 bulk connections delayed by 1 s", "bulk-delayed-16", "rss", 96, "MiB"),
      // What it has at rest and what two directions may hold back (`Limits`).
      absolute("memory of each of 64 clients that do not read", "slow-64", "kib", 160, "KiB"),
      absolute("memory of a connection at rest", "idle", "kib", 32, "KiB"),
      absolute("delay of 100 ms on 200 connections: error p99", "delay-200", "error.p99", 1, "ms"),
      absolute("bandwidth 10 KB/s: error", "bandwidth-10KB/s", "error", 2, "%"),
      absolute("bandwidth 100 KB/s: error", "bandwidth-100KB/s", "error", 2, "%"),
      absolute("bandwidth 1 MB/s: error", "bandwidth-1MB/s", "error", 2, "%"),
      absolute("bandwidth 10 MB/s: error", "bandwidth-10MB/s", "error", 2, "%"),
      absolute("bandwidth 100 MB/s: error", "bandwidth-100MB/s", "error", 2, "%"),
      absolute("resets seen as ECONNRESET", "reset", "reset", 100, "%", isFloor: true),
      absolute("resets behind all bytes", "reset", "whole", 100, "%", isFloor: true),
    ]

  private static func forwarding(_ connections: Int, added: Double) -> [Bar] {
    let measure = "forward-\(connections)"
    let place = connections == 1 ? "1 connection" : "\(connections) connections"
    return [
      ratio("added p50, \(place)", measure, "added.p50", atMost: added),
      ratio("processor time per event, \(place)", measure, "cpu", atMost: 1),
      ratio(
        "added p50 with events, \(place)", measure, "added.p50", of: "relaymark-events",
        to: "nginx-http", atMost: 1.3),
      ratio(
        "processor time per event with events, \(place)", measure, "cpu", of: "relaymark-events",
        to: "nginx-http", atMost: 1.3),
    ]
  }

  private static func ratio(
    _ about: String, _ measure: String, _ value: String, of subject: String = "relaymark",
    to peer: String = "nginx-stream", atMost most: Double? = nil, atLeast least: Double? = nil
  ) -> Bar {
    Bar(
      about: about, measure: measure, value: value, subject: subject, peer: peer,
      limit: most ?? least ?? 1, isFloor: least != nil, unit: "×")
  }

  private static func absolute(
    _ about: String, _ measure: String, _ value: String, _ limit: Double, _ unit: String,
    isFloor: Bool = false
  ) -> Bar {
    Bar(
      about: about, measure: measure, value: value, limit: limit, isFloor: isFloor, unit: unit)
  }
}
