import Core
import Foundation
import Harness
import Platform
import Wire

/// One `--arm`: `NAME=URL,provider=HOST:PORT,…`, or the reserved names `direct` and `builtin`.
enum ArmOption {
  static let help =
    "a side: NAME=URL, direct or builtin, then after commas\n"
    + "provider=HOST:PORT (play the provider there while it is this arm's\n"
    + "turn), leg-a=FAULT, leg-b=FAULT, model=NAME, key-env=NAME,\n"
    + "cacert=FILE, insecure; two or more, all compared with the first"

  private static let settings = [
    "provider", "leg-a", "leg-b", "model", "key-env", "cacert", "insecure",
  ]

  static func read(_ texts: [String], dialect: String) throws(CommandError)
    -> [CompareOptions.Arm]
  {
    guard texts.count >= 2 else {
      throw .usage(
        "a comparison has two arms or more: --arm=a=http://127.0.0.1:4000/v1,provider=127.0.0.1:9100 "
          + "--arm=b=… (or direct, or builtin)")
    }
    guard texts.count <= Limits.comparedArms else {
      throw .usage("at most \(Limits.comparedArms) arms are compared, not \(texts.count)")
    }
    var arms: [CompareOptions.Arm] = []
    for text in texts {
      let arm = try read(text, dialect: dialect)
      guard !arms.contains(where: { $0.name == arm.name }) else {
        throw .usage(
          "two arms are called \(arm.name); give them names: --arm=NAME=URL,…")
      }
      arms.append(arm)
    }
    return arms
  }

  static func read(_ text: String, dialect: String) throws(CommandError)
    -> CompareOptions.Arm
  {
    let parts = split(text)
    let (name, address) = TargetOptions.split(parts[0])
    var arm = CompareOptions.Arm(
      name: name ?? address,
      target: try TargetOptions.target(address, name: name, dialect: dialect, option: "--arm"))
    if name == nil { arm.name = arm.target.name }
    for part in parts.dropFirst() { try set(part, of: &arm, text) }
    if case .remote = arm.target {
    } else {
      guard arm.provider == nil, arm.key == nil, arm.certificateAuthorities == nil else {
        throw .usage(
          "--arm=\(text): provider, key-env and cacert go with a URL, not with \(address)")
      }
    }
    if case .remote = arm.target, arm.provider == nil, arm.faults.contains(where: { $0.leg == .b })
    {
      throw .usage("--arm=\(text): leg-b is between relay and provider; give provider=HOST:PORT")
    }
    return arm
  }

  private static func set(
    _ part: String, of arm: inout CompareOptions.Arm, _ text: String
  ) throws(CommandError) {
    let sides = part.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
    let key = String(sides[0])
    let value = sides.count > 1 ? String(sides[1]) : ""
    switch key {
    case "provider":
      guard let endpoint = Endpoint(value) else {
        throw .usage(
          "--arm=\(text): provider takes HOST:PORT, such as 127.0.0.1:9100, not \"\(value)\"")
      }
      arm.provider = endpoint
    case "leg-a": arm.faults.append(try fault(value, .a, text))
    case "leg-b": arm.faults.append(try fault(value, .b, text))
    case "model" where !value.isEmpty: arm.model = value
    case "key-env": arm.key = try RunOptions.key(named: value)
    case "cacert": arm.certificateAuthorities = try RunOptions.certificates(in: value)
    case "insecure" where sides.count == 1: arm.verifiesPeer = false
    case "scenario":
      throw .usage(
        "--arm=\(text): the arms of a comparison play the same scenario, which is named once, "
          + "without --arm; what differs is leg-a=FAULT or leg-b=FAULT")
    default:
      let near = Suggestion.nearest(to: key, in: settings).map { "; did you mean \($0)?" } ?? ""
      throw .usage(
        "--arm=\(text): there is no setting \(key)\(near) (\(settings.joined(separator: ", ")))")
    }
  }

  private static func fault(
    _ value: String, _ leg: Leg, _ text: String
  ) throws(CommandError) -> FaultRule {
    let here = URL(fileURLWithPath: FileManager.default.currentDirectoryPath, isDirectory: true)
    do throws(LiteralError) {
      return try FaultRule(
        literal: value, leg: leg, specs: Faults.specs, files: ScenarioFiles.samples(in: here))
    } catch {
      throw .usage("--arm=\(text): leg-\(leg.rawValue)=\(value): \(error.message)")
    }
  }

  /// At commas that stand outside parentheses and quotes: faults have some of their own.
  static func split(_ text: String) -> [String] {
    var parts = [""]
    var depth = 0
    var quoted = false
    for character in text {
      switch character {
      case "\"": quoted.toggle()
      case "(" where !quoted: depth += 1
      case ")" where !quoted: depth -= 1
      default: break
      }
      if character == ",", depth <= 0, !quoted {
        parts.append("")
      } else {
        parts[parts.count - 1].append(character)
      }
    }
    return parts
  }
}
