package import Core
import Foundation
package import Judging
package import Platform
import Wire

/// Plays stimuli against one target, many at once, and hands back what both sides saw.
package final class SuiteEngine: ReadinessTarget, TimerTarget {
  private let options: SuiteOptions
  private let interrupts: Interrupts?
  private weak var observer: (any SuiteObserver)?
  private let loop: EventLoop
  private let book = SuiteBook()
  private let far: SuiteFarSide
  private var direct: String?
  private var relay = ""
  private var mutant = ""
  /// How many plays there were before these: nonces hang on their number.
  private var played = 0
  package private(set) var wasInterrupted = false
  /// Requests at the provider that carried no nonce, by "METHOD path".
  package private(set) var probes: [String: Int] = [:]

  // What is being played.
  private var plays: [SuitePlay] = []
  private var waiting: [Int] = []
  private var active: [Int: ActivePlay] = [:]
  private var ended: [[Exchange]] = []
  private var restBy = Instant(nanoseconds: 0)
  private var restTimer: UInt64 = 0
  private var isAtRest = false
  /// Whose answers are under way after all patience.
  private var givenUp: Set<Nonce> = []
  private var failure: CampaignError?

  package init(
    _ options: SuiteOptions, interrupts: Interrupts? = nil, observer: (any SuiteObserver)? = nil
  ) throws {
    self.options = options
    self.interrupts = interrupts
    self.observer = observer
    _ = MachineFacts.raiseDescriptorLimit()
    loop = try EventLoop()
    far = SuiteFarSide(book: book, seed: options.seed)
    do {
      try connect()
      if let interrupts { try loop.add(interrupts.descriptor, .read, self) }
    } catch {
      far.stop()
      loop.dispose()
      throw Unreachable.explain(error, provider: options.provider)
    }
  }

  private func connect() throws(SystemError) {
    let anyPort = Endpoint(host: "127.0.0.1", port: 0)
    switch options.target {
    case .direct, .builtin:
      let provider = try far.startProvider(at: anyPort)
      direct = "http://\(provider)"
      let (plain, mutant) = try far.startRelay(to: provider)
      (relay, self.mutant) = ("http://\(plain)", "http://\(mutant)")
    case .remote(let target):
      relay = target.baseURL
      guard let provider = options.provider else { return }
      direct = "http://\(try far.startProvider(at: provider))"
    }
  }

  /// Ends everything it has started.
  package func close() {
    far.stop()
    loop.dispose()
  }

  // MARK: Playing

  /// Plays all of them and returns, in the same order, what was seen; less after an interruption.
  ///
  /// - Throws: `CampaignError` if nobody could be reached.
  package func play(_ plays: [SuitePlay]) throws -> [[Observation]] {
    guard !wasInterrupted, !plays.isEmpty else { return plays.map { _ in [] } }
    self.plays = plays
    ended = plays.map { _ in [] }
    failure = nil
    // The crowd first, and of each company the longest.
    let order = plays.indices.sorted {
      (plays[$0].turn, -plays[$0].stimulus.length.count, $0)
        < (plays[$1].turn, -plays[$1].stimulus.length.count, $1)
    }
    waiting = order.reversed()
    restBy = loop.clock.now()
    advance()
    loop.run()
    played += plays.count
    active = [:]
    if let failure { throw failure }
    return join()
  }

  /// Begins what may be begun beside what is under way.
  private func advance() {
    while let next = waiting.last, !wasInterrupted {
      let (company, turn) = (plays[next].stimulus.company, plays[next].turn)
      guard active.count < options.together,
        active.isEmpty || (company != .alone && active.keys.allSatisfy { plays[$0].turn == turn })
      else { return }
      if plays[next].strikesAll, !isAtRest { return comeToRest() }
      waiting.removeLast()
      do {
        try begin(next)
      } catch {
        failure = CampaignError("\(error)")
        return loop.stop()
      }
    }
    if active.isEmpty { comeToRest() }
  }

  private func begin(_ index: Int) throws {
    let play = plays[index]
    let traffic = play.traffic(model: options.model)
    let number = played + index
    var random = SplitMix64(seed: options.seed, rule: RandomRule.suite, ordinal: UInt64(number))
    let seed = random.next()
    let strikesAll = enter(play, traffic, number: number, seed: seed)
    far.begin(strikesAll)
    let runner = try Runner(
      loop: loop, traffic: traffic, dialect: play.dialect, seed: seed,
      options: runnerOptions(play))
    let item = ActivePlay(index, runner, strikesAll: strikesAll) { [unowned self] in over($0) }
    active[index] = item
    runner.start(observer: item)
  }

  /// Says what is to be played for its requests.
  ///
  /// - Returns: the faults that no nonce can choose, because they are about whole connections.
  private func enter(
    _ play: SuitePlay, _ traffic: Traffic, number: Int, seed: UInt64
  ) -> SuiteFarSide.Strikes {
    let first = number << 8
    var strikes = SuiteFarSide.Strikes()
    let installed = Self.number(play.stimulus.faults, from: first)
    strikes.legB = installed.filter { $0.rule.scope == .connection }
    var rules = [
      Leg.b: ChosenRules(
        rules: installed.filter { $0.rule.scope == .message }, dialect: play.pair.upstream)
    ]
    if case .mutant(let faults) = play.way {
      let own = Self.number(faults, from: first + 128)
      strikes.legA = own.filter { $0.rule.scope == .connection }
      rules[.a] = ChosenRules(
        rules: own.filter { $0.rule.scope == .message }, dialect: play.pair.face)
    }
    let dialects = Dialects.preferring(play.pair.upstream.name)
    let part = ProviderSession.Part(script: play.stimulus.script, dialects: dialects)
    let later = play.stimulus.later.map { ProviderSession.Part(script: $0, dialects: dialects) }
    book.enter(
      SuiteBook.Entry(
        part: part, later: later, rules: rules,
        relay: BuiltinRelay.care(of: play, number: first + 192)),
      for: (0..<traffic.streams).map { traffic.nonce(of: $0, seed: seed) })
    return strikes
  }

  private static func number(_ faults: [FaultRule], from first: Int) -> [FaultPipeline.Installed] {
    faults.enumerated().map { (id: first + $0.offset, rule: $0.element) }
  }

  private func runnerOptions(_ play: SuitePlay) -> RunnerOptions {
    let base: String
    switch play.way {
    case .direct: base = (direct ?? "") + play.dialect.basePath
    case .mutant: base = mutant + play.dialect.basePath
    case .relay:
      if case .remote(let target) = options.target {
        base = SuiteURL.base(target, speaking: play.dialect)
      } else if options.target == .direct {
        base = (direct ?? "") + play.dialect.basePath
      } else {
        base = relay + play.dialect.basePath
      }
    }
    var runner = RunnerOptions(baseURL: base)
    if case .remote = options.target, play.way == .relay { runner.key = options.key }
    runner.certificateAuthorities = options.certificateAuthorities
    runner.verifiesPeer = options.verifiesPeer
    return runner
  }

  private func over(_ item: ActivePlay) {
    // Not from inside the runner's own call: it goes on for a while after this.
    let (mailbox, bound) = (loop.mailbox, LoopBound(item))
    let own = LoopBound(self)
    mailbox.put { _ in own.object.finish(bound.object) }
  }

  private func finish(_ item: ActivePlay) {
    active[item.index] = nil
    let play = plays[item.index]
    far.end(item.strikesAll)
    ended[item.index] = item.exchanges
    if let gaveUp = item.runner.gaveUp, play.way == .relay, item.strikesAll.isEmpty {
      failure = Unreachable.explain(gaveUp, target: options.target, key: options.key)
      return loop.stop()
    }
    observer?.suitePlayed(play, left: waiting.count + active.count)
    let patience = play.stimulus.traffic.leave == nil ? Limits.settle : Limits.settleAfterLeaving
    restBy = max(restBy, loop.clock.now() + patience)
    advance()
  }

  // MARK: Coming to rest

  private func comeToRest() {
    guard far.hasProvider, !wasInterrupted else { return rest() }
    let mailbox = loop.mailbox
    let own = LoopBound(self)
    far.open { open in mailbox.put { _ in own.object.rested(open) } }
  }

  private func rested(_ open: Set<Nonce>) {
    if open.isSubset(of: givenUp) { return rest() }
    if loop.clock.now() >= restBy {
      givenUp.formUnion(open)
      return rest()
    }
    restTimer = loop.schedule(self, at: loop.clock.now() + .milliseconds(10))
  }

  /// Nothing more is to be seen of what was played: goes on with what had to wait for that.
  private func rest() {
    guard !waiting.isEmpty, !wasInterrupted else { return loop.stop() }
    isAtRest = true
    advance()
    isAtRest = false
  }

  package func timerFired(_ id: UInt64, now: Instant) {
    if id == restTimer { comeToRest() }
  }

  package func descriptorReady(_ descriptor: Int32, _ readiness: Readiness) {
    guard interrupts?.take() == true else { return }
    wasInterrupted = true
    waiting = []
    for item in active.values { item.runner.interrupt() }
    if active.isEmpty { loop.stop() }
  }

  // MARK: What was seen

  private func join() -> [[Observation]] {
    let seen = far.collect(all: true)
    let redaction = Redaction(key: options.key)
    var provider: [Nonce: [ProviderExchange]] = [:]
    for var exchange in seen.exchanges {
      redaction.mask(&exchange)
      if let nonce = exchange.nonce {
        provider[nonce, default: []].append(exchange)
      } else {
        probes["\(exchange.method) \(exchange.path)", default: 0] += 1
      }
    }
    // What makes a mutant of the relay is no fault of ours.
    let faults = Dictionary(grouping: seen.faults.filter { $0.leg == .b }, by: \.nonce)
    return zip(plays, ended).map { play, exchanges in
      exchanges.map { exchange in
        var exchange = exchange
        redaction.mask(&exchange)
        return Observation(
          exchange: exchange, provider: provider[exchange.nonce] ?? [],
          faults: faults[exchange.nonce] ?? [], dialect: play.dialect,
          streamWanted: play.stimulus.traffic.stream)
      }
    }
  }
}

/// Progress, for the terminal; called on the loop's thread.
package protocol SuiteObserver: AnyObject {
  func suitePlayed(_ play: SuitePlay, left: Int)
}
