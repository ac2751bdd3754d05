import Core
import Testing

@Suite struct LiteralTests {
  /// `message@offset`, or what was read.
  private func outcome<Value>(_ read: () throws(LiteralError) -> Value) -> String {
    do {
      return "\(try read())"
    } catch {
      return "\(error.message)@\(error.offset)"
    }
  }

  @Test(arguments: [
    ("450ms", 450_000_000), ("1.5s", 1_500_000_000), ("80us", 80_000), ("80µs", 80_000),
    ("80\u{3BC}s", 80_000), ("7ns", 7), ("2m", 120_000_000_000), ("60m", 3_600_000_000_000),
    ("0", 0), ("0.0", 0), (".25ms", 250_000), ("1.000000001s", 1_000_000_001),
    (" 5ms\t", 5_000_000),
    ("5.ms", 5_000_000),
  ])
  func durations(text: String, nanoseconds: Int64) throws {
    #expect(try Nanoseconds(literal: text) == Nanoseconds(nanoseconds))
  }

  @Test(arguments: [
    ("", "expected a duration such as `450ms`, found the end@0"),
    ("ms", "expected a duration such as `450ms`, found `ms`@0"),
    ("-5ms", "a duration cannot be negative@0"),
    ("5", "a duration needs a unit: ns, us, ms, s or m@1"),
    ("5 ms", "a duration needs a unit: ns, us, ms, s or m@1"),
    ("5h", "unknown unit `h`; the units are ns, us, ms, s and m@1"),
    ("1m30s", "unexpected `30s` behind the end@2"),
    ("5ms)", "unexpected `)` behind the end@3"),
    ("61m", "a duration is at most 60m@0"),
    ("18446744073709551615s", "a duration is at most 60m@0"),
    ("18446744073709551616s", "this number has too many digits@0"),
    ("0.5ns", "this is finer than a nanosecond@0"),
    ("1..5s", "a duration needs a unit: ns, us, ms, s or m@2"),
  ])
  func badDurations(text: String, expected: String) {
    #expect(outcome { () throws(LiteralError) in try Nanoseconds(literal: text) } == expected)
  }

