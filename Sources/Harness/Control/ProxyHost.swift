package import Core
package import Platform

/// Where the proxies of a control interface live.
///
/// Only `listen` and `numeric` answer anything, and they ask the kernel and the resolver, never the
/// threads that move bytes: every other call is an order that is handed over and not waited for, so
/// that no state of any connection can hold up the interface.
package protocol ProxyHost: AnyObject {
  /// Binds an address at once, so that what is wrong with it can be answered.
  func listen(_ endpoint: Endpoint) throws(SystemError) -> Listener
  /// The address that a name stands for.
  func numeric(_ endpoint: Endpoint) -> Endpoint?
  /// Begins to accept; the listener is the host's from now on.
  func start(_ proxy: HostedProxy, listener: Listener)
  /// Closes the listener, whose address is free again when this returns, and all connections.
  func stop(_ proxy: Int)
  /// A new rule, behind all others of its direction, on open connections as well.
  func install(_ rule: InstalledRule, on proxy: Int)
  /// New settings at the same place.
  func update(_ rule: InstalledRule, on proxy: Int)
  func withdraw(_ rule: Int, from proxy: Int)
}

/// A proxy as its host needs to know it.
package struct HostedProxy: Sendable {
  /// Never given twice.
  package var id: Int
  package var name: String
  package var upstream: ProxyUpstream
  package var rules: [InstalledRule]
  package var counters: ProxyCounters
}

/// A rule and the number by which it is updated and withdrawn, and from which its draws come.
package struct InstalledRule: Hashable, Sendable {
  package var id: Int
  package var rule: FaultRule

  package init(id: Int, rule: FaultRule) {
    self.id = id
    self.rule = rule
  }
}
