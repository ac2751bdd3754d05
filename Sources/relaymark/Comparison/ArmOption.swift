import Core
import Foundation
import Harness
import Platform
import Wire

/// One `--arm`: `NAME=URL,provider=HOST:PORT,…`, a name of `relaymark list targets`, or the reserved
/// names `direct` and `builtin`.
enum ArmOption {
  static let help =
    "a side: NAME=URL, direct, builtin, or a name of relaymark list\n"
    + "targets (also NAME=THAT; with model=NAME), then after commas\n"
    + "provider=HOST:PORT (play the provider there while it is this arm's\n"
    + "turn), leg-a=FAULT, leg-b=FAULT, model=NAME, dialect=NAME,\n"
    + "key-env=NAME, cacert=FILE, insecure; two or more, all compared\n"
    + "with the first"

  private static let settings = [
    "provider", "leg-a", "leg-b", "model", "dialect", "key-env", "cacert", "insecure",
  ]

  /// - Parameter dialect: the one that is asked for on the command line, which is before those of
  ///   targets that are known by name.
  static func read(
    _ texts: [String], _ scenario: Scenario, dialect: String?
  ) throws(CommandError) -> [CompareOptions.Arm] {
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
      let arm = try read(text, scenario, dialect: dialect)
      guard !arms.contains(where: { $0.name == arm.name }) else {
        throw .usage(
          "two arms are called \(arm.name); give them names: --arm=NAME=URL,…")
      }
      arms.append(arm)
    }
    return arms
  }

  static func read(
    _ text: String, _ scenario: Scenario, dialect: String?
  ) throws(CommandError) -> CompareOptions.Arm {
    let parts = split(text)
    let (name, address) = TargetOptions.split(parts[0])
    let preset = try TargetPresets.find(address)
    var arm = CompareOptions.Arm(name: "", target: .direct)
    var keyName = preset?.key
    for part in parts.dropFirst() { try set(part, of: &arm, &keyName, text) }
    if let preset {
      guard arm.model != nil else {
        throw .usage("--arm=\(text): say which model is to be asked for with model=NAME")
      }
      if dialect == nil, arm.dialect == nil { arm.dialect = preset.dialect }
    }
    arm.target = try TargetOptions.target(
      preset?.url ?? address, name: name ?? preset?.name,
      dialect: arm.words(scenario).traffic.dialect, option: "--arm", keyName: keyName)
    arm.name = name ?? arm.target.name
    try check(arm, hasKey: keyName != nil, text, address)
    var played = arm.words(scenario)
    played.faults += arm.faults
    try RunOptions.checkDialect(of: played, option: "--arm=\(text)")
    // Last, so that other mistakes are told to those too who have no key yet.
    if let keyName { arm.key = try RunOptions.key(named: keyName, option: "--arm=\(text)") }
    return arm
  }

  /// Settings that do not go together.
  private static func check(
    _ arm: CompareOptions.Arm, hasKey: Bool, _ text: String, _ address: String
  ) throws(CommandError) {
    if case .remote = arm.target {
    } else {
      guard arm.provider == nil, !hasKey, arm.certificateAuthorities == nil else {
        throw .usage(
          "--arm=\(text): provider, key-env and cacert go with a URL, not with \(address)")
      }
    }
    if case .remote = arm.target, arm.provider == nil, arm.faults.contains(where: { $0.leg == .b })
    {
      throw .usage("--arm=\(text): leg-b is between relay and provider; give provider=HOST:PORT")
    }
  }

  private static func set(
    _ part: String, of arm: inout CompareOptions.Arm, _ keyName: inout String?, _ text: String
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
    case "dialect": arm.dialect = try RunOptions.dialect(named: value, option: "--arm=\(text)")
    case "key-env" where !value.isEmpty: keyName = value
    case "cacert": arm.certificateAuthorities = try RunOptions.certificates(in: value)
    case "insecure" where sides.count == 1: arm.verifiesPeer = false
    case "scenario":
      throw .usage(
        "--arm=\(text): the arms of a comparison play the same scenario, which is named once, "
          + "without --arm; what differs is leg-a=FAULT or leg-b=FAULT")
    case _ where settings.contains(key):
      let isFlag = key == "insecure"
      throw .usage("--arm=\(text): \(key) takes \(isFlag ? "no value" : "a value, as in \(key)=…")")
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
