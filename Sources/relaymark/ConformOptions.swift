import Core
import Harness
import Judging
import Platform
import Wire

/// The options of `conform`, checked before anything starts.
enum ConformOptions {
  static func plan(_ arguments: Arguments) throws(CommandError) -> ConformancePlan {
    let only = try checks(arguments, "only")
    let skipped = Set(try checks(arguments, "skip") ?? [])
    let level = try arguments.value("level") ?? "all"
    guard ["must", "should", "all"].contains(level) else {
      throw .usage("--level is must, should or all, not \"\(level)\"")
    }
    let chosen = Chapters.checks.filter { check in
      only?.contains(check.id) ?? true && !skipped.contains(check.id)
        && (level == "all" || check.level.isBinding
          || (level == "should" && check.level == .should))
    }
    guard !chosen.isEmpty else { throw .usage("no check is left of --only, --skip and --level") }
    var plan = ConformancePlan(checks: chosen)
    plan.isFull = arguments.flag("full")
    plan.repetitions =
      try arguments.number("repeat", in: 1...Limits.repetitions) ?? (plan.isFull ? 200 : 1)
    plan.face = try dialect(arguments, "face")
    plan.upstream = try dialect(arguments, "upstream")
    return plan
  }

  static func suite(_ arguments: Arguments) throws(CommandError) -> SuiteOptions {
    let preset = try TargetPresets.named(arguments)
    let face = try dialect(arguments, "face") ?? preset?.dialect ?? Dialects.usual.name
    let target = try TargetOptions.target(arguments, preset, usual: "builtin", dialect: face)
    var options = SuiteOptions(
      target: target, seed: try arguments.number("seed", in: 0...UInt64.max) ?? 1)
    options.provider = try TargetOptions.provider(arguments, target)
    options.model = try arguments.value("model")
    options.key = try RunOptions.key(arguments, preset)
    options.certificateAuthorities = try RunOptions.certificates(arguments)
    options.verifiesPeer = !arguments.flag("insecure")
    return options
  }

  /// The ids that the words of an option mean, or nil without it.
  private static func checks(
    _ arguments: Arguments, _ option: String
  ) throws(CommandError) -> [String]? {
    let given = arguments.all(option)
    guard !given.isEmpty else { return nil }
    var ids: [String] = []
    for word in given.flatMap({ $0.split(separator: ",") }).map(String.init) {
      let found = Chapters.named(word)
      guard !found.isEmpty else {
        let near = Suggestion.nearest(to: word, in: Chapters.words)
        throw .usage(
          "--\(option): there is no check \(word)" + (near.map { "; did you mean \($0)?" } ?? "")
            + " (relaymark list checks)")
      }
      ids += found.map(\.id)
    }
    return ids
  }

  private static func dialect(
    _ arguments: Arguments, _ option: String
  ) throws(CommandError) -> String? {
    try arguments.value(option).map { (name) throws(CommandError) in
      try RunOptions.dialect(named: name, option: "--\(option)")
    }
  }

  /// One check in a list.
  static func row(_ check: ConformanceCheck) -> String {
    func padded(_ text: String, _ width: Int) -> String {
      text + String(repeating: " ", count: max(1, width - text.count))
    }
    return padded(check.id, 10) + padded(check.slug, 30) + padded(check.level.rawValue, 8)
      + padded(check.severity.rawValue, 10) + check.requirement
  }
}
