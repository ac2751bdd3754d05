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
    #expect(
      try read("empirical( 7ms,5ms , 20ms )")
        == .empirical(sorted: [five, .milliseconds(7), .milliseconds(20)]))
  }

  @Test(arguments: [
    ("unifrom(4ms,6ms)", "unknown distribution `unifrom`; did you mean `uniform`?@0"),
    (
      "pareto(4ms)",
      "unknown distribution `pareto`; there are const, uniform, normal, lognormal, empirical@0"
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
    ("empirical()", "expected a duration such as `450ms`, found `)`@10"),
    ("empirical(5ms,)", "expected a duration such as `450ms`, found `)`@14"),
    ("empirical(5ms 6ms)", "expected `)` after the values of `empirical`, found `6ms`@14"),
    ("empirical('gaps.txt')", "no file can be named here@10"),
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
      "expected a position such as `event(5)`, `byte(900)` or `time(1s)`, found `evnet`; "
        + "did you mean `event`?@0"
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

  private static func fault(_ text: String) throws(LiteralError) -> FaultRule {
    try FaultRule(literal: text, leg: .b, specs: SampleFaults.specs)
  }

  @Test(arguments: [
    ("reset at event(5)", Position.event(5)),
    ("close at byte(900)", .byte(900)),
    ("stall at time(1s)", .time(.seconds(1))),
    ("close at match(\"[DONE]\")", .match(Array("[DONE]".utf8))),
    ("close at match('a\\n\\'b')", .match(Array("a\n'b".utf8))),
    ("close at every(3)", .every(3)),
    ("close at first-token", .firstToken),
    ("close at before-headers", .beforeHeaders),
    ("close at inside-event(5)", .insideEvent(5, bytes: 10)),
    ("close at inside-event(5, 12)", .insideEvent(5, bytes: 12)),
    ("close at inside-character", .insideCharacter(1)),
    ("close at inside-character(7)", .insideCharacter(7)),
    ("close at inside-chunk-header(2)", .insideChunkHeader(2)),
    ("close at before-last-chunk", .beforeLastChunk),
    ("close at request(2)", .beforeHeaders),
    ("drop-event", .event(1)),
    ("inject x", .beforeHeaders),
    ("bandwidth 5KB/s", nil),
    ("first-byte-delay 2s", nil),
  ])
  func faultPositions(text: String, position: Position?) throws {
    let rule = try Self.fault(" \(text) ")
    #expect(rule.position == position)
    #expect(rule.text == text)
  }

  @Test(arguments: [
    (
      "pause 300ms at event(3)", ["length": FaultValue.distribution(.constant(.milliseconds(300)))]
    ),
    ("bandwidth 50KB/s", ["rate": .number(50_000)]),
    ("bandwidth 1.5MB/s", ["rate": .number(1_500_000)]),
    ("bandwidth rate=800", ["rate": .number(800)]),
    (
      "slice 10 gap=5ms",
      [
        "size": .number(10), "gap": .duration(.milliseconds(5)), "times": .number(1),
        "share": .share(1),
      ]
    ),
    (
      "slice share=0.25 times=3 size=12 1us",
      [
        "size": .number(12), "gap": .duration(.microseconds(1)), "times": .number(3),
        "share": .share(0.25),
      ]
    ),
    ("inject 'a b' as=event", ["text": .text("a b"), "as": .text("event")]),
  ])
  func faultSettings(text: String, values: [String: FaultValue]) throws {
    #expect(try Self.fault(text).values == values)
  }

  @Test func whatElseAFaultCanSay() throws {
    let rule = try Self.fault("pause 1ms p=0.1 upstream at request(2..5) byte(3)")
    #expect(rule.probability == 0.1)
    #expect(rule.direction == .upstream)
    #expect(rule.requests == 2...5)
    #expect(rule.position == .byte(3))
    #expect(rule.effect == .delays)
    let plain = try Self.fault("drop-event at event(2) request(4)")
    #expect(plain.probability == 1)
    #expect(plain.direction == .downstream)
    #expect(plain.requests == 4...4)
  }

  private static let known =
    "bandwidth, close, drop-event, first-byte-delay, inject, pause, reset, slice, stall"

  @Test(arguments: [
    ("", "expected a fault (\(known)), found the end@0"),
    ("rest at event(5)", "unknown fault `rest`; did you mean `reset`?@0"),
    ("explode at event(5)", "unknown fault `explode`; there are \(known)@0"),
    ("reset", "expected `at` and a position after `reset`, found the end@5"),
    (
      "reset after event(5)",
      "expected `at` and a position after `reset`, found `after`@6"
    ),
    ("pause at event(3)", "`pause` needs its length: `pause 300ms at event(3)`@17"),
    (
      "first-byte-delay 2s at event(1)",
      "`first-byte-delay` takes no position, only `request(N)`@23"
    ),
    ("reset at event(5) byte(3)", "a fault has one position@18"),
    ("drop-event upstream", "`drop-event` is no fault of the upstream direction@11"),
    ("reset p=1.5 at event(1)", "a probability is a number from 0 to 1@8"),
    ("slice 10 gab=5ms", "`slice` has no setting `gab`; did you mean `gap`?@9"),
    ("slice 10 size=5", "`size` is given twice@9"),
    ("slice 5KB", "`size` must be 1 to 1000 bytes@6"),
    ("slice 5XB", "the units are B, KB, MB and GB@7"),
    ("bandwidth 5KB/m", "a rate is so many bytes a second: `50KB/s`@14"),
    ("inject x as=ewent", "`as` is one of raw, event, found `ewent`@12"),
    ("inject 'x", "this text has no closing quote@7"),
    ("close at match(x)", "expected a text in quotes, found `x`@15"),
    ("close at match('')", "the text of `match` must not be empty@17"),
    ("close at request(3..2)", "a request's number must be 3 to 16777216, found `2`@20"),
  ])
  func badFaults(text: String, expected: String) {
    #expect(outcome { () throws(LiteralError) in try Self.fault(text) } == expected)
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
