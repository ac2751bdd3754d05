import Core
import Harness

/// The options that name who is asked without the relay.
enum DirectOptions {
  static let options = [
    Option(
      name: "direct", value: "URL",
      help: "who answers the same requests without the relay: the provider's base URL, to\n"
        + "compare counts and headers with (default: with --provider, relaymark itself)"),
    Option(name: "direct-model", value: "NAME", help: "what that provider calls the model"),
    Option(
      name: "direct-key-env", value: "NAME", help: "the environment variable that holds its API key"
    ),
    Option(
      name: "twins", value: "N",
      help: "how many exchanges are sent without the relay too, same bytes (default: 1;\n"
        + "10 with --direct)"),
  ]

  /// Nil without `--direct`.
  static func direct(
    _ arguments: Arguments, _ target: CampaignTarget, dialect: String
  ) throws(CommandError) -> Direct? {
    let model = try arguments.value("direct-model")
    let keyName = try arguments.value("direct-key-env")
    guard let text = try arguments.value("direct") else {
      let stray = [("direct-model", model), ("direct-key-env", keyName)].first { $0.1 != nil }
      if let stray { throw .usage("--\(stray.0) goes with --direct=URL") }
      return nil
    }
    guard case .remote = target else {
      throw .usage("--direct is compared with the relay of a --target; name one by its URL")
    }
    let address = TargetOptions.split(text).url
    guard
      case .remote(let provider) = try TargetOptions.target(
        address, name: nil, dialect: dialect, option: "--direct")
    else {
      throw .usage("--direct takes the provider's base URL, such as https://api.openai.com/v1")
    }
    return Direct(
      baseURL: provider.baseURL, model: model,
      key: try keyName.map { (name) throws(CommandError) in
        try RunOptions.key(named: name, option: "--direct-key-env")
      })
  }

  static func twins(
    _ arguments: Arguments, _ target: CampaignTarget, hasDirect: Bool, hasProvider: Bool
  ) throws(CommandError) -> Int? {
    let twins: Int? = try arguments.number("twins", in: 0...Limits.twins)
    let wanted = hasDirect ? "direct" : "twins"
    if hasDirect || (twins ?? 0) > 0 {
      if case .direct = target {
        throw .usage("--\(wanted) compares with a relay, and there is none without --target")
      }
      for other in ["sweep", "shard"] where !arguments.all(other).isEmpty {
        throw .usage("--\(wanted) does not go with --\(other): its exchanges have no twins")
      }
    }
    guard let twins, twins > 0, case .remote = target, !hasDirect, !hasProvider else {
      return twins
    }
    throw .usage(
      "--twins needs somebody who answers without the relay: --direct=URL, or --provider for a relay "
        + "that forwards to relaymark")
  }
}