  @Test func distributions() throws {
    func read(_ text: String) throws -> Distribution { try Distribution(literal: text) }
    let five = Nanoseconds.milliseconds(5)
    #expect(try read("5ms") == .constant(five))
    #expect(try read("const( 5ms )") == .constant(five))
    #expect(try read("uniform(4ms,6ms)") == .uniform(low: .milliseconds(4), high: .milliseconds(6)))
    #expect(
      try read("normal(10ms, 2ms)")
        == .normal(mean: .milliseconds(10), deviation: .milliseconds(2)))
    #expect(
      try read("lognormal (p50 = 12ms , p99=90ms)")
        == .lognormal(p50: .milliseconds(12), p99: .milliseconds(90)))
  }

  @Test(arguments: [
    ("unifrom(4ms,6ms)", "unknown distribution `unifrom`; did you mean `uniform`?@0"),
    (
      "pareto(4ms)",
      "unknown distribution `pareto`; there are const, uniform, normal and lognormal@0"
    ),
    ("uniform 4ms", "expected `(` after `uniform`, found `4ms`@8"),
    ("uniform(4ms)", "expected `,` after the first value of `uniform`, found `)`@11"),
    ("uniform(4ms,3ms)", "the second value of `uniform` must not be below the first@12"),
    ("const(5ms", "expected `)` after the values of `const`, found the end@9"),
    ("lognormal(12ms,90ms)", "expected `p50=`, found `12ms`@10"),
    ("lognormal(p50=12ms, p95=90ms)", "expected `p99=`, found `p95`@20"),
    ("lognormal(p50=0ms, p99=90ms)", "p50 must be above zero@10"),
    ("lognormal(p50=12ms, p99=9ms)", "p99 must not be below p50@20"),
    ("const(5ms) x", "unexpected `x` behind the end@11"),
  ])
  func badDistributions(text: String, expected: String) {
    #expect(outcome { () throws(LiteralError) in try Distribution(literal: text) } == expected)
  }

  @Test func positions() throws {
    #expect(try Position(literal: "event(5)") == .event(5))
    #expect(try Position(literal: "byte( 0 )") == .byte(0))
    #expect(try Position(literal: "time(1s)") == .time(.seconds(1)))
  }

  @Test(arguments: [
    (
      "evnet(5)",
      "expected `event(N)`, `byte(N)` or `time(…)`, found `evnet`; did you mean `event`?@0"
    ),
    ("event", "expected `(` after `event`, found the end@5"),
    ("event(0)", "an event's number must be 1 to 16777216, found `0`@6"),
    ("event(-1)", "an event's number must be a whole number, found `-1`@6"),
    (
      "byte(99999999999999999999)",
      "a byte's number must be 0 to 16777216, found `99999999999999999999`@5"
    ),
    ("time(5)", "a duration needs a unit: ns, us, ms, s or m@6"),
    ("event(5", "expected `)` after the value of `event`, found the end@7"),
  ])
  func badPositions(text: String, expected: String) {
    #expect(outcome { () throws(LiteralError) in try Position(literal: text) } == expected)
  }

  @Test(arguments: [
    ("reset at event(5)", FaultKind.reset, Position.event(5)),
    ("close at byte(900)", .close, .byte(900)),
    ("stall at time(1s)", .stall, .time(.seconds(1))),
    ("pause 300ms at event(3)", .pause(.constant(.milliseconds(300))), .event(3)),
    (
      "pause lognormal(p50=100ms, p99=2s) at event(3)",
      .pause(.lognormal(p50: .milliseconds(100), p99: .seconds(2))), .event(3)
    ),
    ("first-byte-delay 2s", .firstByteDelay(.constant(.seconds(2))), .byte(0)),
  ])
  func faults(text: String, kind: FaultKind, position: Position) throws {
    let rule = try FaultRule(literal: " \(text) ", leg: .b)
    #expect(rule == FaultRule(leg: .b, kind: kind, position: position, text: text))
    #expect(FaultRule.literalNames.contains(kind.name))
  }

  @Test(arguments: [
    ("", "expected a fault (close, first-byte-delay, pause, reset, stall), found the end@0"),
    ("rest at event(5)", "unknown fault `rest`; did you mean `reset`?@0"),
    (
      "explode at event(5)",
      "unknown fault `explode`; there are close, first-byte-delay, pause, reset, stall@0"
    ),
    ("reset", "expected `at` and a position after `reset`, found the end@5"),
    ("reset after event(5)", "expected `at` and a position after `reset`, found `after`@6"),
    (
      "pause at event(3)",
      "unknown distribution `at`; there are const, uniform, normal and lognormal@6"
    ),
    ("first-byte-delay 2s at event(1)", "unexpected `at` behind the end@20"),
  ])
  func badFaults(text: String, expected: String) {
    #expect(
      outcome { () throws(LiteralError) in try FaultRule(literal: text, leg: .a) } == expected)
  }

  @Test(arguments: [
    (
      "ttft.p99 < 200ms", "ttft", "p99", Core.Expectation.Comparison.less,
      Core.Expectation.Bound.time(.milliseconds(200))
    ),
    ("added.chunk.p99.9<=50ms", "added.chunk", "p99.9", .lessOrEqual, .time(.milliseconds(50))),
    ("ttft.any.min > 0", "ttft.any", "min", .greater, .time(.zero)),
    ("errors.rate < 0.01", "errors", "rate", .less, .number(0.01)),
    ("errors.count == 0", "errors", "count", .equal, .number(0)),
    ("spread.p50 > .9", "spread", "p50", .greater, .number(0.9)),
    ("ttft.n >= 100", "ttft", "n", .greaterOrEqual, .number(100)),
    ("rate.p50 > 20", "rate", "p50", .greater, .number(20)),
  ])
  func expectations(
    text: String, measure: String, statistic: String, comparison: Core.Expectation.Comparison,
    bound: Core.Expectation.Bound
  ) throws {
    #expect(
      try Core.Expectation(literal: text)
        == Core.Expectation(
          measure: measure, statistic: statistic, comparison: comparison, bound: bound, text: text))
  }

  @Test(arguments: [
    ("", "expected a measure such as `ttft.p99`, found the end@0"),
    ("ttft < 200ms", "`ttft` needs one of .n, min, p50, p90, p95, p99, p99.9, max@4"),
    ("ttft.p98 < 200ms", "`ttft` has no `p98`; it has n, min, p50, p90, p95, p99, p99.9, max@5"),
    (
      "ttft.responce.p99 < 1s",
      "unknown measure `ttft.responce.p99`; did you mean `ttft.response.p99`?@0"
    ),
    ("added.chnk.p50 < 1ms", "unknown measure `added.chnk.p50`; did you mean `added.chunk.p50`?@0"),
    ("errors.p50 < 1", "`errors` has no `p50`; it has rate, count@7"),
    ("ttft.p99 200ms", "expected <, <=, >, >= or ==, found `200ms`@9"),
    ("ttft.p99 = 200ms", "expected <, <=, >, >= or ==, found `=`@9"),
    ("ttft.p99 < 200", "`ttft.p99` is compared with a duration such as `200ms`@11"),
    ("spread.p50 > 9ms", "`spread.p50` is compared with a number without a unit@13"),
    ("errors.rate < 1%", "`errors.rate` is compared with a number without a unit@14"),
    ("errors.rate < 5", "`errors.rate` lies between 0 and 1@14"),
    ("errors.rate < x", "expected a number, found `x`@14"),
    ("ttft.p99 < 1s and", "unexpected `and` behind the end@14"),
  ])
  func badExpectations(text: String, expected: String) {
    #expect(outcome { () throws(LiteralError) in try Core.Expectation(literal: text) } == expected)
  }

  @Test func everyMeasureAndStatisticReads() throws {
    for (measure, unit) in MeasureNames.all {
      for statistic in MeasureNames.statistics {
        let bound = unit == .time && statistic != "n" ? "1ms" : "1"
        let read = try Core.Expectation(literal: "\(measure).\(statistic) <= \(bound)")
        #expect(read.measure == measure)
        #expect(read.statistic == statistic)
      }
    }
  }
}

@Suite struct SuggestionTests {
  @Test func findsTheNearest() {
    let words = ["stream", "streams", "seed", "usage"]
    #expect(Suggestion.nearest(to: "strem", in: words) == "stream")
    #expect(Suggestion.nearest(to: "Streams", in: words) == "streams")
    #expect(Suggestion.nearest(to: "sede", in: words) == "seed")
    #expect(Suggestion.nearest(to: "uasge", in: words) == "usage")
    #expect(Suggestion.nearest(to: "timeout", in: words) == nil)
    #expect(Suggestion.nearest(to: "", in: words) == nil)
    #expect(Suggestion.nearest(to: String(repeating: "s", count: 1_000_000), in: words) == nil)
  }
}
