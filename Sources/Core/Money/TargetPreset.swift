import Foundation

/// A relay or provider that is known by name: where it is, how to speak to it, what it takes.
///
/// Files in `scenarios/targets/`, each dated, since prices and addresses change.
package struct TargetPreset: Hashable, Sendable {
  package var name: String
  package var about: String
  /// As of when; `sources` say where that stands.
  package var date: String
  package var sources: [String]
  package var url: String
  package var dialect: String
  /// The environment variable that holds the key; nil if none is needed.
  package var key: String?
  /// Where its prices are; fetched only if that is asked for.
  package var prices: String?
  /// What that list is, if it is not to be fetched: a page for people.
  package var pricePage: String?
  /// Whether it is a provider itself, so that others are compared with it.
  package var isProvider: Bool
  /// Nil if they are not known.
  package var fees: FeePlan?

  package static let keys = [
    "name", "about", "date", "sources", "url", "dialect", "key", "prices", "pricePage", "provider",
    "fees",
  ]
  package static let feeKeys = [
    "purchase", "minimum", "ownKey", "ownKeyFree", "subscription", "logsIncluded", "logsStep",
    "logsPrice",
  ]

  /// - Parameters:
  ///   - path: only stands in the messages.
  ///   - dialects: the names that are known.
  package static func read(
    _ bytes: [UInt8], path: String, dialects: [String]
  ) throws(ScenarioErrors) -> TargetPreset {
    let root = try JSON5Value.read(bytes, path: path)
    var reader = TableReader(path: path)
    let fields = reader.members(root, "a target", keys: keys)
    for key in ["name", "date", "url", "dialect"] where fields[key] == nil {
      reader.problem("`\(key)` is missing", root)
    }
    func text(_ key: String) -> String? { fields[key].flatMap { reader.text($0) } }
    var preset = TargetPreset(
      name: text("name") ?? "", about: text("about") ?? "", date: text("date") ?? "", sources: [],
      url: text("url") ?? "", dialect: text("dialect") ?? "", key: text("key"),
      prices: text("prices"), pricePage: text("pricePage"), isProvider: false, fees: nil)
    if let member = fields["dialect"], !dialects.contains(preset.dialect) {
      reader.problem(
        "unknown dialect \(preset.dialect)" + Suggestion.phrase(for: preset.dialect, in: dialects),
        member.value)
    }
    if let member = fields["url"], !["http://", "https://"].contains(where: preset.url.hasPrefix) {
      reader.problem("`url` is a base URL such as https://example.org/v1", member.value)
    }
    if let member = fields["provider"] {
      if case .bool(let value) = member.value.kind {
        preset.isProvider = value
      } else {
        reader.problem("`provider` must be true or false", member.value)
      }
    }
    if let member = fields["sources"] { preset.sources = reader.texts(member) }
    if let member = fields["fees"] { preset.fees = reader.fees(member.value) }
    guard reader.isClean else { throw reader.errors }
    return preset
  }
}

extension TableReader {
  fileprivate mutating func texts(_ member: JSON5Member) -> [String] {
    guard case .array(let values) = member.value.kind else {
      problem("`\(member.key)` must be an array of strings", member.value)
      return []
    }
    return values.compactMap { value in
      guard case .string(let text) = value.kind else {
        problem("an element of `\(member.key)` must be a string", value)
        return nil
      }
      return text.text
    }
  }

  fileprivate mutating func fees(_ value: JSON5Value) -> FeePlan {
    let fields = members(value, "`fees`", keys: TargetPreset.feeKeys)
    func amount(_ key: String) -> Decimal? { fields[key].flatMap { self.amount($0) } }
    func count(_ key: String) -> Int? { fields[key].flatMap { self.count($0) } }
    let plan = FeePlan(
      purchase: amount("purchase"), minimum: amount("minimum"), ownKey: amount("ownKey"),
      ownKeyFree: count("ownKeyFree"), subscription: amount("subscription"),
      logsIncluded: count("logsIncluded"), logsStep: count("logsStep"),
      logsPrice: amount("logsPrice"))
    for key in ["purchase", "ownKey"] {
      if let member = fields[key], let share = (key == "purchase" ? plan.purchase : plan.ownKey),
        share.value >= 1
      {
        problem("`\(key)` is a share such as 0.055", member.value)
      }
    }
    return plan
  }
}
