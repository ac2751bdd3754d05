import Core
import Platform
import Testing

@Suite struct WakeLeadTests {
  private func lead(after late: [Int64]) -> WakeLead {
    var lead = WakeLead()
    for count in late { lead.learn(.microseconds(count)) }
    return lead
  }

  @Test func itLearnsHowLateThreeInFourWakesAre() {
    var random = SplitMix64(seed: 1)
    let wakes = (0..<4_000).map { _ in Int64.random(in: 20...60, using: &random) }
    let learned = lead(after: wakes)
    #expect((44...56).contains(learned.time.count / 1_000))
  }

  @Test func oneWakeMovesItByAStepHoweverLate() {
    let usual = lead(after: Array(repeating: 40, count: 100))
    var disturbed = usual
    disturbed.learn(.seconds(1))
    #expect(disturbed.time - usual.time <= .microseconds(3))
  }

  @Test func itIsBoundedAndNeverNegative() {
    #expect(lead(after: Array(repeating: 9_000, count: 1_000)).time == WakeLead.most)
    #expect(lead(after: Array(repeating: 0, count: 10)).time == .zero)
    #expect(
      lead(after: Array(repeating: 40, count: 100) + Array(repeating: 0, count: 100)).time == .zero)
  }

  @Test func littleTimeIsSleptWhole() {
    let learned = lead(after: Array(repeating: 40, count: 100))
    let time = learned.time
    #expect(learned.sleep(time + time) == nil)
    #expect(learned.sleep(.milliseconds(3)) == .milliseconds(3) - time)
    #expect(WakeLead().sleep(.milliseconds(3)) == .milliseconds(3))
    #expect(WakeLead().sleep(.zero) == nil)
  }

  /// Asks for a deadline a little later, time and again.
  private final class Ticker: TimerTarget {
    let loop: EventLoop
    var due = Instant(nanoseconds: 0)
    var early = 0
    var left = 200

    init(_ loop: EventLoop) { self.loop = loop }

    func next() {
      due = loop.clock.now() + .microseconds(Int64(50 + left))
      _ = loop.schedule(self, at: due)
    }

    func timerFired(_ id: UInt64, now: Instant) {
      if now < due { early += 1 }
      left -= 1
      if left > 0 { next() } else { loop.stop() }
    }
  }

  @Test func noTimerFiresEarly() throws {
    let loop = try EventLoop()
    defer { loop.dispose() }
    let ticker = Ticker(loop)
    ticker.next()
    loop.run()
    #expect(ticker.early == 0 && ticker.left == 0)
  }
}
