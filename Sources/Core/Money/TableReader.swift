package import Foundation

/// Reads tables of money in the JSON5 of scenarios, and collects every mistake with its place.
package struct TableReader {
  package let path: String
  private(set) var found: [ScenarioError] = []

  package init(path: String) { self.path = path }

  package var isClean: Bool { found.isEmpty }
  package var errors: ScenarioErrors {
    ScenarioErrors(
      errors: Array(found.prefix(Limits.scenarioErrors)),
      omitted: max(0, found.count - Limits.scenarioErrors))
  }

  package mutating func problem(_ message: String, _ value: JSON5Value) {
    found.append(ScenarioError(path: path, position: value.position, message: message))
  }

  /// The members of an object called `what` by their keys; unknown ones are reported.
  package mutating func members(
    _ value: JSON5Value, _ what: String, keys: [String]
  ) -> [String: JSON5Member] {
    guard case .object(let members) = value.kind else {
      problem("\(what) must be an object, found \(value.article)", value)
      return [:]
    }
    for member in members where !keys.contains(member.key) {
      let hint = Suggestion.phrase(for: member.key, in: keys)
      found.append(
        ScenarioError(
          path: path, position: member.position,
          message: "unknown key `\(member.key)`"
            + (hint.isEmpty ? "; known here: \(keys.joined(separator: ", "))" : hint)))
    }
    return Dictionary(members.map { ($0.key, $0) }) { first, _ in first }
  }

  package mutating func text(_ member: JSON5Member) -> String? {
    guard case .string(let text) = member.value.kind else {
      problem("`\(member.key)` must be a string, found \(member.value.article)", member.value)
      return nil
    }
    return text.text
  }

  /// A number, or one in quotes.
  package mutating func decimal(_ member: JSON5Member) -> Decimal? {
    var text: String
    switch member.value.kind {
    case .number(let number): text = number.text
    case .string(let string): text = string.text
    default:
      problem("`\(member.key)` must be a number, found \(member.value.article)", member.value)
      return nil
    }
    if text.hasPrefix(".") { text = "0" + text }
    if text.hasSuffix(".") { text.removeLast() }
    guard let number = DecimalText.parse(text) else {
      problem("`\(member.key)` is no decimal number: \(text.prefix(40))", member.value)
      return nil
    }
    return number
  }

  /// An amount or share, which cannot be negative.
  package mutating func amount(_ member: JSON5Member) -> Decimal? {
    guard let value = decimal(member) else { return nil }
    guard value >= 0 else {
      problem("`\(member.key)` must not be negative", member.value)
      return nil
    }
    return value
  }

  package mutating func count(_ member: JSON5Member) -> Int? {
    guard let value = amount(member) else { return nil }
    guard let count = Int("\(value)") else {
      problem("`\(member.key)` must be a whole number", member.value)
      return nil
    }
    return count
  }
}
