import Core
import Wire

/// The figures of all proxies in the text format of OpenMetrics 1.0.
enum OpenMetrics {
  static let mediaType = "application/openmetrics-text; version=1.0.0; charset=utf-8"

  static func response(_ proxies: [ControlledProxy]) -> ControlResponse {
    ControlResponse(status: 200, mediaType: mediaType, body: Array(text(proxies).utf8))
  }

  static func text(_ proxies: [ControlledProxy]) -> String {
    let seen = proxies.map { ($0, $0.counters.snapshot) }
    var out = ""
    // The two families that Toxiproxy has, with its labels.
    flows("toxiproxy_proxy_received_bytes", "Bytes read from the sender.", seen, \.received, &out)
    flows("toxiproxy_proxy_sent_bytes", "Bytes handed to the receiver.", seen, \.sent, &out)
    flows("relaymark_proxy_events", "Events with data, where HTTP is read.", seen, \.events, &out)
    counter("relaymark_proxy_connections", "Connections accepted.", seen, \.accepted, &out)
    counter(
      "relaymark_proxy_upstream_refused", "Connections that the upstream did not take.", seen,
      \.refused, &out)
    counter("relaymark_proxy_faults", "Faults carried out.", seen, \.faults, &out)
    family("relaymark_proxy_open_connections", "gauge", "Connections open now.", &out)
    for (proxy, figures) in seen {
      out += "relaymark_proxy_open_connections{\(labels(proxy))} \(figures.open)\n"
    }
    family("relaymark_proxy_enabled", "gauge", "1 while the proxy listens.", &out)
    for (proxy, _) in seen {
      out += "relaymark_proxy_enabled{\(labels(proxy))} \(proxy.isEnabled ? 1 : 0)\n"
    }
    return out + "# EOF\n"
  }

  private typealias Seen = [(ControlledProxy, ProxyCounters.Snapshot)]

  private static func flows(
    _ name: String, _ help: String, _ seen: Seen,
    _ figure: KeyPath<ProxyCounters.Snapshot.Flow, Int>, _ out: inout String
  ) {
    family(name, "counter", help, &out)
    for (proxy, figures) in seen {
      for (direction, flow) in [("upstream", figures.upstream), ("downstream", figures.downstream)]
      {
        out +=
          "\(name)_total{direction=\"\(direction)\",\(labels(proxy))} \(flow[keyPath: figure])\n"
      }
    }
  }

  private static func counter(
    _ name: String, _ help: String, _ seen: Seen, _ figure: KeyPath<ProxyCounters.Snapshot, Int>,
    _ out: inout String
  ) {
    family(name, "counter", help, &out)
    for (proxy, figures) in seen {
      out += "\(name)_total{\(labels(proxy))} \(figures[keyPath: figure])\n"
    }
  }

  private static func family(_ name: String, _ type: String, _ help: String, _ out: inout String) {
    out += "# TYPE \(name) \(type)\n"
    if name.hasSuffix("_bytes") { out += "# UNIT \(name) bytes\n" }
    out += "# HELP \(name) \(help)\n"
  }

  private static func labels(_ proxy: ControlledProxy) -> String {
    "listener=\"\(escaped(proxy.listen))\",proxy=\"\(escaped(proxy.name))\","
      + "upstream=\"\(escaped("\(proxy.upstream)"))\""
  }

  /// Backslash, quote and line feed are the three that a label value escapes.
  private static func escaped(_ text: String) -> String {
    text.replacing("\\", with: "\\\\").replacing("\"", with: "\\\"").replacing("\n", with: "\\n")
  }
}
