import Core
import Foundation
import Harness
import Platform

/// How a target is named on the command line, by every command that has one.
enum TargetOptions {
  static let options = [
    Option(
      name: "target", value: "NAME|URL",
      help: "base URL of the relay as an SDK is given it (http://127.0.0.1:4000/v1),\n"
        + "NAME=URL, or builtin, or direct (default: builtin); or a name of\n"
        + "relaymark list targets, with --model=NAME"),
    Option(name: "name", value: "NAME", help: "what reports call the target"),
    Option(
      name: "provider", value: "HOST:PORT",
      help: "play the provider there; the relay has been told to forward to it"),
    Option(name: "model", value: "NAME", help: "the model to ask for"),
    Option(name: "key-env", value: "NAME", help: "the environment variable that holds the API key"),
    Option(name: "cacert", value: "FILE", help: "certificates to trust, in PEM"),
    Option(
      name: "insecure", value: nil, help: "do not verify TLS certificates (said in the report)"),
  ]

  /// - Parameters:
  ///   - preset: what the option names, if it is one of `TargetPresets`.
  ///   - usual: what is meant without the option.
  static func target(
    _ arguments: Arguments, _ preset: TargetPreset?, usual: String, dialect: String
  ) throws(CommandError) -> CampaignTarget {
    let name = try arguments.value("name")
    let text = try arguments.value("target") ?? usual
    if text == "builtin" || text == "direct" {
      for option in ["name", "key-env", "cacert"] where !arguments.all(option).isEmpty {
        throw .usage("--\(option) goes with the URL of a --target, not with \(text)")
      }
      return text == "builtin" ? .builtin : .direct
    }
    let (given, address) = split(text)
    if let preset {
      guard try arguments.value("model") != nil else {
        throw .usage("--target=\(text): say which model is to be asked for with --model=NAME")
      }
      return try target(
        preset.url, name: name ?? given ?? preset.name, dialect: dialect, option: "--target",
        keyName: try arguments.value("key-env") ?? preset.key)
    }
    return try target(
      address, name: name ?? given, dialect: dialect, option: "--target",
      keyName: try arguments.value("key-env"))
  }

  /// A base URL, or `builtin` or `direct`.
  /// - Parameter option: what stands before it, for messages.
  static func target(
    _ text: String, name: String?, dialect: String, option: String, keyName: String? = nil
  ) throws(CommandError) -> CampaignTarget {
    if text == "builtin" || text == "direct" { return text == "builtin" ? .builtin : .direct }
    guard let url = URL(string: text), let scheme = url.scheme, let host = url.host,
      !host.isEmpty
    else {
      let near = Suggestion.nearest(
        to: text, in: ["builtin", "direct"] + TargetPresets.all.map(\.name))
      throw .usage(
        "unknown target \(text)" + (near.map { "; did you mean \($0)?" } ?? "")
          + ": give a base URL such as http://127.0.0.1:4000/v1, NAME=URL, builtin, direct or a "
          + "name of relaymark list targets")
    }
    guard scheme == "http" || scheme == "https" else {
      throw .usage("\(option)=\(text): only http and https are spoken, not \(scheme)")
    }
    return .remote(
      Target(
        name: name ?? url.port.map { "\(host):\($0)" } ?? host, baseURL: text,
        dialect: dialect, keyEnvironment: keyName))
  }

  /// Where the provider is to listen, if it is to.
  static func provider(
    _ arguments: Arguments, _ target: CampaignTarget
  ) throws(CommandError) -> Endpoint? {
    guard let text = try arguments.value("provider") else { return nil }
    guard let endpoint = Endpoint(text) else {
      throw .usage("--provider takes HOST:PORT, such as 127.0.0.1:9100, not \"\(text)\"")
    }
    guard case .remote = target else {
      throw .usage("--provider goes with a --target that forwards to it")
    }
    return endpoint
  }

  /// `litellm=http://…` is a name and a URL; a URL alone has its first `=` after `://`.
  static func split(_ text: String) -> (name: String?, url: String) {
    guard let equals = text.firstIndex(of: "="), !text[..<equals].contains(":"),
      !text[..<equals].contains("/")
    else { return (nil, text) }
    return (String(text[..<equals]), String(text[text.index(after: equals)...]))
  }
}
