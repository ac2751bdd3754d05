import Core
import Foundation
import Harness
import Platform
import Wire

/// The options of `run`, checked before anything starts.
struct RunOptions {
  let campaign: CampaignOptions

  init(_ arguments: Arguments) throws(CommandError) {
    var scenarios = try ScenarioFiles.read(arguments.operands)
    let embedded = scenarios.isEmpty
    let preset = try TargetPresets.named(arguments)
    if embedded { scenarios = [try ScenarioFiles.quickstart()] }
    try Self.override(&scenarios, arguments, preset)
    let sweep = try SweepOptions.plan(arguments, scenarios)
    try Self.check(scenarios, isSwept: sweep != nil)
    let target = try TargetOptions.target(
      arguments, preset, usual: embedded ? "builtin" : "direct",
      dialect: scenarios[0].traffic.dialect)
    var options = CampaignOptions(
      scenarios: scenarios, target: target,
      seed: try arguments.number("seed", in: 0...UInt64.max) ?? 1, version: Version.text)
    options.provider = try TargetOptions.provider(arguments, target)
    options.sweep = sweep
    options.direct = try DirectOptions.direct(
      arguments, target, dialect: scenarios[0].traffic.dialect)
    options.twins = try DirectOptions.twins(
      arguments, target, hasDirect: options.direct != nil, hasProvider: options.provider != nil)
    options.key = try Self.key(arguments, preset)
    options.certificateAuthorities = try Self.certificates(arguments)
    options.verifiesPeer = !arguments.flag("insecure")
    options.shard = try ShardOptions.shard(arguments, scenarios)
    for index in scenarios.indices {
      options.scenarios[index].traffic.shard = options.shard
    }
    options.start = try ShardOptions.start(arguments)
    options.floorShare = try Self.floorShare(arguments)
    campaign = options
  }

  /// What the options make impossible in the files.
  private static func check(_ scenarios: [Scenario], isSwept: Bool) throws(CommandError) {
    for scenario in scenarios {
      let traffic = scenario.traffic
      if traffic.prompt.isConversation, traffic.arrivals != .closed || isSwept {
        throw .usage(
          "\(scenario.name) has the turns of conversations, which wait for answers; they need a "
            + "closed loop, without --arrivals and --sweep")
      }
      var isTrace = false
      if case .trace = traffic.arrivals, !isSwept { isTrace = true }
      if !isTrace, traffic.output == .trace || traffic.prompt.text?.length == .trace {
        throw .usage(
          "\(scenario.name) takes lengths from its trace, which --arrivals or --sweep has replaced")
      }
    }
  }

  private static func override(
    _ scenarios: inout [Scenario], _ arguments: Arguments, _ preset: TargetPreset?
  ) throws(CommandError) {
    let dialect = try dialect(arguments) ?? preset?.dialect
    let model = try arguments.value("model")
    let streams: Int? = try arguments.number("streams", in: 1...Limits.streams)
    let concurrency: Int? = try arguments.number("concurrency", in: 1...Limits.concurrency)
    let arrivals = try loop(arguments)
    let duration = try duration(arguments)
    let stop = try stop(arguments)
    for index in scenarios.indices {
      if let arrivals { scenarios[index].traffic.arrivals = arrivals }
      if let duration { scenarios[index].traffic.duration = duration }
      scenarios[index].traffic.stop += stop
      if scenarios[index].traffic.endsByTime, arrivals != nil || duration != nil, streams == nil {
        scenarios[index].traffic.streams = Limits.streams
      }
      if let dialect {
        scenarios[index].traffic.dialect = dialect
        try checkDialect(of: scenarios[index])
      }
      if let model { scenarios[index].traffic.model = model }
      if let streams { scenarios[index].traffic.streams = streams }
      if let concurrency { scenarios[index].traffic.concurrency = concurrency }
    }
  }

  /// The dialect that is asked for, if one is.
  static func dialect(_ arguments: Arguments) throws(CommandError) -> String? {
    try arguments.value("dialect").map { (name) throws(CommandError) in try dialect(named: name) }
  }

