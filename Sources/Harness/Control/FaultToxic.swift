import Core
import Wire

/// One of our faults as a toxic: its attributes are the settings that a literal has, and `at`.
///
/// A number is a number; for a time it is milliseconds, as everywhere in this interface. Everything
/// can be given as the string that a literal would have: `"2s"`, `"normal(20ms,5ms)"`, `"50KB/s"`.
struct FaultToxic: ToxicType {
  let spec: FaultSpec

  var name: String { spec.name }
  var goName: String { "Toxic" }

  private static let place = "at"

  func has(_ attribute: String) -> Bool {
    attribute == Self.place || spec.parameters.contains { $0.name == attribute }
  }

  func settings(
    _ body: ControlBody?, over earlier: [JSONValue.Member], direction: FaultDirection
  ) throws(ControlError) -> ToxicSettings {
    var given: [String: JSONValue] = [:]
    for member in earlier { given[String(decoding: member.key, as: UTF8.self)] = member.value }
    for key in body?.keys ?? [] { given[key] = body?.value(key) ?? given[key] }
    var settings: [String: String] = [:]
    for (key, value) in given where key != Self.place { settings[key] = try text(value, of: key) }
    let place = try given[Self.place].map { value throws(ControlError) in
      try text(value, of: Self.place)
    }
    do {
      let rule = try FaultRule(
        spec, leg: .b, direction: direction, settings: settings, place: place)
      return ToxicSettings(attributes: listed(rule, given), rule: rule)
    } catch {
      throw ControlError(400, error.message)
    }
  }

  /// What was given as it was given, and the rest as it is preset.
  private func listed(_ rule: FaultRule, _ given: [String: JSONValue]) -> [JSONValue.Member] {
    var members = spec.parameters.compactMap { parameter -> JSONValue.Member? in
      let value = given[parameter.name] ?? rule.values[parameter.name].map(\.attribute)
      return value.map { JSONValue.Member(parameter.name, $0) }
    }
    if let position = given[Self.place] ?? rule.position.map({ .text($0.description) }) {
      members.append(JSONValue.Member(Self.place, position))
    }
    return members
  }

  private func text(_ value: JSONValue, of key: String) throws(ControlError) -> String {
    switch value {
    case .string(let bytes): return String(decoding: bytes, as: UTF8.self)
    case .number(let digits):
      switch spec.parameters.first(where: { $0.name == key })?.kind {
      case .duration, .distribution: return digits + "ms"
      default: return digits
      }
    default: throw ControlError(400, "\(quoted(key)) takes a number or a string")
    }
  }
}

extension FaultValue {
  /// The value as an attribute that would be read as the same.
  fileprivate var attribute: JSONValue {
    switch self {
    case .duration(let time): .text(time.literal)
    case .distribution(let distribution): .text(distribution.literal)
    case .number(let number): .integer(number)
    case .share(let share): .number(String(share))
    case .text(let text): .text(text)
    }
  }
}

extension Distribution {
  fileprivate var literal: String {
    switch self {
    case .constant(let value): value.literal
    case .uniform(let low, let high): "uniform(\(low.literal),\(high.literal))"
    case .normal(let mean, let deviation): "normal(\(mean.literal),\(deviation.literal))"
    case .lognormal(let p50, let p99): "lognormal(p50=\(p50.literal),p99=\(p99.literal))"
    case .empirical(let samples): "empirical(\(samples.map(\.literal).joined(separator: ",")))"
    }
  }
}
