package import Core
import Foundation
package import Judging
package import Platform
import Wire

/// What of the registry is to be run, and how.
package struct ConformancePlan: Sendable {
  package var checks: [ConformanceCheck]
  /// What clients speak; nil for what each check is about, and OpenAI's chat for all others.
  package var face: String?
  /// What the relay speaks to the provider; nil for what it turns out to speak.
  package var upstream: String?
  /// How often stimuli are played that show rare defects.
  package var repetitions = 1
  /// Whether slow stimuli are played too.
  package var isFull = false

  package init(checks: [ConformanceCheck]) { self.checks = checks }

  func face(of check: ConformanceCheck) -> String {
    face ?? check.face?.rawValue ?? Dialects.usual.name
  }
}

/// Runs conformance checks against one target and makes the record of it.
package final class ConformanceRun {
  private let options: SuiteOptions
  private let plan: ConformancePlan
  private let interrupts: Interrupts
  private weak var observer: (any SuiteObserver)?
  private var pairs: [String: Pair] = [:]
  /// Why a format cannot be spoken.
  private var unspoken: [String: String] = [:]
  /// Whether each of those is one that the relay says not to have.
  private var isDeclined = true
  private var played: [Played: [Observation]] = [:]
  private var note = ""
  package private(set) var wasInterrupted = false

  private struct Played: Hashable {
    var stimulus: Stimulus
    var pair: DialectPair
    var isDirect: Bool
  }

  package init(
    _ options: SuiteOptions, plan: ConformancePlan, interrupts: Interrupts,
    observer: (any SuiteObserver)?
  ) {
    self.options = options
    self.plan = plan
    self.interrupts = interrupts
    self.observer = observer
  }

  /// What was played before a failure is in the record, which then says that it is not complete.
  package func run(version: String) -> ConformanceRecord {
    let started = Date()
    let begun = SystemClock().now()
    var probes: [String: Int] = [:]
    do {
      let engine = try SuiteEngine(options, interrupts: interrupts, observer: observer)
      defer { engine.close() }
      try findPairs(engine)
      note = wasInterrupted ? "" : silence
      if note.isEmpty { try playAll(engine) }
      wasInterrupted = engine.wasInterrupted
      probes = engine.probes
    } catch {
      note = (error as? CampaignError)?.message ?? "\(error)"
    }
    if wasInterrupted { note = "interrupted by the user" }
    let url: String
    if case .remote(let target) = options.target { url = target.publicURL } else { url = "" }
    return ConformanceRecord(
      tool: RunRecord.Tool(version: version, curl: CurlVersion.text),
      startedAt: started.formatted(.iso8601), durationNs: SystemClock().now() - begun,
      complete: note.isEmpty, note: note, machine: MachineFacts.read(), seed: options.seed,
      target: ConformanceRecord.Relay(
        name: options.target.name, url: url, topology: options.topology,
        pairs: pairs.values.map(\.names).sorted { $0.face < $1.face }, probes: probes),
      repetitions: plan.repetitions, verdicts: note.isEmpty ? plan.checks.map(verdict) : [])
  }

  // MARK: What is spoken

  /// Asks the relay once in each format: whether it has it, and what it makes of it upstream.
  private func findPairs(_ engine: SuiteEngine) throws {
    let faces = Set(plan.checks.filter { skip($0) == nil }.map(plan.face)).sorted()
    let asked = faces.compactMap { name in
      Dialects.named(name).map { Pair(face: $0, upstream: $0) }
    }
    let seen = try engine.play(asked.map { SuitePlay(.ref, $0, .relay) })
    wasInterrupted = engine.wasInterrupted
    for (pair, observations) in zip(asked, seen) {
      guard let observation = observations.first else { continue }
      if let reason = unsupported(observation) {
        let lacks = [404, 405, 501].contains(observation.exchange.status)
        isDeclined = isDeclined && lacks
        unspoken[pair.face.name] = reason
        continue
      }
      let spoken = observation.provider.last?.dialect ?? ""
      let upstream = Dialects.named(plan.upstream ?? spoken) ?? pair.upstream
      pairs[pair.face.name] = Pair(face: pair.face, upstream: upstream)
    }
  }

  /// Why nothing can be said of the relay; empty if something can, or if all that was asked for are
  /// checks of formats that it says not to have.
  private var silence: String {
    let isOptional = isDeclined && plan.face == nil && unspoken[Dialects.usual.name] == nil
    guard pairs.isEmpty, !unspoken.isEmpty, !isOptional else { return "" }
    let reasons = unspoken.sorted { $0.key < $1.key }.map { "\($0.key): \($0.value)" }
    return "no format could be spoken with the relay (\(reasons.joined(separator: "; ")))"
  }

  private func unsupported(_ observation: Observation) -> String? {
    let status = observation.exchange.status
    if [404, 405, 501].contains(status), observation.provider.isEmpty {
      return "the relay answers \(status) to a request in this format"
    }
    if status == 0, observation.exchange.timeline.reads.isEmpty {
      return "no answer to a plain request: \(observation.exchange.detail)"
    }
    guard options.topology != .oneSided else { return nil }
    if observation.provider.isEmpty {
      return "a request in this format did not reach the provider: "
        + (status > 0 ? "the relay answered \(status)" : observation.exchange.detail)
    }
    return observation.provider.allSatisfy(\.dialect.isEmpty)
      ? "the relay asked the provider for \(observation.provider[0].path), which no dialect has"
      : nil
  }

  /// Why a check is not run, as far as it is known beforehand.
  private func skip(_ check: ConformanceCheck) -> (SkipReason, String)? {
    switch check.needs {
    case .provider where options.topology == .oneSided:
      return (.noUpstreamControl, "needs --provider: our own provider behind the relay")
    case .twoProviders:
      return (.singleProvider, "needs two providers behind the relay")
    default: break
    }
    if let face = check.face?.rawValue, plan.face(of: check) != face {
      return (.unsupportedFormat, "is about \(face), and clients speak \(plan.face(of: check))")
    }
    return nil
  }

  // MARK: Playing

  private func stimuli(_ check: ConformanceCheck, _ pair: Pair) -> [Stimulus] {
    let all = check.stimuli(pair).filter { plan.isFull || !$0.isSlow }
    // What another provider is made to say or suffer, nobody knows.
    return options.topology == .oneSided ? all.filter { $0 == .ref } : all
  }

  private func playAll(_ engine: SuiteEngine) throws {
    var plays: [SuitePlay] = []
    var keys: [Played] = []
    var known: Set<Played> = []
    func want(_ stimulus: Stimulus, _ pair: Pair, isDirect: Bool) {
      let key = Played(stimulus: stimulus, pair: pair.names, isDirect: isDirect)
      guard known.insert(key).inserted else { return }
      keys.append(key)
      plays.append(
        SuitePlay(
          stimulus, pair, isDirect ? .direct : .relay,
          repetitions: isDirect || !stimulus.repeats ? 1 : plan.repetitions))
    }
    for check in plan.checks where skip(check) == nil {
      guard let pair = pairs[plan.face(of: check)] else { continue }
      for stimulus in stimuli(check, pair) {
        if options.topology != .oneSided { want(stimulus, pair, isDirect: true) }
        want(stimulus, pair, isDirect: false)
      }
      guard let own = ownPair(pair) else { continue }
      for stimulus in stimuli(check, own) { want(stimulus, own, isDirect: true) }
    }
    for (key, observations) in zip(keys, try engine.play(plays)) { played[key] = observations }
  }

  /// What clients speak, on both sides, where the relay translates it.
  private func ownPair(_ pair: Pair) -> Pair? {
    pair.isSame || options.topology == .oneSided ? nil : Pair(face: pair.face, upstream: pair.face)
  }

  // MARK: Verdicts

  private func verdict(_ check: ConformanceCheck) -> ConformanceVerdict {
    if let (reason, words) = skip(check) {
      return ConformanceJudge.skipped(check, reason, words)
    }
    let face = plan.face(of: check)
    guard let pair = pairs[face] else {
      return ConformanceJudge.skipped(
        check, .unsupportedFormat, unspoken[face] ?? "\(face) could not be tried")
    }
    let stimuli = stimuli(check, pair)
    guard !stimuli.isEmpty else {
      return options.topology == .oneSided
        ? ConformanceJudge.skipped(check, .noUpstreamControl, "needs --provider")
        : ConformanceJudge.skipped(check, .optIn, "takes long: give --full")
    }
    let passages = stimuli.map { stimulus in
      var key = Played(stimulus: stimulus, pair: pair.names, isDirect: true)
      let direct = played[key] ?? []
      key.isDirect = false
      return Passage(stimulus: stimulus, pair: pair, direct: direct, seen: played[key] ?? [])
    }
    let own = ownPair(pair).map { own in
      self.stimuli(check, own).map { stimulus in
        let key = Played(stimulus: stimulus, pair: own.names, isDirect: true)
        let direct = played[key] ?? []
        return Passage(stimulus: stimulus, pair: own, direct: direct, seen: direct)
      }
    }
    return ConformanceJudge.verdict(of: check, passages, own: own, topology: options.topology)
  }
}
