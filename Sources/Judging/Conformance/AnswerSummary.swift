import Core
import Wire

/// What an answer says, put together as an SDK does it, so that two can be compared however they
/// were cut into events.
///
/// The nonce is taken out: what came through the relay and what came without it then are equal.
struct AnswerSummary: Hashable {
  struct Choice: Hashable {
    var text: [UInt8] = []
    var reasoning: [UInt8] = []
    var refusal: [UInt8] = []
    var calls: [Int: Call] = [:]
    var finishes: [String] = []
  }

  struct Call: Hashable {
    var id: String?
    var name: String?
    var arguments: [UInt8] = []
  }

  private(set) var choices: [Int: Choice] = [:]
  private(set) var usages: [TokenUsage] = []
  private(set) var errors: [StreamError] = []
  private(set) var malformed: [String] = []
  private(set) var terminators = 0

  init(_ observation: Observation) {
    for event in observation.reading.events { take(event) }
    let nonce = Array(observation.exchange.nonce.short.utf8)
    for key in choices.keys { choices[key]?.forget(nonce) }
  }

  private mutating func take(_ event: NeutralEvent) {
    switch event.kind {
    case .output(.text, let bytes): choices[event.choice, default: Choice()].text += bytes
    case .output(.refusal, let bytes): choices[event.choice, default: Choice()].refusal += bytes
    case .output(.toolArguments, let bytes):
      choices[event.choice, default: Choice()].calls[event.call ?? 0, default: Call()].arguments +=
        bytes
    case .reasoning(let bytes): choices[event.choice, default: Choice()].reasoning += bytes
    case .toolCall(let start):
      var call = choices[event.choice, default: Choice()].calls[event.call ?? 0] ?? Call()
      if let id = start.id { call.id = (call.id ?? "") + id }
      if let name = start.name { call.name = (call.name ?? "") + name }
      choices[event.choice, default: Choice()].calls[event.call ?? 0] = call
    case .finish(let reason): choices[event.choice, default: Choice()].finishes.append(reason)
    case .usage(let usage): if usages.last != usage { usages.append(usage) }
    case .terminator: terminators += 1
    case .error(let error): errors.append(error)
    case .malformed(let reason): malformed.append(reason)
    case .role, .comment, .empty: break
    }
  }

  // MARK: Comparing

  /// What of the expected answer is missing or other here, in words; empty if nothing is.
  ///
  /// - Parameter isBridge: whether the two are of different formats, of which one may have no word for
  ///   a detail of usage.
  func differences(from expected: AnswerSummary, isBridge: Bool = false) -> [String] {
    var found: [String] = malformed.prefix(1).map { "an event that is not readable: \($0)" }
    for key in Set(choices.keys).union(expected.choices.keys).sorted() {
      let place = key == 0 ? "" : " of choice \(key)"
      let (own, other) = (choices[key] ?? Choice(), expected.choices[key] ?? Choice())
      for (name, path) in Self.texts {
        if let words = Self.difference(own[keyPath: path], other[keyPath: path]) {
          found.append("the \(name)\(place) \(words)")
        }
      }
      if own.finishes != other.finishes {
        found.append(
          "the finish reason\(place) is \(Self.list(own.finishes)) instead of "
            + Self.list(other.finishes))
      }
      found += own.callDifferences(from: other).map { $0 + place }
    }
    if !TokenUsage.agree(usages.last, expected.usages.last, isBridge: isBridge) {
      found.append(
        "the usage is \(Self.words(usages.last)), not \(Self.words(expected.usages.last))")
    }
    if errors.isEmpty != expected.errors.isEmpty {
      found.append(errors.first.map { "an error: \($0.message)" } ?? "the error is missing")
    }
    return found
  }

  private static let texts: [(String, any KeyPath<Choice, [UInt8]> & Sendable)] = [
    ("text", \.text), ("reasoning", \.reasoning), ("refusal", \.refusal),
  ]

  static func list(_ reasons: [String]) -> String {
    reasons.isEmpty ? "none" : reasons.joined(separator: ", ")
  }

  static func words(_ usage: TokenUsage?) -> String {
    guard let usage else { return "none" }
    return "\(usage.prompt) + \(usage.completion)"
      + (usage.cached.map { ", \($0) cached" } ?? "")
      + (usage.reasoning.map { ", \($0) reasoning" } ?? "")
  }

  /// Where and how bytes differ, or nil.
  static func difference(_ own: [UInt8], _ other: [UInt8]) -> String? {
    guard own != other else { return nil }
    let place = zip(own, other).enumerated().first { $0.element.0 != $0.element.1 }?.offset
    guard let place else {
      return own.count < other.count
        ? "ends after \(own.count) of \(other.count) bytes"
        : "goes on after its \(other.count) bytes with \(excerpt(own, at: other.count))"
    }
    return "differs at byte \(place): \(excerpt(own, at: place)) instead of "
      + excerpt(other, at: place)
  }

  private static func excerpt(_ bytes: [UInt8], at place: Int) -> String {
    "\"\(String(decoding: bytes[place...].prefix(24), as: UTF8.self))\""
  }
}

extension AnswerSummary.Choice {
  fileprivate mutating func forget(_ nonce: [UInt8]) {
    text.replace(nonce, with: [])
    reasoning.replace(nonce, with: [])
    refusal.replace(nonce, with: [])
    for key in calls.keys {
      guard let id = calls[key]?.id else { continue }
      var bytes = Array(id.utf8)
      bytes.replace(nonce, with: [])
      calls[key]?.id = String(decoding: bytes, as: UTF8.self)
    }
  }

  fileprivate func callDifferences(from other: Self) -> [String] {
    var found: [String] = []
    if calls.count != other.calls.count {
      found.append("\(calls.count) tool calls instead of \(other.calls.count)")
    }
    for key in calls.keys.sorted() {
      guard let own = calls[key], let wanted = other.calls[key] else { continue }
      if own.name != wanted.name {
        found.append(
          "tool call \(key) is \(own.name ?? "unnamed"), not \(wanted.name ?? "unnamed")")
      }
      if let words = AnswerSummary.difference(own.arguments, wanted.arguments) {
        found.append("the arguments of tool call \(key): the JSON \(words)")
      }
    }
    return found
  }
}

extension TokenUsage {
  /// Whether two say the same; of different formats, as far as both say it.
  static func agree(_ one: TokenUsage?, _ other: TokenUsage?, isBridge: Bool) -> Bool {
    guard isBridge, let one, let other else { return one == other }
    func agree(_ one: Int?, _ other: Int?) -> Bool { one == nil || other == nil || one == other }
    return one.prompt == other.prompt && one.completion == other.completion
      && agree(one.cached, other.cached) && agree(one.reasoning, other.reasoning)
  }
}

extension Passage {
  /// Whether the relay gave what the provider said: nothing lost, altered, repeated or made up.
  func fidelity(_ observation: Observation) -> [Finding] {
    guard observation.isSuccessStatus, observation.exchange.transport == .complete else {
      return [.fail("the exchange ended with \(Self.end(observation))")]
    }
    guard let direct = direct.first else { return [] }
    return AnswerSummary(observation)
      .differences(from: AnswerSummary(direct), isBridge: !pair.isSame).map { .fail($0) }
  }

  static func end(_ observation: Observation) -> String {
    let status = observation.exchange.status
    return observation.end == .httpError ? "status \(status)" : observation.end.rawValue
  }
}
