import Core
import Judging
import Platform
import Wire

/// Watches finished exchanges on a thread of its own, so that reading their bodies delays nothing
/// that is measured.
final class Stopper {
  private let thread: LoopThread
  private let watch: LoopBound<Box>

  private final class Box {
    var watch: StopWatch
    var isDone = false
    init(_ watch: StopWatch) { self.watch = watch }
  }

  /// Nil where nothing ends the run before its time.
  init?(_ traffic: Traffic, dialect: any Dialect) throws(SystemError) {
    guard let watch = StopWatch(traffic, dialect: dialect) else { return nil }
    self.watch = LoopBound(Box(watch))
    thread = try LoopThread(name: "stop")
  }

  /// - Parameter stop: called once, on the watching thread, with why the run is to end.
  func add(_ exchange: Exchange, stop: @escaping @Sendable (String) -> Void) {
    let watch = self.watch
    thread.put { _ in
      let box = watch.object
      guard !box.isDone, let reason = box.watch.add(exchange) else { return }
      box.isDone = true
      stop(reason)
    }
  }

  func end() { thread.stop() }
}
