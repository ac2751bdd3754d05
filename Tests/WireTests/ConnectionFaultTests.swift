import Core
import Testing
import Wire

@Suite struct ConnectionFaultTests {
  @Test(arguments: ["close", "reset", "half-close"])
  func cutsComeAtTheirPlace(name: String) throws {
    var bench = try FaultBench("\(name) at event(1)")
    bench.feed([1, 2], events: 1, at: 1)
    bench.feed(.position, at: 2)
    bench.feed([3], at: 3)
    bench.run()
    #expect(bench.sentBytes == [1, 2])
    #expect(bench.deeds == ["\(name == "half-close" ? "halfClose" : name)@2.0"])
  }

  @Test(arguments: [("refuse", "refuse"), ("accept-and-ignore", "ignore")])
  func connectionsAreDecidedAtTheirStart(name: String, deed: String) throws {
    let rule = try FaultRule(name)
    #expect(rule.scope == .connection)
    var bench = FaultBench(rule)
    bench.feed(.start)
    bench.feed([1], at: 1)
    bench.run()
    #expect(bench.deeds == ["\(deed)@0.0"])
    #expect(bench.sent.isEmpty)

    var spared = FaultBench(rule)
    spared.isActive = false
    spared.feed(.start)
    spared.feed([1], at: 1)
    spared.run()
    #expect(spared.deeds == ["start@0.0"])
    #expect(spared.sentBytes == [1])
  }

  @Test(arguments: 0...12)
  func limitDataIsExactToTheByte(size: Int) throws {
    let bytes = (1...12).map { UInt8($0) }
    for pieces in [[12], [5, 7], [1, 4, 7], [Int](repeating: 1, count: 12)] {
      var bench = try FaultBench("limit-data \(size) cut=reset")
      bench.feed(.start)
      var start = 0
      for (index, count) in pieces.enumerated() {
        bench.feed(Array(bytes[start..<start + count]), at: Double(index))
        start += count
      }
      bench.run()
      #expect(bench.sentBytes == Array(bytes[..<size]))
      #expect(bench.deeds.count == 2)
      #expect(bench.deeds.last?.hasPrefix("reset@") == true)
    }
  }

  @Test func limitDataCutsAsAskedAndNotBefore() throws {
    for (cut, deed) in [("close", "close"), ("half-close", "halfClose")] {
      var bench = try FaultBench("limit-data 3 cut=\(cut)")
      bench.feed([1, 2], at: 1)
      bench.run()
      #expect(bench.deeds.isEmpty)
      bench.feed([3], at: 2)
      bench.run()
      #expect(bench.deeds == ["\(deed)@2.0"])
    }
    #expect(try FaultRule("limit-data 3").text("cut") == "close")
  }

  /// Toxiproxy starts its time anew with every chunk that it drops.
  @Test(arguments: ["close", "reset"])
  func timeoutCountsOnce(cut: String) throws {
    var bench = try FaultBench("timeout 1s cut=\(cut)")
    bench.feed(.start, at: 100)
    for index in 0..<800 { bench.feed([1], at: 100 + Double(index) * 5) }
    bench.run()
    #expect(bench.sent.isEmpty)
    #expect(bench.deeds == ["start@100.0", "\(cut)@1100.0"])
  }

  @Test func timeoutCountsFromWhereItBecomesActive() throws {
    var bench = try FaultBench("timeout 1s at event(1)")
    bench.isActive = false
    bench.feed(.start)
    bench.feed([1], at: 5)
    bench.run(until: 300)
    bench.isActive = true
    bench.feed([2], at: 400)
    bench.feed(.finish, at: 500)
    bench.run()
    #expect(bench.sentBytes == [1])
    #expect(bench.deeds == ["start@0.0", "close@1400.0"])
  }

  @Test func aTimeoutOfZeroNeverClosesButResetsAtOnce() throws {
    for (cut, deed) in [("close", "stall@9.0"), ("reset", "reset@0.0")] {
      var bench = try FaultBench("timeout 0 cut=\(cut)")
      bench.feed(.start)
      bench.feed([1], at: 5)
      bench.feed(.finish, at: 9)
      bench.run()
      #expect(bench.sent.isEmpty)
      #expect(bench.deeds == ["start@0.0", deed])
    }
  }

  @Test func aWithdrawnTimeoutEndsTheConnection() throws {
    var bench = try FaultBench("timeout 0")
    bench.feed([1], at: 5)
    bench.run(until: 6)
    bench.withdraw()
    #expect(bench.deeds == ["close@6.0"])
    var idle = try FaultBench("timeout 0")
    idle.isActive = false
    idle.feed([1], at: 5)
    idle.run(until: 6)
    idle.withdraw()
    #expect(idle.deeds.isEmpty)
    #expect(idle.sentBytes == [1])
  }
}

