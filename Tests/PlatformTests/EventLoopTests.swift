import Core
import Platform
import Synchronization
import Testing

@Suite struct EventLoopTests {
  /// Schedules itself anew at a deadline that has passed, as a script that is behind does.
  private final class Behind: TimerTarget {
    let loop: EventLoop
    var fired = 0

    init(_ loop: EventLoop) { self.loop = loop }

    func timerFired(_ id: UInt64, now: Instant) {
      fired += 1
      if fired == 1 { loop.mailbox.put { $0.stop() } }
      _ = loop.schedule(self, at: Instant(nanoseconds: 0))
    }
  }

  @Test func overdueTimersDoNotStarveDescriptors() throws {
    let loop = try EventLoop()
    defer { loop.dispose() }
    let behind = Behind(loop)
    _ = loop.schedule(behind, at: Instant(nanoseconds: 0))
    loop.run()
    // The letter put in the first turn is read before the timers of the second.
    #expect(behind.fired == 1)
  }

  private final class Stopper: TimerTarget {
    let loop: EventLoop
    var fired = 0

    init(_ loop: EventLoop) { self.loop = loop }

    func timerFired(_ id: UInt64, now: Instant) {
      fired += 1
      loop.stop()
    }
  }

  @Test func aStopLosesNoTimerThatWasDueAtTheSameTime() throws {
    let loop = try EventLoop()
    defer { loop.dispose() }
    let stopper = Stopper(loop)
    for _ in 0..<3 { _ = loop.schedule(stopper, at: Instant(nanoseconds: 0)) }
    for expected in 1...3 {
      loop.run()
      #expect(stopper.fired == expected)
    }
  }

  @Test func lettersArriveInOrder() throws {
    let loop = try EventLoop()
    defer { loop.dispose() }
    let seen = Mutex<[Int]>([])
    for number in 0..<100 {
      loop.mailbox.put { _ in seen.withLock { $0.append(number) } }
    }
    loop.mailbox.put { $0.stop() }
    loop.run()
    #expect(seen.withLock { $0 } == Array(0..<100))
  }

  @Test func workOnAThreadReturnsItsValueOrItsError() throws {
    let thread = try LoopThread(name: "test")
    defer { thread.stop() }
    #expect(try thread.perform { _ throws(SystemError) in 42 } == 42)
    #expect(throws: SystemError("work", code: 5)) {
      try thread.perform { _ throws(SystemError) -> Int in throw SystemError("work", code: 5) }
    }
  }
}
