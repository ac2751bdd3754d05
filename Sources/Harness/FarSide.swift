import Core
import Platform
import Wire

/// Everything of a trial but the runner, each part on a thread of its own: scripted provider,
/// fault proxies, built-in relay.
final class FarSide {
  private var threads: [LoopThread] = []
  private var provider: (thread: LoopThread, object: LoopBound<ScriptedProvider>)?
  private var proxies: [(thread: LoopThread, object: LoopBound<FaultProxy>)] = []
  private var tunnel: (thread: LoopThread, object: LoopBound<FaultProxy>)?
  private let scenario: Scenario
  private let seed: UInt64
  /// Whether leg B has a proxy in any case. It reads what it passes as one with rules does, so that
  /// the faults are all that tells the arms of a comparison apart.
  private let proxiesLegB: Bool

  init(scenario: Scenario, seed: UInt64, proxiesLegB: Bool = false) {
    self.scenario = scenario
    self.seed = seed
    self.proxiesLegB = proxiesLegB
  }

  /// Starts the scripted provider, behind a proxy if there are faults for leg B.
  ///
  /// - Returns: where a relay (or the runner) finds it.
  func startProvider(at listen: Endpoint) throws(SystemError) -> Endpoint {
    let rules = FaultPipeline.installed(scenario.faults, leg: .b)
    let isBare = rules.isEmpty && !proxiesLegB
    let behind = isBare ? listen : Endpoint(host: "127.0.0.1", port: 0)
    let script = scenario.provider
    let seed = self.seed
    let dialect = scenario.traffic.dialect
    let thread = try thread("provider")
    let made = try thread.perform { loop throws(SystemError) in
      let provider = try ScriptedProvider(
        loop: loop, listen: behind, script: script, seed: seed, dialect: dialect)
      return (LoopBound(provider), provider.endpoint)
    }
    provider = (thread, made.0)
    guard !isBare else { return made.1 }
    return try startProxy("leg b", listen: listen, upstream: made.1, leg: .b, rules: rules)
  }

  /// A second provider, which nothing stands before: on the thread of the first, so that both see
  /// the same machine, or on one of its own where there is no first.
  func startFloor() throws(SystemError) -> LocalProvider {
    let script = Floor.script
    let seed = self.seed
    return try LocalProvider(on: provider?.thread) {
      ProviderSession(connection: $0, script: script, seed: seed)
    }
  }

  /// The same, with the script of the scenario: for twins of its exchanges.
  func startTwins() throws(SystemError) -> LocalProvider {
    let script = scenario.provider.withoutRelay
    let seed = self.seed
    let dialects = Dialects.preferring(scenario.traffic.dialect)
    return try LocalProvider(on: provider?.thread) {
      ProviderSession(connection: $0, script: script, seed: seed, dialects: dialects)
    }
  }

  /// Starts the built-in pass-through relay: a fault proxy without faults.
  func startRelay(to upstream: Endpoint) throws(SystemError) -> Endpoint {
    try startProxy(
      "relay", listen: Endpoint(host: "127.0.0.1", port: 0), upstream: upstream, leg: .b, rules: [],
      reads: false)
  }

  /// Starts the proxy for leg A; with TLS in between it tunnels and must be told of events.
  func startLegA(to upstream: Endpoint, tunnels: Bool) throws(SystemError) -> Endpoint {
    let endpoint = try startProxy(
      "leg a", listen: Endpoint(host: "127.0.0.1", port: 0), upstream: upstream, leg: .a,
      rules: FaultPipeline.installed(scenario.faults, leg: .a), mode: tunnels ? .tunnel : .forward)
    if tunnels { tunnel = proxies.last }
    return endpoint
  }

  func clientDecoded(events: Int, bytes: Int, localPort: UInt16, nonce: Nonce, at: Instant) {
    guard let (thread, proxy) = tunnel else { return }
    thread.put { _ in
      proxy.object.clientDecoded(
        events: events, bytes: bytes, localPort: localPort, nonce: nonce, at: at)
    }
  }

