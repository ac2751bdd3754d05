import Core

/// The OpenMetrics text format 1.0.0: summaries in seconds, counters of exchanges, differences.
package struct OpenMetricsExporter: Exporter {
  package init() {}

  package let name = "openmetrics"
  package let fileName = "metrics.txt"

  package func export(_ export: Export) -> String {
    var text = ""
    let names = Glossary.ordered(Set(export.subjects.flatMap(\.measures.keys)))
    for name in names { text += Self.summary(name, export.subjects) }
    text += "# TYPE relaymark_exchanges counter\n"
    text += "# HELP relaymark_exchanges Measured exchanges by how they ended.\n"
    for subject in export.subjects {
      for (end, count) in subject.exchanges.byEnd.sorted(by: { $0.key < $1.key }) {
        text += "relaymark_exchanges_total{\(Self.labels(subject)),end=\"\(end)\"} \(count)\n"
      }
    }
    text += Self.differences(export.differences)
    text += "# TYPE relaymark_gate_items gauge\n"
    text += "# HELP relaymark_gate_items What the gate judged, by outcome.\n"
    for outcome in GateItem.Outcome.allCases {
      let count = export.gate.items.count { $0.outcome == outcome }
      text += "relaymark_gate_items{outcome=\"\(outcome.rawValue)\"} \(count)\n"
    }
    return text + "# EOF\n"
  }

  private static func summary(_ name: String, _ subjects: [Export.Subject]) -> String {
    guard let unit = subjects.lazy.compactMap({ $0.measures[name]?.unit }).first else { return "" }
    let suffix = unit == "ns" ? "_seconds" : unit == "ratio" ? "_ratio" : "_per_second"
    let metric = "relaymark_" + name.replacing(".", with: "_") + suffix
    var text = "# TYPE \(metric) summary\n"
    if unit == "ns" { text += "# UNIT \(metric) seconds\n" }
    if unit == "ratio" { text += "# UNIT \(metric) ratio\n" }
    for subject in subjects {
      guard let measure = subject.measures[name] else { continue }
      let figures = [
        ("0.5", measure.p50), ("0.9", measure.p90), ("0.95", measure.p95), ("0.99", measure.p99),
        ("0.999", measure.p999),
      ]
      for (share, value) in figures {
        let shown = unit == "ns" ? value / 1e9 : value
        text += "\(metric){\(labels(subject)),quantile=\"\(share)\"} \(number(shown))\n"
      }
      text += "\(metric)_count{\(labels(subject))} \(measure.n)\n"
    }
    return text
  }

  private static func differences(_ results: [ArmComparison]) -> String {
    guard !results.isEmpty else { return "" }
    var text = "# TYPE relaymark_difference gauge\n"
    text += "# HELP relaymark_difference By how much an arm exceeds the first; times in seconds.\n"
    for result in results {
      for figure in result.measures {
        let scale = figure.unit == "ns" ? 1e9 : 1
        for (bound, value) in [
          ("low", figure.low), ("middle", figure.delta), ("high", figure.high),
          ("margin", figure.margin),
        ] {
          guard let value else { continue }
          text += "relaymark_difference{arm=\"\(label(result.arm))\","
          text += "against=\"\(label(result.against))\",figure=\"\(figure.name)\","
          text += "bound=\"\(bound)\"} \(number(value / scale))\n"
        }
      }
    }
    return text
  }

  private static func labels(_ subject: Export.Subject) -> String {
    "target=\"\(label(subject.name))\",scenario=\"\(label(subject.scenario))\""
  }

  private static func label(_ text: String) -> String {
    Escaping.terminal(text).replacing("\\", with: "\\\\").replacing("\"", with: "\\\"")
  }

  private static func number(_ value: Double) -> String {
    if value.isNaN { return "NaN" }
    return value.isFinite ? "\(value)" : value < 0 ? "-Inf" : "+Inf"
  }
}
