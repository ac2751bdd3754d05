import Core
import Platform
import Testing

/// The kernel makes it readable, at once where the instant is past.
@Suite struct TimerDescriptorTests {
  private final class Watcher: ReadinessTarget {
    let loop: EventLoop
    let timer: TimerDescriptor
    private let due: [Instant]
    private(set) var seen: [Instant] = []

    init(_ loop: EventLoop, due: [Instant]) throws {
      self.loop = loop
      self.due = due
      timer = try TimerDescriptor()
      timer.set(to: due[0])
      try loop.add(timer.number, .read, self)
    }

    func descriptorReady(_ descriptor: Int32, _ readiness: Readiness) {
      #expect(timer.take())
      #expect(!timer.take(), "it is taken once")
      seen.append(loop.clock.now())
      if seen.count == due.count { loop.stop() } else { timer.set(to: due[seen.count]) }
    }
  }

  @Test func itIsNeverEarly() throws {
    let loop = try EventLoop()
    let now = loop.clock.now()
    let due = [
      Instant(nanoseconds: 0), now, now + .milliseconds(2), now + .milliseconds(1),
      now + .milliseconds(5),
    ]
    let watcher = try Watcher(loop, due: due)
    loop.run()
    loop.dispose()
    #expect(watcher.seen.count == due.count)
    #expect(zip(watcher.seen, due).allSatisfy { $0 >= $1 })
  }

  @Test func theMeterSeesWork() {
    let meter = ProcessorMeter()
    let thread = ProcessorMeter.threadTime()
    var random = SplitMix64(seed: 1)
    while ProcessorMeter.threadTime() - thread < .milliseconds(30) { _ = random.next() }
    let use = meter.read()
    #expect(use.own >= .milliseconds(30) && use.elapsed >= .milliseconds(30))
    #expect(use.cores > 0 && (use.waited ?? .zero) >= .zero && (use.busy ?? .zero) >= .zero)
  }
}
