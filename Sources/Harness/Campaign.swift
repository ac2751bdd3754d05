package import Core
import Foundation
import Judging
package import Platform
import Wire

/// Runs the scenarios against the target, judges what was seen, and makes the run record.
package final class Campaign: ReadinessTarget {
  let options: CampaignOptions
  private let interrupts: Interrupts
  private weak var observer: (any CampaignObserver)?
  private var current: Trial?
  private var interrupted = false
  /// Of everything that was measured since `forgetLateness`.
  private(set) var lateness = Lateness()
  private var fitness = Fitness()
  private var descriptorLimit = 0

  package init(
    options: CampaignOptions, interrupts: Interrupts, observer: (any CampaignObserver)?
  ) {
    self.options = options
    self.interrupts = interrupts
    self.observer = observer
  }

  /// Measures each scenario. What was measured before a failure is in the record, which then says
  /// that it is not complete and why.
  package func run() -> RunRecord {
    let started = Date()
    let begun = SystemClock().now()
    prepare()
    var notes: [String] = []
    var targets: [TargetRecord] = []
    var sweep: SweepRecord?
    do {
      let begin = interrupted ? nil : try awaitStart()
      if let plan = options.sweep, let scenario = options.scenarios.first, !interrupted {
        let (record, gaveUp) = try self.sweep(plan, scenario, &targets)
        sweep = record
        if let gaveUp { notes.append(gaveUp) }
      }
      for scenario in options.scenarios
      where options.sweep == nil && !interrupted && notes.isEmpty {
        let (target, gaveUp) = try measure(scenario, from: targets.isEmpty ? begin : nil)
        targets.append(target)
        if let gaveUp { notes.append(gaveUp) }
      }
    } catch let error as CampaignError {
      notes.append(error.message)
    } catch {
      notes.append("\(error)")
    }
    if interrupted { notes.insert("interrupted by the user", at: 0) }
    var record = RunRecord(
      tool: RunRecord.Tool(version: options.version, curl: CurlVersion.text),
      startedAt: started.formatted(.iso8601), durationNs: SystemClock().now() - begun,
      complete: notes.isEmpty, note: notes.joined(separator: "; "), machine: MachineFacts.read(),
      seed: options.seed,
      instrument: RunRecord.Instrument(
        floor: Measures.pooled(targets.compactMap(\.floor)), lateness: lateness.measures,
        fit: fitness.isFit, remarks: fitness.reasons),
      targets: targets)
    record.shard = options.shard
    record.intendedStart = options.start?.description
    record.sweep = sweep
    return record
  }

  package var wasInterrupted: Bool { interrupted }

  /// Makes room for many streams.
  func prepare() { descriptorLimit = MachineFacts.raiseDescriptorLimit() }

  /// What was measured so far was a warm-up.
  func forgetLateness() { lateness = Lateness() }

  package func descriptorReady(_ descriptor: Int32, _ readiness: Readiness) {
    guard interrupts.take() else { return }
    interrupted = true
    current?.interrupt()
  }

  /// - Returns: when the first scenario begins, if that is fixed; nil also when interrupted.
  private func awaitStart() throws -> Instant? {
    guard let start = options.start else { return nil }
    observer?.campaignWaits(for: start)
    guard let begin = try StartLine.wait(for: start, interrupts: interrupts) else {
      interrupted = true
      return nil
    }
    guard begin > SystemClock().now() else {
      throw CampaignError(
        "the start at \(start) was over before this machine was ready, so that it would not begin "
          + "with the others; give a later --start-at")
    }
    return begin
  }

  // MARK: One scenario

  /// How the parts are put together for one scenario.
  struct Setting {
    var target: CampaignTarget
    var topology: TargetRecord.Topology
    var url = ""
    var remarks: [String] = []
  }

  /// - Parameter begin: where its plan has its zero; nil for as soon as all is set up.
  func measure(
    _ scenario: Scenario, from begin: Instant? = nil
  ) throws -> (TargetRecord, gaveUp: String?) {
    var setting = setting
    if setting.topology == .oneSided, scenario.faults.contains(where: { $0.leg == .b }) {
      setting.remarks.append("faults on leg B need --provider and were left out")
    }
    if scenario.traffic.purpose == .cost {
      setting.remarks.append(
        "these exchanges were sent for their cost: the relay may take another path for that, and its"
          + " delays are those of other scenarios")
    }
    let holding = Set(scenario.faults.filter(\.holds).map { $0.leg.rawValue.uppercased() }).sorted()
    if setting.topology != .oneSided, !holding.isEmpty {
      let legs = holding.map { "leg \($0)" }.joined(separator: " and ")
      setting.remarks.append(
        "added.chunk, added.ttft, coalesced and spread include what the faults on \(legs) held back"
      )
    }
    options.journal?.begin(
      try empty(scenario, setting), stream: scenario.traffic.stream)
    let (record, outcome) = try observe(
      scenario, setting, title: "\(scenario.name) on \(options.target.name)", begin: begin)
    return (
      record,
      outcome.gaveUp.map {
        Unreachable.explain($0, target: options.target, key: options.key).message
      }
    )
  }

  private var setting: Setting {
    var setting = Setting(target: options.target, topology: topology)
    if case .remote(let target) = options.target {
      setting.url = target.publicURL
      if !options.verifiesPeer {
        setting.remarks.append("TLS certificates were NOT verified (--insecure)")
      }
    }
    return setting
  }

  /// What is played on what, before anything is measured.
  func emptyRecord(of scenario: Scenario) throws -> TargetRecord { try empty(scenario, setting) }

  private var topology: TargetRecord.Topology {
    switch options.target {
    case .direct: .direct
    case .builtin: .twoSided
    case .remote: options.provider == nil ? .oneSided : .twoSided
    }
  }

  private func empty(_ scenario: Scenario, _ setting: Setting) throws -> TargetRecord {
    var record = Judge.empty(
      name: options.target.name, url: setting.url, topology: setting.topology,
      dialect: try dialect(of: scenario), scenario: scenario)
    record.remarks = setting.remarks
    return record
  }

  private func observe(
    _ scenario: Scenario, _ setting: Setting, title: String, begin: Instant? = nil
  ) throws -> (TargetRecord, Trial.Outcome) {
    let room = try checkDescriptors(scenario, setting)
    let dialect = try dialect(of: scenario)
    let seed = scenario.traffic.seed ?? options.seed
    let far = FarSide(
      scenario: scenario, seed: seed, proxiesLegB: options.proxied.contains(.b))
    let loop = try EventLoop()
    defer { loop.dispose() }
    try loop.add(interrupts.descriptor, .read, self)
    let trial: Trial
    var floor: FloorRunner?
    var twins: TwinRunner?
    do {
      var runnerOptions = try connect(far, scenario, setting)
      runnerOptions.mostAtOnce = room
      floor = try self.floor(loop, far, scenario, setting, seed: seed)
      let count = twinCount(scenario, setting)
      twins = try self.twins(count, loop, far, scenario, seed: seed, through: runnerOptions)
      let judge = Judge(
        try empty(scenario, setting), dialect: dialect, scenario: scenario,
        keeping: count > 0 ? count + scenario.traffic.warmup : 0)
      trial = try Trial(
        loop: loop, scenario: scenario, title: title, dialect: dialect, seed: seed, far: far,
        options: runnerOptions,
        book: LedgerBook(
          judge, dialect: dialect, traffic: scenario.traffic, key: options.key,
          words: WordCount(scenario.traffic, seed: seed)),
        floor: floor, observer: observer)
      trial.begin = begin
      trial.recorder = options.recording.map {
        ExchangeRecorder($0, upstream: setting.url.isEmpty ? options.target.name : setting.url)
      }
      trial.journal = options.journal
      trial.twins = twins
    } catch {
      _ = floor?.close()
      _ = twins?.close()
      _ = far.stop()
      throw (error as? SystemError).map { Unreachable.explain($0, provider: options.provider) }
        ?? error
    }
    current = trial
    var outcome = trial.run()
    current = nil
    if var exchange = outcome.gaveUp {
      Redaction(key: options.key).mask(&exchange)
      outcome.gaveUp = exchange
    }
    return (record(outcome, scenario, setting), outcome)
  }

  /// Puts together what was seen, and judges the instrument by it.
  private func record(
    _ outcome: Trial.Outcome, _ scenario: Scenario, _ setting: Setting
  ) -> TargetRecord {
    var result = outcome.result
    result.lateness.add(reads: outcome.waits)
    lateness += result.lateness
    result.record.overhead = OverheadComparison.compare(
      relay: result.first, direct: outcome.twins)
    addBills(of: outcome.twins, to: &result.record, scenario)
    try? addMeasures(of: outcome.twins, to: &result.record, scenario)
    if let remark = remark(on: outcome.twins) {
      result.record.remarks.append(remark)
    }
    result.record.floor = outcome.floor?.measures
    if isItsOwnFloor(scenario, setting) {
      result.record.floor = result.record.measures.filter { Floor.measures.contains($0.key) }
    }
    var conditions = result.lateness.conditions(
      title: options.scenarios.count > 1 || options.sweep != nil ? scenario.name : "",
      figures: result.record.measures, readsOwn: setting.topology == .direct, use: outcome.use)
    conditions.answers += outcome.floor?.lateness.answers ?? 0
    conditions.blocked += outcome.floor?.lateness.blocked ?? 0
    fitness.judge(conditions)
    result.record.remarks += outcome.warnings
    result.record.stopped = outcome.stopped
    return result.record
  }

  /// Without relay and faults there is nothing that a floor could be told from.
  private func isItsOwnFloor(_ scenario: Scenario, _ setting: Setting) -> Bool {
    setting.topology == .direct && scenario.faults.isEmpty
  }

  /// What is to measure the floor beside the run; nil if nothing is.
  private func floor(
    _ loop: EventLoop, _ far: FarSide, _ scenario: Scenario, _ setting: Setting, seed: UInt64
  ) throws -> FloorRunner? {
    guard options.floorShare > 0, !isItsOwnFloor(scenario, setting) else { return nil }
    return try FloorRunner(
      loop: loop, provider: far.startFloor(), traffic: scenario.traffic, dialect: Dialects.usual,
      seed: seed, share: options.floorShare)
  }

  /// A harness that runs out of descriptors would report its own want as the relay's refusals.
  ///
  /// - Returns: how many streams there is room for at once.
  private func checkDescriptors(_ scenario: Scenario, _ setting: Setting) throws -> Int {
    let hasProvider = setting.topology != .oneSided
    var ends = hasProvider ? 2 : 1
    if setting.target == .builtin { ends += 2 }
    for leg in options.proxied.union(scenario.faults.map(\.leg)) where leg == .a || hasProvider {
      ends += 2
    }
    let traffic = scenario.traffic
    guard descriptorLimit > 0 else { return Limits.concurrency }
    var spare = Limits.spareDescriptors
    if options.floorShare > 0, !isItsOwnFloor(scenario, setting) {
      spare += 2 * FloorRunner.mostTogether
    }
    let room = max(1, (descriptorLimit - spare) / ends)
    // What an open loop will need nobody knows before: beyond the room streams are not sent.
    guard traffic.arrivals == .closed else { return min(Limits.concurrency, room) }
    let together = traffic.share.slots(below: traffic.slots)
    let needed = together * ends + spare
    guard needed > descriptorLimit else { return room }
    throw CampaignError(
      "\(scenario.name): \(together) streams at a time need \(needed) file descriptors here and the "
        + "limit is \(descriptorLimit); raise it (ulimit -n \(needed)) or lower --concurrency")
  }

  func dialect(of scenario: Scenario) throws -> any Dialect {
    guard let dialect = Dialects.named(scenario.traffic.dialect) else {
      throw CampaignError("\(scenario.name): unknown dialect \(scenario.traffic.dialect)")
    }
    return dialect
  }

  /// Starts what stands behind the runner and says how the runner gets there.
  private func connect(_ far: FarSide, _ scenario: Scenario, _ setting: Setting) throws
    -> RunnerOptions
  {
    let anyPort = Endpoint(host: "127.0.0.1", port: 0)
    var base = ""
    var entry: Endpoint?
    switch setting.target {
    case .direct:
      entry = try far.startProvider(at: anyPort)
    case .builtin:
      entry = try far.startRelay(to: far.startProvider(at: anyPort))
    case .remote(let target):
      base = target.baseURL
      if let provider = options.provider { _ = try far.startProvider(at: provider) }
    }
    if let entry { base = "http://\(entry)\(try dialect(of: scenario).basePath)" }
    var runner = RunnerOptions(baseURL: base, key: options.key)
    if case .remote = setting.target {} else { runner.key = nil }
    runner.certificateAuthorities = options.certificateAuthorities
    runner.verifiesPeer = options.verifiesPeer
    runner.givesUp = options.givesUp
    if options.proxied.contains(.a) || scenario.faults.contains(where: { $0.leg == .a }) {
      runner.legA = try legA(far, base: base)
    }
    return runner
  }

  private func legA(_ far: FarSide, base: String) throws -> RunnerOptions.LegA {
    guard let url = URL(string: base), let host = url.host else {
      throw CampaignError("\(base) is not a URL with a host")
    }
    let tunnels = url.scheme == "https"
    let port = UInt16(clamping: url.port ?? (tunnels ? 443 : 80))
    let upstream = Socket.reachable(Endpoint(host: host, port: port))
    let proxy = try far.startLegA(to: upstream, tunnels: tunnels)
    return tunnels ? .tunnel(proxy) : .forward(proxy)
  }
}
