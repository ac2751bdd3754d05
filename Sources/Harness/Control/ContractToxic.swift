import Core
import Wire

/// A toxic that Toxiproxy has: whole numbers as attributes, zero unless given, counted over the
/// connection whatever flows on it.
struct ContractToxic: ToxicType {
  let name: String
  /// Toxiproxy's Go type, which its error messages name.
  let goName: String
  let attributes: [String]
  /// Says in the settings of our fault what the attributes mean; nil for what does nothing.
  let meaning: @Sendable ([String: Int]) throws(ControlError) -> Meaning?
  private let specs: [FaultSpec]

  /// A fault of ours with its settings, as a literal would give them.
  struct Meaning {
    var fault: String
    var settings: [String: String] = [:]
    /// In place of what no literal can say.
    var exact: [String: FaultValue] = [:]
  }

  private init(
    _ name: String, _ goName: String, _ attributes: [String], _ specs: [FaultSpec],
    _ meaning: @escaping @Sendable ([String: Int]) throws(ControlError) -> Meaning?
  ) {
    self.name = name
    self.goName = goName
    self.attributes = attributes
    self.meaning = meaning
    self.specs = specs
  }

  func lacks(_ attribute: String) -> Bool { !attributes.contains(attribute.lowercased()) }

  func settings(
    _ body: ControlBody?, over earlier: [JSONValue.Member], direction: FaultDirection
  ) throws(ControlError) -> ToxicSettings {
    let before = JSONValue.object(earlier)
    var values: [String: Int] = [:]
    for attribute in attributes {
      let value = try body?.int64(attribute) ?? before[attribute]?.int ?? 0
      guard (0...Limits.toxicAttribute).contains(value) else {
        throw ControlError(
          400, "\(attribute) must be 0 to \(Limits.toxicAttribute), found \(value)")
      }
      values[attribute] = value
    }
    let members = attributes.map { JSONValue.Member($0, .integer(values[$0] ?? 0)) }
    return ToxicSettings(attributes: members, rule: try rule(values, direction))
  }

  private func rule(_ values: [String: Int], _ direction: FaultDirection) throws(ControlError)
    -> FaultRule?
  {
    guard let meaning = try meaning(values) else { return nil }
    guard let spec = specs.first(where: { $0.name == meaning.fault }) else {
      throw ControlError(400, "invalid toxic type")
    }
    do {
      var rule = try FaultRule(
        spec, leg: .b, direction: direction, settings: meaning.settings, scope: .connection)
      rule.values.merge(meaning.exact) { $1 }
      return rule
    } catch {
      throw ControlError(400, error.message)
    }
  }
}

extension ContractToxic {
  static func all(_ specs: [FaultSpec]) -> [ContractToxic] {
    [
      ContractToxic("latency", "LatencyToxic", ["latency", "jitter"], specs, delays),
      ContractToxic("bandwidth", "BandwidthToxic", ["rate"], specs) { values in
        let rate = values["rate"] ?? 0
        // Nothing passes at rate 0, which a literal does not say.
        return Meaning(
          fault: "bandwidth", settings: ["rate": "\(max(1, rate))KB/s"],
          exact: ["rate": .number(rate * 1_000)])
      },
      ContractToxic("slow_close", "SlowCloseToxic", ["delay"], specs) { values in
        Meaning(fault: "slow-close", settings: ["length": "\(values["delay"] ?? 0)ms"])
      },
      ContractToxic("timeout", "TimeoutToxic", ["timeout"], specs) { values in
        Meaning(fault: "timeout", settings: ["length": "\(values["timeout"] ?? 0)ms"])
      },
      ContractToxic("reset_peer", "ResetToxic", ["timeout"], specs) { values in
        Meaning(
          fault: "timeout", settings: ["length": "\(values["timeout"] ?? 0)ms", "cut": "reset"])
      },
      ContractToxic(
        "slicer", "SlicerToxic", ["average_size", "size_variation", "delay"], specs, slices),
      ContractToxic("limit_data", "LimitDataToxic", ["bytes"], specs) { values in
        Meaning(fault: "limit-data", settings: ["size": "\(values["bytes"] ?? 0)"])
      },
      ContractToxic("noop", "NoopToxic", [], specs) { _ in nil },
    ]
  }

  /// Uniform around the latency; a draw below zero is no delay. Draws follow one another slowly:
  /// with chunks closer to each other than the jitter is wide, order would otherwise make the
  /// slowest of several the delay of all.
  @Sendable
  private static func delays(_ values: [String: Int]) -> Meaning? {
    let (latency, jitter) = (values["latency"] ?? 0, values["jitter"] ?? 0)
    var meaning = Meaning(fault: "latency", settings: ["length": "\(latency)ms"])
    if jitter > 0 {
      let (low, high) = (Int64(latency - jitter), Int64(latency + jitter))
      meaning.exact["length"] = .distribution(
        .uniform(low: .milliseconds(low), high: .milliseconds(high)))
      meaning.exact["memory"] = .duration(.milliseconds(Int64(jitter) * jitterMemory))
    }
    return meaning
  }

  /// How many times its jitter a latency stays like what it was.
  private static let jitterMemory: Int64 = 20

  /// Sizes that no slice can have end Toxiproxy's process; here they are refused.
  @Sendable
  private static func slices(_ values: [String: Int]) throws(ControlError) -> Meaning? {
    let (size, variation) = (values["average_size"] ?? 0, values["size_variation"] ?? 0)
    guard size > 0 else { throw ControlError(400, "average_size must be at least 1") }
    guard variation < size else {
      throw ControlError(400, "size_variation must be below average_size")
    }
    return Meaning(
      fault: "slice",
      settings: [
        "size": "\(size)", "variation": "\(variation)", "gap": "\(values["delay"] ?? 0)us",
      ])
  }
}
