import Core
import Testing

/// How many exchanges of the floor are due, over a whole run.
@Suite struct FloorPacingTests {
  /// What is due after each start of a run of `planned`, in one go.
  private func course(_ planned: Int, share: Double = 0.05) -> [Int] {
    let pacing = FloorPacing(share: share, planned: planned, duration: nil)
    return (0...planned).map { pacing.due(started: $0, elapsed: .zero) }
  }

  @Test(arguments: [1, 7, 30, 31, 600, 601, 10_000])
  func aRunHasItsShareAndAtLeastThirty(planned: Int) {
    let course = course(planned)
    #expect(course.first == 0, "nothing before the run has begun, warm-up included")
    #expect(zip(course, course.dropFirst()).allSatisfy { $0 <= $1 })
    #expect(course.last == max(30, (planned * 5 + 99) / 100))
    // Spread evenly: half of them by the middle, give or take what one start brings.
    let whole = Double(course[planned])
    let step = whole / Double(planned) + 1
    #expect(
      abs(Double(course[planned / 2]) - whole * Double(planned / 2) / Double(planned)) <= step)
  }

  /// Of a run that time ends nobody knows how many it will start.
  @Test func timeSpreadsThemToo() {
    let pacing = FloorPacing(share: 0.05, planned: 1_000_000, duration: .seconds(60))
    #expect(pacing.due(started: 0, elapsed: .seconds(30)) == 0)
    #expect(pacing.due(started: 3, elapsed: .seconds(30)) == 15)
    #expect(pacing.due(started: 3, elapsed: .seconds(90)) == 30)
    #expect(pacing.due(started: 2_000, elapsed: .seconds(30)) == 100)
    #expect(pacing.tick == .seconds(2))
    #expect(FloorPacing(share: 0.05, planned: 10, duration: nil).tick == nil)
  }

  @Test func aRunThatEndsEarlyIsToppedUp() {
    let pacing = FloorPacing(share: 0.05, planned: 1_000, duration: nil)
    #expect(pacing.whole(begun: 4) == 30)
    #expect(pacing.whole(begun: 47) == 47)
  }

  @Test func withoutAShareThereIsNoFloor() {
    let pacing = FloorPacing(share: 0, planned: 100, duration: .seconds(1))
    #expect(pacing.due(started: 100, elapsed: .seconds(2)) == 0)
    #expect(pacing.whole(begun: 0) == 0)
    #expect(pacing.tick == nil)
  }

  @Test func fewAtATimeButNoFewerThanTheShareTakes() {
    let pacing = FloorPacing(share: 0.05, planned: 100, duration: nil)
    #expect(pacing.together(concurrency: 1) == 2)
    #expect(pacing.together(concurrency: 256) == 13)
    #expect(pacing.together(concurrency: 10_000) == 32)
  }
}
