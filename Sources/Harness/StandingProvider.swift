package import Core
package import Platform
package import Wire

/// A scripted provider, or a replay as one, on its own until the user interrupts it.
package final class StandingProvider: ReadinessTarget {
  private let loop: EventLoop
  private let provider: ScriptedProvider
  private let interrupts: Interrupts

  package convenience init(
    listen: Endpoint, script: ProviderScript, seed: UInt64, dialect: String,
    interrupts: Interrupts
  ) throws(SystemError) {
    let dialects = Dialects.preferring(dialect)
    try self.init(listen: listen, interrupts: interrupts) { connection in
      ProviderSession(connection: connection, script: script, seed: seed, dialects: dialects)
    }
  }

  package convenience init(
    listen: Endpoint, replay plan: ReplayPlan, interrupts: Interrupts
  ) throws(SystemError) {
    let answers = ReplayAnswers(plan)
    try self.init(listen: listen, interrupts: interrupts) { connection in
      ReplaySession(connection: connection, answers: answers)
    }
  }

  private init(
    listen: Endpoint, interrupts: Interrupts,
    session: @escaping (_ connection: Int) -> any AnsweringSession
  ) throws(SystemError) {
    _ = MachineFacts.raiseDescriptorLimit()
    loop = try EventLoop()
    provider = try ScriptedProvider(
      loop: loop, listen: listen, keepsRecords: false, session: session)
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
