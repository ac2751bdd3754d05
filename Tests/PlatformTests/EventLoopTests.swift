import Core
import Glibc
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

  /// Gives the numbers of two pipes, both ready in one turn, to new owners in the first call.
  private final class Replacer: ReadinessTarget {
    let loop: EventLoop
    let pipes: [Int32]
    let quiet: Int32
    let heir: Heir
    var calls = 0

    init(_ loop: EventLoop, _ pipes: [Int32], quiet: Int32, heir: Heir) {
      self.loop = loop
      self.pipes = pipes
      self.quiet = quiet
      self.heir = heir
    }

    func descriptorReady(_ descriptor: Int32, _ readiness: Readiness) {
      calls += 1
      for pipe in pipes {
        loop.remove(pipe)
        #expect(dup2(quiet, pipe) == pipe)
        #expect(throws: Never.self) { try loop.add(pipe, .read, heir) }
      }
      loop.mailbox.put { $0.stop() }
    }
  }

  private final class Heir: ReadinessTarget {
    var calls = 0
    func descriptorReady(_ descriptor: Int32, _ readiness: Readiness) { calls += 1 }
  }

  @Test func readinessOfAFormerOwnerIsDropped() throws {
    let loop = try EventLoop()
    defer { loop.dispose() }
    let pipes = (0..<3).map { _ in
      var ends: [Int32] = [-1, -1]
      #expect(pipe(&ends) == 0)
      return (read: ends[0], write: ends[1])
    }
    defer { for pipe in pipes { close(pipe.read); close(pipe.write) } }
    let heir = Heir()
    let replacer = Replacer(
      loop, pipes[..<2].map(\.read), quiet: pipes[2].read, heir: heir)
    for pipe in pipes[..<2] {
      try loop.add(pipe.read, .read, replacer)
      #expect(write(pipe.write, [1], 1) == 1)
    }
    loop.run()
    #expect(replacer.calls == 1)
    #expect(heir.calls == 0)
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
