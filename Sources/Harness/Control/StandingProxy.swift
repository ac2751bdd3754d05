package import Core
package import Platform
import Wire

/// Proxies on their own, with or without the control interface, until the user interrupts them.
package final class StandingProxy: ReadinessTarget, TimerTarget {
  package struct Options: Sendable {
    /// Where the one proxy of the command line listens, and what it forwards to.
    package var listen: String?
    package var upstream = ""
    package var rules: [InstalledRule] = []
    /// A file of proxies as Toxiproxy takes it.
    package var configuration: [UInt8]?
    /// Where the control interface listens.
    package var api: Endpoint?
    package var host = LoopProxyHost.Options()

    package init() {}
  }

  /// Where the control interface listens.
  package var api: Endpoint? { server?.endpoint }
  /// The proxies there were at the start, by name.
  package private(set) var proxies: [Place] = []

  package struct Place: Sendable {
    package var name: String
    package var listen: String
    package var upstream: String
    let id: Int
    let counters: ProxyCounters
  }

  /// What has come of one of them.
  package struct Outcome: Sendable {
    package var name: String
    package var figures: ProxyCounters.Snapshot
    /// What to tell of rules that never struck.
    package var warnings: [String]
  }

  /// What the one proxy of the command line is called in the registry.
  package static let name = "proxy"

  private let loop: EventLoop
  private let interrupts: Interrupts
  private let host: LoopProxyHost
  private let server: ControlServer?
  private let note: @Sendable (String) -> Void
  private var refused: [String: Int] = [:]

  /// - Throws: `ControlError`, in words for a person; 500 is trouble with this machine, 400 with
  ///   what was asked for.
  package init(_ options: Options, interrupts: Interrupts) throws(ControlError) {
    _ = MachineFacts.raiseDescriptorLimit()
    self.interrupts = interrupts
    note = options.host.note
    do throws(SystemError) {
      loop = try EventLoop()
      host = try LoopProxyHost(options.host)
      server = try Self.server(options, host)
      try loop.add(interrupts.descriptor, .read, self)
    } catch {
      throw ControlError(500, "\(error)")
    }
    do throws(ControlError) {
      proxies = try Self.setUp(options, host, server)
    } catch {
      close()
      throw error
    }
  }

  /// - Returns: what went through the proxies that there were at the start, by name.
  package func run() -> [Outcome] {
    _ = loop.schedule(self, at: loop.clock.now() + Self.interval)
    loop.run()
    let warnings = close()
    return proxies.map {
      Outcome(name: $0.name, figures: $0.counters.snapshot, warnings: warnings[$0.id] ?? [])
    }
  }

  package func descriptorReady(_ descriptor: Int32, _ readiness: Readiness) {
    if interrupts.take() { loop.stop() }
  }

  /// Says when an upstream takes no connections: the proxy itself goes on.
  package func timerFired(_ id: UInt64, now: Instant) {
    for proxy in proxies {
      let count = proxy.counters.snapshot.refused
      if count > refused[proxy.name] ?? 0 {
        note("\(proxy.upstream) takes no connections (\(count) so far, for \(proxy.name))")
      }
      refused[proxy.name] = count
    }
    _ = loop.schedule(self, at: now + Self.interval)
  }

  private static let interval = Nanoseconds.seconds(1)

  @discardableResult
  private func close() -> [Int: [String]] {
    server?.stop()
    defer { loop.dispose() }
    return host.close()
  }

  private static func server(_ options: Options, _ host: LoopProxyHost) throws(SystemError)
    -> ControlServer?
  {
    guard let api = options.api else { return nil }
    do throws(SystemError) {
      return try ControlServer(listen: api) { ControlState(host: host, names: [api.host]) }
    } catch {
      host.close()
      throw error
    }
  }

  /// Makes the proxies that were asked for, on the thread where the registry is to live.
  private static func setUp(
    _ options: Options, _ host: LoopProxyHost, _ server: ControlServer?
  ) throws(ControlError) -> [Place] {
    let make: @Sendable (inout ControlState) -> Result<[Place], ControlError> = { state in
      Result { () throws(ControlError) in
        if let file = options.configuration {
          do throws(ControlError) {
            try state.populate(configuration: file)
          } catch {
            throw ControlError(error.status, "the configuration: \(error.message)")
          }
        }
        if let listen = options.listen {
          // What is no address is the user's mistake, as what cannot be had is the machine's.
          guard (try? ListenAddress(listen)) != nil else {
            throw ControlError(400, "\(listen) is nowhere to listen: it takes HOST:PORT")
          }
          try state.create(
            name: name, listen: listen, upstream: options.upstream, rules: options.rules)
        }
        return state.sorted.map {
          Place(
            name: $0.name, listen: $0.listen, upstream: "\($0.upstream)", id: $0.id,
            counters: $0.counters)
        }
      }
    }
    guard let server else {
      var state = ControlState(host: host)
      return try make(&state).get()
    }
    do {
      return try server.withState(make).get()
    } catch let error as ControlError {
      throw error
    } catch {
      throw ControlError(500, "\(error)")
    }
  }
}
