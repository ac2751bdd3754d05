import Core
import Testing
import Wire

@Suite struct LatencyFaultTests {
  /// Delays in milliseconds of streams of chunks that come every 5 ms.
  private func delays(_ literal: String, streams: UInt64, chunks: Int) throws -> [Double] {
    var delays: [Double] = []
    for seed in 0..<streams {
      var bench = try FaultBench(literal, seed: seed)
      for index in 0..<chunks { bench.feed([1], at: Double(index) * 5) }
      bench.run()
      delays += bench.sent.map { ($0.at - $0.chunk.at).milliseconds }
    }
    return delays.sorted()
  }

  @Test func countsFromTheArrivalOfEachChunk() throws {
    var bench = try FaultBench("latency 100ms")
    for index in 0..<50 { bench.feed([UInt8(index)], at: Double(index)) }
    bench.feed(.finish, at: 60)
    bench.run()
    #expect(bench.sentTimes == (0..<50).map { 100 + Double($0) })
    #expect(bench.sentBytes == (0..<50).map { UInt8($0) })
    #expect(bench.deeds == ["finish@149.0"])
  }

  @Test func onlyWhereItIsActive() throws {
    var bench = try FaultBench("latency 100ms")
    bench.isActive = false
    bench.feed([1], at: 1)
    bench.run()
    #expect(bench.sentTimes == [1])
  }

  /// Independent draws far apart make chunks wait for the slowest before them; draws that resemble
  /// their neighbours do not, and each still has the distribution that was asked for.
  @Test func serialDrawsAreNotBiasedByTheOrder() throws {
    let serial = try delays("latency uniform(50ms,150ms) memory=1s", streams: 100, chunks: 2000)
    func quantile(_ share: Double) -> Double { serial[Int(share * Double(serial.count))] }
    #expect(abs(quantile(0.5) - 100) < 2)
    #expect(abs(quantile(0.1) - 60) < 3)
    #expect(abs(quantile(0.9) - 140) < 3)
    let independent = try delays("latency uniform(50ms,150ms)", streams: 20, chunks: 1000)
    #expect(independent[independent.count / 2] > 120)
  }

  @Test func orderIsKeptAndSeedsRepeat() throws {
    func times(_ seed: UInt64) throws -> [Double] {
      var bench = try FaultBench("latency lognormal(p50=20ms,p99=200ms) memory=50ms", seed: seed)
      for index in 0..<200 { bench.feed([UInt8(index)], at: Double(index)) }
      bench.run()
      #expect(bench.sentBytes == (0..<200).map { UInt8($0) })
      return bench.sentTimes
    }
    let first = try times(7)
    #expect(first == first.sorted())
    #expect(try times(7) == first)
    #expect(try times(8) != first)
  }
}

@Suite struct PacedFaultTests {
  /// A sender that is always ahead, in reads as they come from a socket.
  private func bulk(_ rate: Int, seconds: Double) -> [(at: Double, bytes: ArraySlice<UInt8>)] {
    let read = min(64 << 10, max(1, rate / 100))
    let block = [UInt8](repeating: 7, count: read)
    let count = Int(Double(rate) * seconds * 1.1) / read
    return (0..<count).map { (Double($0) * Double(read) / Double(rate) * 500, block[...]) }
  }

  @Test(arguments: [10_000, 333_333, 1_000_000, 100_000_000])
  func bandwidthIsWhatWasAsked(rate: Int) throws {
    var bench = try FaultBench("bandwidth \(rate)")
    for (at, bytes) in bulk(rate, seconds: 5) {
      let instant = FaultBench.instant(at)
      bench.feed(.chunk(FaultChunk(.raw, bytes, at: instant)), at: instant)
    }
    bench.run(until: 5_000)
    // Never ahead of the ideal line by more than a slice, nor behind it.
    let slice = Double(max(1, rate / 1000))
    var passed = 0.0
    for (at, chunk) in bench.sent {
      #expect(Double(chunk.bytes.count) <= slice)
      passed += Double(chunk.bytes.count)
      let ideal = Double(rate) * Double(at.nanoseconds) / 1e9
      #expect(passed <= ideal + slice + 1 && passed >= ideal - 1)
    }
    #expect(abs(passed / (5 * Double(rate)) - 1) < 0.001)
  }

