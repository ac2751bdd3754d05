import CLinux
package import Core
import Glibc
import Synchronization

/// Whoever owns a descriptor in a loop.
package protocol ReadinessTarget: AnyObject {
  func descriptorReady(_ descriptor: Int32, _ readiness: Readiness)
}

/// One thread's loop over descriptors and deadlines; everything it owns is touched by that thread
/// alone. Other threads reach it through its `Mailbox`.
package final class EventLoop {
  package let clock = SystemClock()
  package let mailbox: Mailbox
  private let poller: EpollPoller
  private var timers = Timers()
  /// The deadlines of one turn; what a stop leaves of them is served first when the loop goes on.
  private var due: [(target: any TimerTarget, id: UInt64)] = []
  private var lead = WakeLead()
  /// Indexed by descriptor: the kernel hands out small numbers.
  private var slots: [Slot] = []
  private var stopped = false

  private struct Slot {
    var target: (any ReadinessTarget)?
    /// Counts who has had this number.
    var owner: UInt32 = 0
  }
  private static let mailboxTag = UInt64.max

  package init() throws(SystemError) {
    poller = try EpollPoller()
    mailbox = try Mailbox()
    try poller.add(mailbox.descriptor, .read, tag: Self.mailboxTag)
  }

  package func add(_ descriptor: Int32, _ interest: Readiness, _ target: any ReadinessTarget)
    throws(SystemError)
  {
    while slots.count <= Int(descriptor) { slots.append(Slot()) }
    try poller.add(descriptor, interest, tag: tag(descriptor))
    slots[Int(descriptor)].target = target
  }

  package func modify(_ descriptor: Int32, _ interest: Readiness) throws(SystemError) {
    try poller.modify(descriptor, interest, tag: tag(descriptor))
  }

  /// Must come before the descriptor is closed, since its number is given out again at once.
  package func remove(_ descriptor: Int32) {
    poller.remove(descriptor)
    vacate(descriptor)
  }

  /// Takes it out and closes it: the kernel forgets a descriptor that is closed by itself.
  package func close(_ descriptor: Int32) {
    vacate(descriptor)
    Socket.close(descriptor)
  }

  private func vacate(_ descriptor: Int32) {
    guard Int(descriptor) < slots.count else { return }
    slots[Int(descriptor)].target = nil
    slots[Int(descriptor)].owner &+= 1
  }

  private func tag(_ descriptor: Int32) -> UInt64 {
    UInt64(slots[Int(descriptor)].owner) << 32 | UInt64(descriptor)
  }

  package func schedule(_ target: any TimerTarget, at due: Instant) -> UInt64 {
    timers.schedule(target, at: due)
  }

  /// Runs until `stop`.
  package func run() {
    clinux_loop_thread()
    stopped = false
    var now = clock.now()
    while !stopped { now = turn(now) }
  }

  package func stop() { stopped = true }

  /// Lets go of everything it owns; owners and loop refer to each other, so this ends both.
  package func dispose() {
    slots.removeAll()
    timers = Timers()
    due.removeAll()
  }

  /// - Returns: how many descriptors were ready.
  @discardableResult
  private func wait(_ timeout: Nanoseconds?) -> Int {
    poller.wait(timeout) { tag, readiness in
      if tag == Self.mailboxTag { return mailbox.deliver(to: self) }
      let descriptor = Int(tag & 0xffff_ffff)
      // What was ready before its number was given to somebody else says nothing about them.
      guard descriptor < slots.count, slots[descriptor].owner == UInt32(tag >> 32) else { return }
      slots[descriptor].target?.descriptorReady(Int32(descriptor), readiness)
    }
  }

  /// Serves descriptors until a deadline, or one that is ready.
  private func sleep(from begun: Instant, until deadline: Instant) {
    let left = deadline - begun
    guard let time = lead.sleep(left) else {
      wait(left)
      return
    }
    guard wait(time) == 0 else { return }
    var now = clock.now()
    lead.learn(now - begun - time)
    while now < deadline, wait(.zero) == 0 { now = clock.now() }
  }

  /// - Parameter begun: now.
  /// - Returns: the same, at its end; nobody asks for it while no deadline is waited for.
  private func turn(_ begun: Instant) -> Instant {
    if !due.isEmpty {
      wait(.zero)
    } else if let next = timers.nextDue {
      sleep(from: begun, until: next)
    } else {
      wait(nil)
    }
    if due.isEmpty && timers.isEmpty { return begun }
    // Deadlines that came while others were served are served too, but what they schedule anew
    // waits for the next turn even if it is overdue, so that descriptors are never starved.
    let now = clock.now()
    timers.takeDue(by: now, into: &due)
    guard !due.isEmpty else { return now }
    var served = 0
    while !stopped, served < due.count {
      let (target, id) = due[served]
      served += 1
      target.timerFired(id, now: clock.now())
    }
    due.removeFirst(served)
    return clock.now()
  }
}

/// Work for a loop from other threads, run in the order in which it was put.
package final class Mailbox: Sendable {
  package typealias Work = @Sendable (EventLoop) -> Void

  package let descriptor: Int32
  private let queue = Mutex<[Work]>([])

  init() throws(SystemError) {
    descriptor = clinux_eventfd()
    guard descriptor >= 0 else { throw SystemError("eventfd", code: -descriptor) }
  }

  deinit { close(descriptor) }

  package func put(_ work: @escaping Work) {
    queue.withLock { $0.append(work) }
    var one: UInt64 = 1
    _ = write(descriptor, &one, MemoryLayout<UInt64>.size)
  }

  fileprivate func deliver(to loop: EventLoop) {
    var count: UInt64 = 0
    _ = read(descriptor, &count, MemoryLayout<UInt64>.size)
    let work = queue.withLock { queue in
      let taken = queue
      queue.removeAll()
      return taken
    }
    for item in work { item(loop) }
  }
}
