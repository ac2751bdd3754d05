import Core
import Judging
import Wire

/// What makes a relay of the proxy that only passes bytes on: HTTP's rules for gateways, and a key of
/// its own for the provider, which gets nothing of what clients send for the relay alone.
enum BuiltinRelay {
  /// Its key for the provider.
  static let key = "sk-relaymark-provider-canary"

  static let rules = [
    "hop-by-hop", "hop-by-hop upstream", "header Authorization 'Bearer \(key)' upstream",
    "header x-api-key missing upstream", "header x-goog-api-key missing upstream",
    "header Cookie missing upstream", "header X-Secret missing upstream",
  ].map { Stimulus.rule($0, leg: .b) }

  /// Takes its key out of answers in which the provider repeats it; looked for only there, because
  /// whoever looks for something in a body holds it back.
  static func care(of play: SuitePlay, number: Int) -> ChosenRules? {
    guard play.stimulus.script.namesKey else { return nil }
    let rule = Stimulus.rule("replace '\(key)' '(key)'", leg: .b)
    return ChosenRules(rules: [(id: number, rule: rule)], dialect: play.pair.upstream)
  }
}