  @Test(arguments: [10_000, 1_000_000, 100_000_000])
  func lateTimersDoNotSlowBandwidthDown(rate: Int) throws {
    var bench = try FaultBench("bandwidth \(rate)")
    bench.lateness = { Nanoseconds(Int64($0.unit() * 4e6)) }
    for (at, bytes) in bulk(rate, seconds: 5) {
      let instant = FaultBench.instant(at)
      bench.feed(.chunk(FaultChunk(.raw, bytes, at: instant)), at: instant)
    }
    bench.run(until: 5_000)
    let passed = bench.sent.reduce(0) { $0 + $1.chunk.bytes.count }
    #expect(abs(Double(passed) / (5 * Double(rate)) - 1) < 0.02)
  }

  @Test func anIdleLinkSavesUpNoMoreThanOneSlice() throws {
    var bench = try FaultBench("bandwidth 10KB/s")
    bench.feed([UInt8](repeating: 1, count: 10), at: 0)
    bench.feed([UInt8](repeating: 2, count: 100), events: 1, at: 10_000)
    bench.run()
    #expect(bench.sentTimes == [0] + (0..<10).map { 10_000 + Double($0) })
    #expect(bench.sent.map(\.chunk.events) == [Int](repeating: 0, count: 10) + [1])
  }

  @Test func aRateBelowAByteAMillisecondGoesByteByByte() throws {
    var bench = try FaultBench("bandwidth 3B/s")
    bench.feed([1, 2, 3, 4], at: 1_000)
    bench.run()
    #expect(bench.sentTimes.map { $0.rounded() } == [1_000, 1_333, 1_667, 2_000])
  }

  @Test(arguments: [10_000, 1_000_000, 100_000_000])
  func slowReadReadsWhatWasAsked(rate: Int) throws {
    var bench = try FaultBench("slow-read \(rate)")
    var random = SplitMix64(seed: 5)
    bench.feed(.start)
    bench.run(until: 0)
    var total = 0
    var now = Instant(nanoseconds: 0)
    while now.nanoseconds < 5_000_000_000 {
      let asked = bench.fault.readLimit(at: now)
      let limit = try #require(asked)
      // Asking takes nothing.
      let again = bench.fault.readLimit(at: now)
      #expect(again?.bytes == limit.bytes && again?.more == limit.more)
      if limit.bytes == 0 {
        #expect(limit.more > now)
        // Timers ring a little late.
        now = limit.more + Nanoseconds(Int64(random.unit() * 2e6))
        continue
      }
      #expect(limit.bytes <= max(1, rate / 100))
      let read = [UInt8](repeating: 1, count: min(64 << 10, limit.bytes))
      bench.feed(.chunk(FaultChunk(.raw, read[...], at: now)), at: now)
      bench.run(until: Double(now.nanoseconds) / 1e6)
      total += read.count
    }
    #expect(bench.sent.reduce(0) { $0 + $1.chunk.bytes.count } == total)
    #expect(bench.sent.allSatisfy { $0.at == $0.chunk.at })
    #expect(abs(Double(total) / (5 * Double(rate)) - 1) < 0.02)
  }

  @Test func slowReadCountsOnlyWhatItReadsWhileActive() throws {
    var bench = try FaultBench("slow-read 1KB/s at event(5)")
    bench.isActive = false
    bench.feed([UInt8](repeating: 1, count: 9_000))
    bench.run()
    let limit = bench.fault.readLimit(at: bench.now)
    #expect(limit?.bytes == 10)
  }

  @Test func trickleGoesByteByByte() throws {
    var bench = try FaultBench("trickle")
    bench.feed([1, 2, 3], events: 1, at: 5)
    bench.feed([4], at: 6)
    bench.feed([5, 6], at: 100)
    bench.feed(.finish, at: 101)
    bench.run()
    #expect(bench.sentTimes == [5, 15, 25, 35, 100, 110])
    #expect(bench.sentBytes == [1, 2, 3, 4, 5, 6])
    #expect(bench.sent.map(\.chunk.events) == [0, 0, 1, 0, 0, 0])
    #expect(bench.deeds == ["finish@110.0"])
  }

