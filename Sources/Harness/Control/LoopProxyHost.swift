import Core
package import Platform
package import Wire

/// Proxies on a thread of their own, which takes orders through its mailbox.
///
/// One other thread gives them, that of the registry; `start` and what follows it never wait.
package final class LoopProxyHost: ProxyHost, @unchecked Sendable {
  package struct Options: Sendable {
    package var seed: UInt64 = 1
    /// `.forward`, or `.bytes` for any protocol over TCP.
    package var mode = FaultProxy.Mode.forward
    /// Whether rules may come later than connections.
    package var takesRules = false
    package var dialect: (any Dialect)?
    /// Where faults are written down, and where everything that passes is.
    package var log: FaultLog?
    package var recording: RecordingFile?
    /// How requests are sent on to servers.
    package var transfers = Reorigination.Options()
    /// Told what could not be carried out, on the proxies' thread.
    package var note: @Sendable (String) -> Void = { _ in }

    package init() {}
  }

  /// What lives on the proxies' thread.
  private final class Table {
    var proxies: [Int: FaultProxy] = [:]
  }

  private let thread: LoopThread
  private let options: Options
  private let table = LoopBound(Table())
  /// Those that listen, touched on the registry's thread only.
  private var listeners: [Int: Listener] = [:]

  package init(_ options: Options) throws(SystemError) {
    thread = try LoopThread(name: "proxies")
    self.options = options
  }

  /// Closes all proxies and ends the thread.
  ///
  /// - Returns: what to tell of rules that never struck, by the proxies' numbers.
  @discardableResult
  package func close() -> [Int: [String]] {
    let warnings = try? thread.perform { [table] _ throws(SystemError) in
      for proxy in table.object.proxies.values { proxy.stop() }
      defer { table.object.proxies = [:] }
      return table.object.proxies.mapValues { $0.warnings() }
    }
    thread.stop()
    return warnings ?? [:]
  }

  package func listen(_ endpoint: Endpoint) throws(SystemError) -> Listener {
    do {
      return try Listener(endpoint)
    } catch {
      // Every address, on a machine that has IPv4 alone.
      guard endpoint.host == "::", !error.isAddressInUse else { throw error }
      return try Listener(Endpoint(host: "0.0.0.0", port: endpoint.port))
    }
  }

  package func numeric(_ endpoint: Endpoint) -> Endpoint? { Socket.numeric(endpoint) }

  package func start(_ proxy: HostedProxy, listener: Listener) {
    listeners[proxy.id] = listener
    thread.put { [table, options] loop in
      do throws(SystemError) {
        table.object.proxies[proxy.id] = try Self.make(proxy, listener, options, loop)
      } catch {
        options.note("proxy \(proxy.name) cannot be started: \(error)")
      }
    }
  }

  package func stop(_ proxy: Int) {
    listeners.removeValue(forKey: proxy)?.release()
    thread.put { [table] _ in table.object.proxies.removeValue(forKey: proxy)?.stop() }
  }

  package func install(_ rule: InstalledRule, on proxy: Int) {
    thread.put { [table] _ in table.object.proxies[proxy]?.install(rule.rule, id: rule.id) }
  }

  package func update(_ rule: InstalledRule, on proxy: Int) {
    thread.put { [table] _ in table.object.proxies[proxy]?.update(rule.rule, id: rule.id) }
  }

  package func withdraw(_ rule: Int, from proxy: Int) {
    thread.put { [table] _ in table.object.proxies[proxy]?.withdraw(id: rule) }
  }

  private static func make(
    _ proxy: HostedProxy, _ listener: Listener, _ options: Options, _ loop: EventLoop
  ) throws(SystemError) -> FaultProxy {
    var settings = FaultProxy.Options()
    settings.rules = proxy.rules.map { ($0.id, $0.rule) }
    (settings.seed, settings.mode) = (options.seed, options.mode)
    (settings.alwaysReads, settings.dialect) = (options.takesRules, options.dialect)
    (settings.log, settings.name) = (options.log, proxy.name)
    settings.note = options.note
    settings.observer = options.recording.map {
      Recorder(
        $0, upstream: Target(name: "", baseURL: "\(proxy.upstream)", dialect: "").publicURL)
    }
    (settings.keepsRecords, settings.transfers) = (false, options.transfers)
    return try FaultProxy(
      loop: loop, listener: listener, upstream: proxy.upstream, options: settings,
      counters: proxy.counters)
  }
}
