import Core
import Platform

/// Measures what a loop loses between a descriptor that becomes readable and the stamp of whoever
/// reads it: the wake-up of the thread, and the queue behind what else is ready.
///
/// A timer descriptor stands in the same epoll set as the sockets. The kernel makes it readable at
/// an instant that is known to the nanosecond, which no socket's is; the stamp is taken as for a
/// socket, first thing in the callback. An interrupt of the timer that comes late (in a virtual
/// machine, by microseconds) counts too, so the figure is rather too high than too low. What libcurl
/// does between its read and the hand-over of the bytes is not in it.
final class ReadProbe: ReadinessTarget {
  private let loop: EventLoop
  private let timer: TimerDescriptor
  private let seed: UInt64
  private var plan: ProbePlan?
  private(set) var waits: [Nanoseconds] = []

  init(loop: EventLoop, seed: UInt64) throws(SystemError) {
    self.loop = loop
    self.seed = seed
    timer = try TimerDescriptor()
    try loop.add(timer.number, .read, self)
  }

  func start() {
    let plan = ProbePlan(seed: seed, from: loop.clock.now())
    self.plan = plan
    timer.set(to: plan.due)
  }

  /// Leaves out what was seen so far: the warm-up.
  func forget() { waits.removeAll(keepingCapacity: true) }

  func stop() {
    guard plan != nil else { return }
    plan = nil
    loop.remove(timer.number)
  }

  func descriptorReady(_ descriptor: Int32, _ readiness: Readiness) {
    let now = loop.clock.now()
    guard var plan, timer.take() else { return }
    waits += plan.seen(at: now)
    timer.set(to: plan.due)
    self.plan = plan
  }
}
