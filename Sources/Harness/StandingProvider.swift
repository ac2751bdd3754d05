package import Core
package import Platform

/// A scripted provider on its own, until the user interrupts it.
package final class StandingProvider: ReadinessTarget {
  private let loop: EventLoop
  private let provider: ScriptedProvider
  private let interrupts: Interrupts

  package init(
    listen: Endpoint, script: ProviderScript, seed: UInt64, interrupts: Interrupts
  ) throws(SystemError) {
    _ = MachineFacts.raiseDescriptorLimit()
    loop = try EventLoop()
    provider = try ScriptedProvider(
      loop: loop, listen: listen, script: script, seed: seed, keepsRecords: false)
    self.interrupts = interrupts
    try loop.add(interrupts.descriptor, .read, self)
  }

  package var endpoint: Endpoint { provider.endpoint }

  /// - Returns: how many requests were served.
  package func run() -> Int {
    loop.run()
    provider.stop()
    loop.dispose()
    return provider.served
  }

  package func descriptorReady(_ descriptor: Int32, _ readiness: Readiness) {
    if interrupts.take() { loop.stop() }
  }
}