  /// - Parameter option: what stands before it, for messages.
  static func dialect(
    named name: String, option: String? = nil
  ) throws(CommandError) -> String {
    guard Dialects.named(name) == nil else { return name }
    let near = Suggestion.nearest(to: name, in: Dialects.all.map(\.name))
    throw .usage(
      (option.map { "\($0): " } ?? "") + "unknown dialect \(name)"
        + (near.map { "; did you mean \($0)?" } ?? "") + " (relaymark list dialects)")
  }

  /// The file was checked against its own dialect.
  /// - Parameter option: who asks for another one, for messages.
  static func checkDialect(of scenario: Scenario, option: String? = nil) throws(CommandError) {
    let name = scenario.traffic.dialect
    let places = (scenario.faults.map(\.position) + [scenario.traffic.leave]).compactMap { $0 }
    let problem =
      places.contains { $0.needsEvents }
      ? Dialects.problemWithEvents(in: name) : nil
    let steps = scenario.provider.steps.lazy.compactMap { Dialects.problem(with: $0, in: name) }
    guard let problem = problem ?? steps.first else { return }
    throw .usage(
      (option.map { "\($0): " } ?? "")
        + "\(scenario.name) cannot be played in another dialect: \(problem)")
  }

  static func loop(_ arguments: Arguments) throws(CommandError) -> Arrivals? {
    guard let text = try arguments.value("arrivals") else { return nil }
    do throws(LiteralError) {
      return try Arrivals(literal: text)
    } catch {
      throw .usage("--arrivals=\(text): \(error.message)")
    }
  }

  private static func floorShare(_ arguments: Arguments) throws(CommandError) -> Double {
    guard let text = try arguments.value("floor-share") else { return FloorPacing.usualShare }
    guard let share = Double(text), (0...FloorPacing.mostShare).contains(share) else {
      throw .usage(
        "--floor-share takes a share from 0 to \(FloorPacing.mostShare), such as 0.05, not "
          + "\"\(text)\"")
    }
    return share
  }

  private static func stop(_ arguments: Arguments) throws(CommandError) -> [StopRule] {
    var rules: [StopRule] = []
    for line in arguments.all("stop") {
      do throws(LiteralError) {
        rules.append(try StopRule(literal: line))
      } catch {
        throw .usage("--stop=\(line): \(error.message)")
      }
    }
    return rules
  }

  private static func duration(_ arguments: Arguments) throws(CommandError) -> Nanoseconds? {
    guard let text = try arguments.value("duration") else { return nil }
    let duration: Nanoseconds
    do throws(LiteralError) {
      duration = try Nanoseconds(literal: text)
    } catch {
      throw .usage("--duration=\(text): \(error.message)")
    }
    guard duration > .zero else { throw .usage("--duration must be above zero") }
    return duration
  }

  static func key(
    _ arguments: Arguments, _ preset: TargetPreset? = nil
  ) throws(CommandError) -> String? {
    guard let name = try arguments.value("key-env") ?? preset?.key else { return nil }
    return try key(named: name)
  }

  static func key(
    named name: String, option: String = "--key-env"
  ) throws(CommandError) -> String {
    guard let key = ProcessInfo.processInfo.environment[name], !key.isEmpty else {
      throw .usage(
        "the environment variable \(name) (\(option)) is not set; set it to the API key, for "
          + "example: export \(name)=…")
    }
    guard !key.utf8.contains(where: { $0 < 0x21 || $0 == 0x7F }) else {
      throw .usage("the key in \(name) has spaces or control characters, which no header can carry")
    }
    return key
  }

  static func certificates(_ arguments: Arguments) throws(CommandError) -> String? {
    guard let file = try arguments.value("cacert") else { return nil }
    return try certificates(in: file)
  }

  static func certificates(in file: String) throws(CommandError) -> String {
    guard FileManager.default.isReadableFile(atPath: file) else {
      throw .usage("--cacert=\(file): no such file, or it cannot be read")
    }
    return file
  }
}