  @Test func lateTimersDoNotSlowTrickleDown() throws {
    var bench = try FaultBench("trickle gap=1ms")
    bench.lateness = { Nanoseconds(Int64($0.unit() * 4e6)) }
    bench.feed([UInt8](repeating: 1, count: 1_001))
    bench.run()
    let last = try #require(bench.sentTimes.last)
    #expect(last >= 1_000 && last <= 1_004)
  }
}

@Suite struct HoldingFaultTests {
  @Test func burstPoursWholeEventsTogether() throws {
    var bench = try FaultBench("burst 2")
    bench.feed(.start)
    for (at, events) in [(1, 0), (2, 1), (3, 0), (4, 1), (5, 1), (6, 3), (7, 1)] {
      bench.feed([UInt8(at)], events: events, at: Double(at))
    }
    bench.feed(.end, at: 8)
    bench.run()
    #expect(bench.sentBytes == [1, 2, 3, 4, 5, 6, 7])
    #expect(bench.sentTimes == [4, 4, 4, 4, 6, 6, 8])
    #expect(bench.deeds == ["start@0.0", "end@8.0"])
  }

  @Test func burstCountsChunksWhereThereAreNoEvents() throws {
    var bench = try FaultBench("burst 3 of=chunks")
    for at in 1...4 { bench.feed([UInt8(at)], at: Double(at)) }
    bench.feed(.finish, at: 9)
    bench.run()
    #expect(bench.sentTimes == [3, 3, 3, 9])
  }

  @Test func burstPoursAfterAWhile() throws {
    var bench = try FaultBench("burst 3 within=10ms")
    // The third pours at once; the timer of the first is none of the fourth.
    for (at, byte) in [(0, 1), (1, 2), (2, 3), (5, 4), (30, 5)] {
      bench.feed([UInt8(byte)], events: 1, at: Double(at))
    }
    bench.run()
    #expect(bench.sentTimes == [2, 2, 2, 15, 40])
    #expect(bench.sentBytes == [1, 2, 3, 4, 5])
  }

  @Test func burstKeepsNoMoreThanItMay() throws {
    var bench = try FaultBench("burst 1000000")
    for _ in 0..<40 { bench.feed([UInt8](repeating: 1, count: 64 << 10)) }
    bench.run()
    #expect(bench.sent.count == 32)
    #expect(bench.fault.heldBytes == 8 * (64 << 10))
    bench.feed([1])
    bench.isActive = false
    bench.run()
    #expect(bench.sent.count == 41)
    #expect(bench.fault.heldBytes == 0)
  }

  @Test func slowCloseHoldsTheFINAlone() throws {
    var bench = try FaultBench("slow-close 1s")
    bench.feed(.start)
    bench.feed([1], at: 5)
    bench.feed(.end, at: 5)
    bench.feed(.finish, at: 7)
    bench.run()
    #expect(bench.sentTimes == [5])
    #expect(bench.deeds == ["start@0.0", "end@5.0", "finish@1007.0"])
  }

  /// Whenever a fault that only delays is taken away, what it held moves on: all of it, in order.
  @Test(arguments: [
    "latency uniform(1ms,40ms)", "bandwidth 100B/s", "slow-read 100B/s", "trickle", "burst 3",
    "burst 4 of=chunks within=7ms", "slow-close 1s", "pause 20ms at event(1)",
    "first-byte-delay 20ms",
  ])
  func nothingIsLostWhenItIsWithdrawn(literal: String) throws {
    for moment in 0...60 {
      var bench = try FaultBench(literal)
      bench.feed(.start)
      bench.feed(.position, at: 3)
      for index in 0..<20 {
        bench.feed(
          [UInt8](repeating: UInt8(index), count: 1 + index % 3), events: index % 2,
          at: Double(index) * 2)
      }
      bench.feed(.end, at: 41)
      bench.feed(.finish, at: 41)
      bench.run(until: Double(moment))
      bench.withdraw()
      let all = (0..<20).flatMap { [UInt8](repeating: UInt8($0), count: 1 + $0 % 3) }
      #expect(bench.sentBytes == all, "at \(moment)")
      #expect(bench.sent.reduce(0) { $0 + $1.chunk.events } == 10, "at \(moment)")
      #expect(bench.fault.heldBytes == 0)
    }
  }
}
