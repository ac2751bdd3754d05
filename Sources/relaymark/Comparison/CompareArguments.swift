import Core
import Harness

/// The options of `compare`, checked before anything starts.
enum CompareArguments {
  static let options = [
    Option(name: "arm", value: "ARM", help: ArmOption.help),
    Option(name: "pairs", value: "K", help: "measured block pairs (default: 20, at least 10)"),
    Option(
      name: "streams", value: "N", help: "measured streams of each turn (default: 20)"),
    Option(
      name: "arrivals", value: "LOOP",
      help: "an open loop that no answer slows down (default: the\nscenario's, or 'poisson 20/s')"),
    Option(
      name: "looks", value: "LIST",
      help: "look at the data after so many pairs too, each look with its\n"
        + "share of the 5 % of false alarms: '10:1%,20:4%', or '10,20'"),
    Option(name: "seed", value: "N", help: "the seed of every random decision (default: 1)"),
    Option(name: "dialect", value: "NAME", help: "the wire format (relaymark list dialects)"),
  ]

  static func read(
    _ arguments: Arguments, policy: Policy?, pilot: String? = nil
  ) throws(CommandError) -> CompareOptions {
    let dialect = try RunOptions.dialect(arguments)
    let scenario = try scenario(arguments, dialect)
    let arms: [CompareOptions.Arm]
    if let pilot {
      let arm = try ArmOption.read(pilot, scenario, dialect: dialect)
      var again = arm
      again.name += " again"
      arms = [arm, again]
    } else {
      arms = try ArmOption.read(arguments.all("arm"), scenario, dialect: dialect)
    }
    let alpha = policy?.alpha ?? ComparisonPlan.usualAlpha
    var plan = ComparisonPlan(
      pairs: try arguments.number(
        "pairs", in: ComparisonPlan.fewestPairs...Limits.comparedPairs)
        ?? (pilot == nil ? ComparisonPlan.usualPairs : ComparisonPlan.fewestPairs),
      streams: try arguments.number("streams", in: 1...Limits.streams)
        ?? ComparisonPlan.usualStreams, alpha: alpha)
    if pilot == nil, let text = try arguments.value("looks") {
      do throws(LiteralError) {
        plan.looks = try ComparisonPlan.looks(literal: text, pairs: plan.pairs, alpha: alpha)
      } catch {
        throw .usage("--looks=\(text): \(error.message)")
      }
    }
    plan.gates = try gates(policy, plan, arms, isPilot: pilot != nil)
    return CompareOptions(
      scenario: scenario, arms: arms, plan: plan,
      seed: try arguments.number("seed", in: 0...UInt64.max) ?? 1, version: Version.text)
  }

  private static func scenario(
    _ arguments: Arguments, _ dialect: String?
  ) throws(CommandError) -> Scenario {
    let files = arguments.operands
    guard files.count <= 1 else {
      throw .usage(
        "all arms of a comparison play one scenario, and these are \(files.count): "
          + files.joined(separator: ", "))
    }
    var scenario =
      files.isEmpty ? try ScenarioFiles.quickstart() : try ScenarioFiles.read(files)[0]
    if let dialect {
      scenario.traffic.dialect = dialect
      try RunOptions.checkDialect(of: scenario)
    }
    if let arrivals = try RunOptions.loop(arguments) {
      scenario.traffic.arrivals = arrivals
    } else if scenario.traffic.arrivals == .closed {
      scenario.traffic.arrivals = .open(.poisson, .constant(20))
    }
    guard scenario.traffic.arrivals != .closed else {
      throw .usage(
        "a comparison needs an open loop, since a closed one sends a slow arm less: "
          + "--arrivals='poisson 20/s'")
    }
    guard !scenario.traffic.prompt.isConversation, scenario.traffic.leave == nil else {
      throw .usage(
        "\(scenario.name) cannot be compared: its client waits for answers or leaves on purpose")
    }
    // The number of streams ends a turn, not its time.
    scenario.traffic.duration = nil
    scenario.traffic.stop = []
    return scenario
  }

  /// A quantile that nobody asked for is left out where streams are too few; one that a policy asks
  /// for is refused before anything is measured.
  private static func gates(
    _ policy: Policy?, _ plan: ComparisonPlan, _ arms: [CompareOptions.Arm], isPilot: Bool
  ) throws(CommandError) -> [MeasureGate] {
    let gates = policy.flatMap { $0.compare.isEmpty ? nil : $0.compare } ?? MeasureGate.usual
    let streams = plan.looks[0].pairs * plan.streams
    for gate in gates where gate.isAsked && !isPilot {
      if let fewest = gate.fewestStreams, streams < fewest {
        throw .usage(
          "\(gate.name) needs \(fewest) streams of each arm and \(plan.looks[0].pairs) pairs of "
            + "\(plan.streams) are \(streams): raise --streams or --pairs, or take it out of the "
            + "policy")
      }
      if gate.measure.hasPrefix("added."),
        let blind = arms.first(where: { $0.isOneSided })
      {
        throw .usage(
          "\(gate.name) needs the scripted provider behind every arm: give \(blind.name) its "
            + "provider=HOST:PORT, or take it out of the policy")
      }
    }
    return gates
  }
}

extension CompareOptions.Arm {
  fileprivate var isOneSided: Bool {
    if case .remote = target { provider == nil } else { false }
  }
}
