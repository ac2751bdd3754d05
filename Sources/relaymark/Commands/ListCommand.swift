import Core
import Foundation
import Judging
import Wire

struct ListCommand: Command {
  let name = "list"
  let summary = "List scenarios, checks, faults, dialects or targets."
  let usage = "scenarios|checks|faults [FAULT]|dialects|targets"
  let options = [
    Option(
      name: "frozen", value: nil,
      help: "of checks, the set of this release, which scores, as it is published")
  ]
  let examples = [
    "relaymark list checks", "relaymark list checks --frozen", "relaymark list scenarios",
    "relaymark list faults latency",
  ]

  func run(_ arguments: Arguments) throws(CommandError) -> ExitCode {
    let kinds = ["scenarios", "checks", "faults", "dialects", "targets"]
    if arguments.operands.count == 2, arguments.operands[0] == "faults" {
      try FaultDescription.print(arguments.operands[1])
      return .passed
    }
    guard let kind = arguments.operands.first, arguments.operands.count == 1 else {
      throw .usage("say what to list: \(kinds.joined(separator: ", "))")
    }
    guard kind == "checks" || !arguments.flag("frozen") else {
      throw .usage("--frozen is about checks: relaymark list checks --frozen")
    }
    var rows: [(String, String)]
    switch kind {
    case "scenarios": rows = try scenarios()
    case "checks":
      checks(frozen: arguments.flag("frozen"))
      return .passed
    case "faults": rows = Faults.all.map { ($0.spec.name, $0.spec.about) }
    case "dialects": rows = Dialects.all.map { ($0.name, $0.about) }
    case "targets":
      rows = [
        ("builtin", "the built-in pass-through relay, in this process"),
        ("direct", "no relay: the scripted provider itself, the instrument's own floor"),
        ("URL", "the base URL of any relay or provider, such as http://127.0.0.1:4000/v1"),
      ]
      rows += TargetPresets.all.map { ($0.name, "\($0.about) (as of \($0.date))") }
    default:
      let near = Suggestion.nearest(to: kind, in: kinds).map { "; did you mean \($0)?" } ?? ""
      throw .usage("unknown kind \(kind)\(near) (\(kinds.joined(separator: ", ")))")
    }
    let width = rows.map(\.0.count).max() ?? 0
    for (name, about) in rows {
      Terminal.out(name + String(repeating: " ", count: width - name.count + 2) + about)
    }
    return .passed
  }

  private func checks(frozen: Bool) {
    guard !frozen else { return Terminal.out(String(FrozenChecks.list.dropLast())) }
    Terminal.out("judged in every run:")
    for check in Checks.all {
      Terminal.out("  \(check.id) (\(check.level.rawValue)): \(check.requirement)")
    }
    Terminal.out("\nof the conformance suite (relaymark conform), set \(FrozenChecks.name):")
    for check in Chapters.checks where FrozenChecks.contains(check.id) {
      Terminal.out("  " + ConformOptions.row(check))
    }
    Terminal.out("\npending: run and shown, without a score:")
    for check in Chapters.checks where !FrozenChecks.contains(check.id) {
      Terminal.out("  " + ConformOptions.row(check))
    }
    Terminal.out("\nof the catalogue, not run, and why:")
    for check in UnrunChecks.all {
      Terminal.out("  \(check.id) \(check.reason.rawValue): \(check.requirement)")
      Terminal.out("    \(check.words)")
    }
  }

  private func scenarios() throws(CommandError) -> [(String, String)] {
    let embedded = try ScenarioFiles.quickstart()
    var rows = [(embedded.name, embedded.about)]
    let files = FileManager.default.enumerator(atPath: "scenarios")?.compactMap { $0 as? String }
    for file in (files ?? []).sorted()
    where file.hasSuffix(".json5") && !file.hasPrefix("targets/") {
      let path = "scenarios/\(file)"
      switch ScenarioFiles.read(try ScenarioFiles.bytes(path), path: path) {
      case .success(let scenario) where scenario.name != embedded.name:
        rows.append((scenario.name, scenario.about))
      case .success: continue
      case .failure: rows.append((path, "does not read: relaymark validate \(path)"))
      }
    }
    return rows
  }
}
