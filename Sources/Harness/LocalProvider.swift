import Core
import Platform
import Wire

/// A provider that only our own client talks to.
final class LocalProvider {
  let endpoint: Endpoint
  private let thread: LoopThread
  private let ownsThread: Bool
  private let provider: LoopBound<ScriptedProvider>

  /// - Parameter thread: where it lives; nil for a thread of its own.
  init(
    on thread: LoopThread? = nil,
    session: @escaping @Sendable (_ connection: Int) -> any AnsweringSession
  ) throws(SystemError) {
    let home: LoopThread
    if let thread { home = thread } else { home = try LoopThread(name: "provider") }
    self.thread = home
    ownsThread = thread == nil
    do throws(SystemError) {
      (provider, endpoint) = try home.perform { loop throws(SystemError) in
        let provider = try ScriptedProvider(
          loop: loop, listen: Endpoint(host: "127.0.0.1", port: 0), keepsRecords: true,
          session: session)
        return (LoopBound(provider), provider.endpoint)
      }
    } catch {
      if thread == nil { home.stop() }
      throw error
    }
  }

  /// Asks for what has been seen to its end since the last call, and hands it to `answer` on its
  /// thread.
  func collect(_ answer: @escaping @Sendable (FarSeen) -> Void) {
    let provider = self.provider
    thread.put { _ in
      var seen = FarSeen()
      seen.exchanges = provider.object.takeFinished()
      seen.open = Set(provider.object.openNonces)
      answer(seen)
    }
  }

  /// Ends it and returns what it has seen since then.
  func stop() -> [ProviderExchange] {
    let provider = self.provider
    let seen = try? thread.perform { _ throws(SystemError) in
      let seen = provider.object.harvest()
      provider.object.stop()
      return seen
    }
    if ownsThread { thread.stop() }
    return seen ?? []
  }
}
