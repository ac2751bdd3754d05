import Core
import Foundation

/// Metrics for an OpenTelemetry collector: OTLP/HTTP as JSON (opentelemetry-proto 1.x, "JSON Protobuf
/// Encoding": 64-bit integers are strings, enumerations numbers), with the names of the semantic
/// conventions for generative AI clients where there is one, and `relaymark.…` beside them.
package struct OTLPExporter: Exporter {
  package init() {}

  package let name = "otlp"
  package let fileName = "otlp.json"

  /// What the conventions call our measures. A first chunk is any event, as the convention has it;
  /// `relaymark.ttft` is the first that can be seen.
  private static let conventions = [
    "e2e": "gen_ai.client.operation.duration",
    "ttfb": "gen_ai.client.operation.time_to_first_chunk",
    "gap": "gen_ai.client.operation.time_per_output_chunk",
  ]

  /// Providers as the conventions spell them, by the beginning of the dialect's name.
  private static let providers = [
    ("anthropic", "anthropic"), ("azure", "azure.ai.openai"), ("bedrock", "aws.bedrock"),
    ("cohere", "cohere"), ("deepseek", "deepseek"), ("gemini", "gcp.gemini"), ("groq", "groq"),
    ("mistral", "mistral_ai"), ("openai", "openai"), ("xai", "x_ai"),
  ]

  package func export(_ export: Export) -> String {
    let begun = Self.nanoseconds(export.gate.startedAt)
    let ended = begun + max(0, export.gate.durationNs.count)
    var metrics: [Metric] = []
    let names = Glossary.ordered(Set(export.subjects.flatMap(\.measures.keys)))
    for name in names {
      var points: [Point] = []
      var isTime = true
      for subject in export.subjects {
        guard let measure = subject.measures[name] else { continue }
        isTime = measure.unit == "ns"
        points.append(Self.point(measure, subject, begun, ended))
      }
      let unit = isTime ? "s" : "1"
      for title in [Self.conventions[name], "relaymark.\(name)"].compactMap(\.self) {
        metrics.append(
          Metric(
            name: title, unit: unit,
            exponentialHistogram: Histogram(dataPoints: points, aggregationTemporality: 2)))
      }
    }
    let scope = Scope(name: "relaymark", version: export.gate.tool.version)
    let resource = Resource(attributes: [Attribute("service.name", "relaymark")])
    return JSONRenderer.text(
      Request(
        resourceMetrics: [
          ResourceMetrics(
            resource: resource, scopeMetrics: [ScopeMetrics(scope: scope, metrics: metrics)])
        ]))
  }

  private static func nanoseconds(_ text: String) -> Int64 {
    let date = try? Date(text, strategy: .iso8601)
    return date.map { Int64($0.timeIntervalSince1970) * 1_000_000_000 } ?? 0
  }

  /// 32 buckets to an octave: each is 2.2 % wide.
  private static let scale = 5

  private static func point(
    _ measure: Measure, _ subject: Export.Subject, _ begun: Int64, _ ended: Int64
  ) -> Point {
    let divisor = measure.unit == "ns" ? 1e9 : 1
    var buckets: [Int: Int] = [:]
    var (zeros, count, sum) = (0, 0, 0.0)
    // What never came has no value here; below zero there is only noise of two clocks' reads.
    for (value, times) in Samples.counted(measure) where value.isFinite {
      let value = value / divisor
      count += times
      sum += value * Double(times)
      if value <= 0 {
        zeros += times
      } else {
        // The upper end of a bucket belongs to it.
        let index = Int((log2(value) * Double(1 << scale)).rounded(.up)) - 1
        buckets[index, default: 0] += times
      }
    }
    let low = buckets.keys.min() ?? 0
    let high = buckets.keys.max() ?? -1
    let counts = low <= high ? (low...high).map { String(buckets[$0] ?? 0) } : []
    var attributes = [
      Attribute("gen_ai.operation.name", "chat"),
      Attribute(
        "gen_ai.provider.name",
        providers.first { subject.dialect.hasPrefix($0.0) }?.1 ?? subject.dialect),
      Attribute("relaymark.target", subject.name),
      Attribute("relaymark.scenario", subject.scenario),
    ]
    if subject.topology == .direct { attributes.append(Attribute("relaymark.topology", "direct")) }
    return Point(
      attributes: attributes, startTimeUnixNano: String(begun), timeUnixNano: String(ended),
      count: String(count), sum: sum, scale: scale, zeroCount: String(zeros),
      positive: Buckets(offset: low, bucketCounts: counts),
      min: count > 0 ? Swift.max(0, measure.min / divisor) : nil,
      max: count > 0 && measure.max.isFinite ? measure.max / divisor : nil)
  }

  // MARK: The shape of the request

  private struct Request: Encodable { var resourceMetrics: [ResourceMetrics] }
  private struct ResourceMetrics: Encodable {
    var resource: Resource
    var scopeMetrics: [ScopeMetrics]
  }
  private struct Resource: Encodable { var attributes: [Attribute] }
  private struct ScopeMetrics: Encodable {
    var scope: Scope
    var metrics: [Metric]
  }
  private struct Scope: Encodable {
    var name: String
    var version: String
  }
  private struct Metric: Encodable {
    var name: String
    var unit: String
    var exponentialHistogram: Histogram
  }
  private struct Histogram: Encodable {
    var dataPoints: [Point]
    var aggregationTemporality: Int
  }
  private struct Point: Encodable {
    var attributes: [Attribute]
    var startTimeUnixNano: String
    var timeUnixNano: String
    var count: String
    var sum: Double
    var scale: Int
    var zeroCount: String
    var positive: Buckets
    var min: Double?
    var max: Double?
  }
  private struct Buckets: Encodable {
    var offset: Int
    var bucketCounts: [String]
  }
  private struct Attribute: Encodable {
    var key: String
    var value: Value
    struct Value: Encodable { var stringValue: String }

    init(_ key: String, _ value: String) {
      self.key = key
      self.value = Value(stringValue: value)
    }
  }
}
