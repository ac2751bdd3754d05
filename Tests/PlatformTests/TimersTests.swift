import Core
import Platform
import Testing

/// The heap of deadlines, without a clock.
@Suite struct TimersTests {
  private final class Nobody: TimerTarget {
    func timerFired(_ id: UInt64, now: Instant) {}
  }

  private let nobody = Nobody()

  @Test func deadlinesComeInOrderWhateverTheOrderTheyWereGivenIn() {
    var timers = Timers()
    var random = SplitMix64(seed: 7, rule: 1, ordinal: 1)
    var given: [(due: Int64, id: UInt64)] = []
    for _ in 0..<500 {
      let due = Int64(random.unit() * 50)
      given.append((due, timers.schedule(nobody, at: Instant(nanoseconds: due))))
    }
    var taken: [UInt64] = []
    while let (_, id) = timers.popDue(by: Instant(nanoseconds: 50)) { taken.append(id) }
    // Equal deadlines keep the order in which they were scheduled.
    #expect(taken == given.sorted { ($0.due, $0.id) < ($1.due, $1.id) }.map(\.id))
    #expect(timers.isEmpty)
  }

  @Test func whatIsNotDueStays() {
    var timers = Timers()
    let early = timers.schedule(nobody, at: Instant(nanoseconds: 10))
    _ = timers.schedule(nobody, at: Instant(nanoseconds: 11))
    #expect(timers.popDue(by: Instant(nanoseconds: 9)) == nil)
    #expect(timers.popDue(by: Instant(nanoseconds: 10))?.id == early)
    #expect(timers.popDue(by: Instant(nanoseconds: 10)) == nil)
    #expect(timers.nextDue == Instant(nanoseconds: 11))
  }

  @Test func takeDueAppendsAllThatAreDue() {
    var timers = Timers()
    for due in [3, 1, 9, 2] { _ = timers.schedule(nobody, at: Instant(nanoseconds: Int64(due))) }
    var due: [(target: any TimerTarget, id: UInt64)] = []
    timers.takeDue(by: Instant(nanoseconds: 3), into: &due)
    #expect(due.map(\.id) == [2, 4, 1])
    #expect(timers.nextDue == Instant(nanoseconds: 9))
  }
}
