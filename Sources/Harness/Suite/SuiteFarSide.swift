import Core
import Judging
import Platform
import Wire

/// Everything of a suite but the runners, each part on a thread of its own, standing from the first
/// stimulus to the last: provider, fault proxies, built-in relay. What they do hangs on the nonce.
final class SuiteFarSide {
  private var threads: [LoopThread] = []
  private var provider: (thread: LoopThread, object: LoopBound<ScriptedProvider>)?
  private var front: (thread: LoopThread, object: LoopBound<FaultProxy>)?
  private var mutants: (thread: LoopThread, object: LoopBound<FaultProxy>)?
  private var proxies: [(thread: LoopThread, object: LoopBound<FaultProxy>)] = []
  private let book: SuiteBook
  private let seed: UInt64

  init(book: SuiteBook, seed: UInt64) {
    self.book = book
    self.seed = seed
  }

  var hasProvider: Bool { provider != nil }

  /// Starts the provider behind the proxy of leg B.
  ///
  /// - Returns: where a relay (or the runner) finds it.
  func startProvider(at listen: Endpoint) throws(SystemError) -> Endpoint {
    let (book, seed) = (self.book, self.seed)
    let thread = try thread("provider")
    let made = try thread.perform { loop throws(SystemError) in
      let provider = try ScriptedProvider(
        loop: loop, listen: Endpoint(host: "127.0.0.1", port: 0), keepsRecords: true
      ) { connection in
        ProviderSession(
          connection: connection, script: ProviderScript(), seed: seed,
          parts: { book.part($0) })
      }
      return (LoopBound(provider), provider.endpoint)
    }
    provider = (thread, made.0)
    let endpoint = try startProxy("leg b", listen: listen, upstream: made.1, leg: .b)
    front = proxies.last
    return endpoint
  }

  /// Starts the built-in pass-through relay, with the proxy of leg A that makes mutants of it.
  ///
  /// - Returns: where a client finds the relay as it is, and its mutants.
  func startRelay(to upstream: Endpoint) throws(SystemError) -> (plain: Endpoint, mutant: Endpoint)
  {
    let anyPort = Endpoint(host: "127.0.0.1", port: 0)
    let plain = try startProxy("relay", listen: anyPort, upstream: upstream, leg: nil)
    let mutant = try startProxy("leg a", listen: anyPort, upstream: plain, leg: .a)
    mutants = proxies.last
    return (plain, mutant)
  }

  /// Faults that strike connections whatever they carry.
  struct Strikes: Sendable {
    var legA: [FaultPipeline.Installed] = []
    var legB: [FaultPipeline.Installed] = []
    var isEmpty: Bool { legA.isEmpty && legB.isEmpty }
  }

  func begin(_ strikes: Strikes) {
    change(mutants, strikes.legA) { proxy, id, rule in proxy.install(rule, id: id) }
    change(front, strikes.legB) { proxy, id, rule in proxy.install(rule, id: id) }
  }

  func end(_ strikes: Strikes) {
    change(mutants, strikes.legA) { proxy, id, _ in proxy.withdraw(id: id) }
    change(front, strikes.legB) { proxy, id, _ in proxy.withdraw(id: id) }
  }

  private func change(
    _ place: (thread: LoopThread, object: LoopBound<FaultProxy>)?,
    _ rules: [FaultPipeline.Installed],
    _ work: @escaping @Sendable (FaultProxy, Int, FaultRule) -> Void
  ) {
    guard let (thread, proxy) = place, !rules.isEmpty else { return }
    try? thread.perform { _ throws(SystemError) in
      for (id, rule) in rules { work(proxy.object, id, rule) }
    }
  }

  /// Asks whose answers are under way and hands them to `answer` on the provider's thread.
  func open(_ answer: @escaping @Sendable (Set<Nonce>) -> Void) {
    guard let (thread, provider) = provider else { return answer([]) }
    thread.put { _ in answer(Set(provider.object.openNonces)) }
  }

  /// What has been seen since the last call; answers under way are ended if `all` is wanted.
  func collect(all: Bool) -> FarSeen {
    var seen = FarSeen()
    for (thread, proxy) in proxies {
      let records = try? thread.perform { _ throws(SystemError) in proxy.object.takeRecords() }
      seen.faults += records ?? []
    }
    if let (thread, provider) = provider {
      let taken = try? thread.perform { _ throws(SystemError) in
        all ? provider.object.harvest() : provider.object.takeFinished()
      }
      seen.exchanges = taken ?? []
    }
    return seen
  }

  func stop() {
    for (thread, proxy) in proxies {
      try? thread.perform { _ throws(SystemError) in proxy.object.stop() }
    }
    if let (thread, provider) = provider {
      try? thread.perform { _ throws(SystemError) in provider.object.stop() }
    }
    for thread in threads { thread.stop() }
    (threads, proxies, provider, front, mutants) = ([], [], nil, nil, nil)
  }

  private func thread(_ name: String) throws(SystemError) -> LoopThread {
    let thread = try LoopThread(name: name)
    threads.append(thread)
    return thread
  }

  private func startProxy(
    _ name: String, listen: Endpoint, upstream: Endpoint, leg: Leg?
  ) throws(SystemError) -> Endpoint {
    let thread = try thread(name)
    let (book, seed) = (self.book, self.seed)
    let made = try thread.perform { loop throws(SystemError) in
      var options = FaultProxy.Options()
      (options.leg, options.seed) = (leg ?? .b, seed)
      if let leg {
        options.rulesByNonce = { book.rules($0, leg) }
      } else {
        options.rules = FaultPipeline.installed(BuiltinRelay.rules, leg: .b)
        options.rulesByNonce = { book.relayRules($0) }
      }
      let proxy = try FaultProxy(
        loop: loop, listener: try Listener(listen), upstream: .plain(upstream), options: options)
      return (LoopBound(proxy), proxy.endpoint)
    }
    proxies.append((thread, made.0))
    return made.1
  }
}
