import Core
import Testing

@Suite struct NanosecondsTests {
  @Test(arguments: [
    (0, "0 ns"), (842, "842 ns"), (999, "999 ns"), (1_000, "1.00 µs"), (84_200, "84.2 µs"),
    (9_994, "9.99 µs"), (9_995, "10.0 µs"), (99_949, "99.9 µs"), (99_950, "100 µs"),
    (999_499, "999 µs"), (999_500, "1.00 ms"), (1_000_000, "1.00 ms"), (1_005_000, "1.01 ms"),
    (450_000_000, "450 ms"), (999_499_999, "999 ms"), (999_500_000, "1.00 s"),
    (1_200_000_000, "1.20 s"), (61_000_000_000, "61.0 s"), (3_600_000_000_000, "3600 s"),
    (-1_500_000, "-1.50 ms"), (-7, "-7 ns"), (Int64.max, "9223372037 s"),
    (Int64.min, "-9223372037 s"),
  ])
  func printsThreeDigitsInTheFittingUnit(count: Int64, text: String) {
    #expect(Nanoseconds(count).description == text)
  }

  @Test func unitsAndSums() {
    #expect(Nanoseconds.seconds(2) == .milliseconds(2_000))
    #expect(Nanoseconds.milliseconds(2) == .microseconds(2_000))
    #expect(Nanoseconds.milliseconds(1_500).seconds == 1.5)
    var sum = Nanoseconds(5)
    sum += Nanoseconds(3)
    #expect(sum - Nanoseconds(1) == Nanoseconds(7))
    let start = Instant(nanoseconds: 100)
    #expect((start + Nanoseconds(20)) - start == Nanoseconds(20))
  }

  @Test func virtualTimeMovesWhenTold() {
    var time = VirtualTime(Instant(nanoseconds: 5))
    #expect(time.now() == Instant(nanoseconds: 5))
    time.advance(by: .microseconds(1))
    #expect(time.now() == Instant(nanoseconds: 1_005))
  }
}

@Suite struct TimelineTests {
  @Test func findsTheReadOfEachByte() {
    var timeline = Timeline()
    let lengths = [3, 1, 0, 10, 2]
    var offset = 0
    for (index, length) in lengths.enumerated() {
      timeline.append(
        ReadMark(
          instant: Instant(nanoseconds: Int64(index)), offset: offset, length: length,
          wake: UInt32(index)))
      offset += length
    }
    let expected: [UInt32] = [0, 0, 0, 1] + Array(repeating: 3, count: 10) + [4, 4]
    #expect((0..<offset).map { timeline.read(at: $0)?.wake } == expected)
    #expect(timeline.read(at: offset) == nil)
    #expect(timeline.reads.count == 5)
  }

  @Test func piecesOfOneReadAreOneMark() {
    var timeline = Timeline()
    let first = Instant(nanoseconds: 7)
    var isTaken = timeline.extendLast(by: 2, wake: 0)
    #expect(!isTaken)
    timeline.append(ReadMark(instant: first, offset: 0, length: 3, wake: 4))
    isTaken = timeline.extendLast(by: 2, wake: 4)
    #expect(isTaken)
    isTaken = timeline.extendLast(by: 1, wake: 5)
    #expect(!isTaken)
    #expect(timeline.reads == [ReadMark(instant: first, offset: 0, length: 5, wake: 4)])
    #expect(timeline.read(at: 4)?.instant == first && timeline.read(at: 5) == nil)
    timeline.append(ReadMark(instant: first, offset: 5, length: 1, wake: 5))
    #expect(timeline.reads.count == 2)
  }

  @Test func anEmptyOneHasNoReads() {
    #expect(Timeline().read(at: 0) == nil)
  }

  @Test func aHoleOrAStepBackIsARefusedProgram() async {
    await #expect(processExitsWith: .failure) {
      var timeline = Timeline()
      timeline.append(ReadMark(instant: Instant(nanoseconds: 5), offset: 0, length: 3, wake: 0))
      timeline.append(ReadMark(instant: Instant(nanoseconds: 6), offset: 4, length: 1, wake: 0))
    }
    await #expect(processExitsWith: .failure) {
      var timeline = Timeline()
      timeline.append(ReadMark(instant: Instant(nanoseconds: 5), offset: 0, length: 3, wake: 0))
      timeline.append(ReadMark(instant: Instant(nanoseconds: 4), offset: 3, length: 1, wake: 0))
    }
  }
}