@Suite struct DownPlanTests {
  private func changes(_ literal: String, from start: Double = 100, count: Int) throws -> [String] {
    let plan = DownPlan(try FaultRule(literal), start: FaultBench.instant(start))
    var now = FaultBench.instant(0)
    var found: [String] = []
    #expect(!plan.isDown(at: now))
    while found.count < count, let change = plan.nextChange(after: now) {
      #expect(change.at > now)
      // Nothing changes in between, and everything does then.
      let before = Instant(nanoseconds: change.at.nanoseconds - 1)
      #expect(plan.isDown(at: before) == !change.isDown)
      #expect(plan.isDown(at: change.at) == change.isDown)
      now = change.at
      found.append("\(change.isDown ? "down" : "up") \(now.nanoseconds / 1_000_000)")
    }
    return found
  }

  @Test func onceAndAgainAndAgain() throws {
    #expect(try changes("down 2s", count: 9) == ["down 100", "up 2100"])
    #expect(try changes("down 2s after=1s", count: 9) == ["down 1100", "up 3100"])
    #expect(
      try changes("down 1s every=3s after=5s", count: 6) == [
        "down 5100", "up 6100", "down 8100", "up 9100", "down 11100", "up 12100",
      ])
  }

  @Test func whatFlowsIsNotTouched() throws {
    var bench = try FaultBench("down 1s")
    bench.feed(.start)
    bench.feed([1], at: 1)
    bench.run()
    #expect(bench.sentBytes == [1])
    #expect(bench.deeds == ["start@0.0"])
  }
}

@Suite struct FaultSettingTests {
  @Test(arguments: [
    ("down 0", "`down` needs a length above zero"),
    ("down 2s every=2s", "`every` must be longer than it is down each time"),
    (
      "down 2s p=0.5",
      "`down` is about the proxy as a whole, and takes neither `p=` nor `request(N)`"
    ),
    ("bandwidth 0", "`rate` must be 1 to 1000000000000 bytes"),
    ("slow-read 0KB/s", "`rate` must be 1 to 1000000000000 bytes"),
    ("burst 0", "`count` must be 1 to 1000000, found `0`"),
    ("limit-data 5 cut=stall", "`cut` is one of close, reset, half-close, found `stall`"),
    ("timeout 5s cut=half-close", "`cut` is one of close, reset, found `half-close`"),
    ("timeout", "`timeout` needs its length: `timeout 5s cut=reset`"),
    ("refuse at event(1)", "`refuse` takes no position, only `request(N)`"),
  ])
  func badLiterals(text: String, message: String) throws {
    #expect {
      _ = try FaultRule(text)
    } throws: {
      "\($0)" == message
    }
  }

  /// What the control interface may be sent: any number at all.
  @Test func absurdValuesAreFound() throws {
    func problem(_ literal: String, _ name: String, _ value: FaultValue) throws -> String? {
      var rule = try FaultRule(literal)
      #expect(Faults.problem(in: rule) == nil)
      rule.values[name] = value
      return Faults.problem(in: rule)
    }
    let far = Nanoseconds(.max)
    for rate in [0, -1, .min, .max] {
      #expect(try problem("bandwidth 1KB/s", "rate", .number(rate)) != nil)
    }
    for length in [Nanoseconds(-1), Nanoseconds(.min), far] {
      #expect(try problem("timeout 5s", "length", .duration(length)) != nil)
      #expect(try problem("latency 5ms", "length", .distribution(.constant(length))) != nil)
      #expect(
        try problem(
          "latency 5ms", "length", .distribution(.uniform(low: .zero, high: length))) != nil)
      #expect(
        try problem("latency 5ms", "length", .distribution(.empirical(sorted: [length]))) != nil)
    }
    #expect(try problem("latency 5ms", "length", .distribution(.empirical(sorted: []))) != nil)
    let backwards = Distribution.uniform(low: .seconds(2), high: .seconds(1))
    #expect(try problem("latency 5ms", "length", .distribution(backwards)) != nil)
    #expect(try problem("limit-data 5", "size", .number(-5)) != nil)
    #expect(try problem("limit-data 5", "cut", .text("boom")) != nil)
    #expect(try problem("trickle", "gap", .number(5)) == "`gap` is of another kind")
    #expect(try problem("down 1s", "every", .duration(.milliseconds(1))) != nil)
    var unknown = try FaultRule("trickle")
    unknown.name = "thing"
    #expect(Faults.problem(in: unknown) == "unknown fault `thing`")
    unknown.name = "bandwidth"
    #expect(Faults.problem(in: unknown) == "`bandwidth` needs its rate: `bandwidth 50KB/s`")
  }

  @Test func everyExampleIsReadAndTheListIsSorted() throws {
    for spec in Faults.specs {
      #expect(try FaultRule(spec.example).name == spec.name)
    }
    #expect(Faults.specs.map(\.name) == Faults.specs.map(\.name).sorted())
  }
}