  func requestStarts(localPort: UInt16, nonce: Nonce) {
    guard let (thread, proxy) = tunnel else { return }
    thread.put { _ in proxy.object.requestStarts(localPort: localPort, nonce: nonce) }
  }

  var hasProvider: Bool { provider != nil }

  /// Asks how many answers are still under way and hands the number to `answer` on its loop.
  func countOpen(_ answer: @escaping @Sendable (Int) -> Void) {
    guard let (thread, provider) = provider else { return answer(0) }
    thread.put { _ in answer(provider.object.openExchanges) }
  }

  /// Adds what one part has seen and hands it on.
  private typealias Hand = @Sendable (FarSeen, @escaping @Sendable (FarSeen) -> Void) -> Void

  /// Asks for what has been seen to its end since the last call, and hands it to `answer` on one of
  /// its threads.
  func collect(_ answer: @escaping @Sendable (FarSeen) -> Void) {
    var hands = proxies.map { proxy -> Hand in
      { seen, answer in
        proxy.thread.put { _ in
          let (finished, open) = proxy.object.object.takeFinishedRecords()
          var seen = seen
          seen.faults += finished
          seen.open.formUnion(open)
          answer(seen)
        }
      }
    }
    if let (thread, provider) = provider {
      hands.append { seen, answer in
        thread.put { _ in
          var seen = seen
          seen.exchanges += provider.object.takeFinished()
          seen.open.formUnion(provider.object.openNonces)
          answer(seen)
        }
      }
    }
    Self.ask(hands[...], FarSeen(), answer)
  }

  /// One after the other, nobody waiting.
  private static func ask(
    _ hands: ArraySlice<Hand>, _ seen: FarSeen,
    _ answer: @escaping @Sendable (FarSeen) -> Void
  ) {
    guard let hand = hands.first else { return answer(seen) }
    let rest = hands.dropFirst()
    hand(seen) { ask(rest, $0, answer) }
  }

  /// Stops everything and returns what was seen.
  func stop() -> FarSeen {
    var seen = FarSeen()
    for (thread, proxy) in proxies {
      let taken = try? thread.perform { _ throws(SystemError) in
        let records = proxy.object.takeRecords()
        proxy.object.stop()
        return (records, proxy.object.warnings())
      }
      seen.faults += taken?.0 ?? []
      seen.warnings += taken?.1 ?? []
    }
    if let (thread, provider) = provider {
      let taken = try? thread.perform { _ throws(SystemError) in
        let seen = provider.object.harvest()
        provider.object.stop()
        return seen
      }
      seen.exchanges = taken ?? []
    }
    for thread in threads { thread.stop() }
    threads = []
    proxies = []
    provider = nil
    tunnel = nil
    return seen
  }

  private func thread(_ name: String) throws(SystemError) -> LoopThread {
    let thread = try LoopThread(name: name)
    threads.append(thread)
    return thread
  }

  private func startProxy(
    _ name: String, listen: Endpoint, upstream: Endpoint, leg: Leg,
    rules: [FaultPipeline.Installed], mode: FaultProxy.Mode = .forward, reads: Bool = true
  ) throws(SystemError) -> Endpoint {
    let thread = try thread(name)
    let seed = self.seed
    let dialect = scenario.traffic.dialect
    let made = try thread.perform { loop throws(SystemError) in
      var options = FaultProxy.Options()
      (options.leg, options.rules, options.seed, options.mode) = (leg, rules, seed, mode)
      (options.alwaysReads, options.dialect) = (reads, Dialects.named(dialect))
      let proxy = try FaultProxy(
        loop: loop, listener: try Listener(listen), upstream: .plain(upstream),
        options: options)
      return (LoopBound(proxy), proxy.endpoint)
    }
    proxies.append((thread, made.0))
    return made.1
  }
}
