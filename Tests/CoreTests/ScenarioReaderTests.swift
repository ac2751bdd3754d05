import Core
import Testing

@Suite struct ScenarioReaderTests {
  private func read(_ source: String) throws -> Scenario {
    try ScenarioReader.read(Array(source.utf8), path: "s", faults: SampleFaults.specs)
  }

  @Test func whatIsLeftOutHasTheDefaultsOfCore() throws {
    let scenario = try read("{ name: 'a/b', provider: { script: ['done'] } }")
    #expect(
      scenario == Scenario(name: "a/b", provider: ProviderScript(steps: [.done])))
    let gap = try read("{ name: 'x', provider: { script: [{ text: { tokens: 3 } }] } }")
    #expect(
      gap.provider.steps == [.text(TextStep(tokens: 3, gap: .constant(.milliseconds(10))))])
  }

  @Test func everyPartIsRead() throws {
    let scenario = try read(
      """
      // A comment.
      {
        $schema: "any", name: 'full', about: "All of it",
        provider: {
          think: "uniform(1ms, 2ms)", headers: "at-once",
          script: [
            "role", { role: "model" }, { text: { tokens: 20, gap: "const(50ms)" } },
            { stall: "2s" }, { comment: "keep-alive" }, { finish: "stop" }, "usage",
            { usage: { prompt: 1, completion: 2, cached: 0, reasoning: 1 } },
            { errorEvent: { type: "t", message: "m", status: 503 } }, "done",
            { raw: "data: \\u20ac\\n\\n" }, { stall: "forever" },
          ],
        },
        traffic: {
          dialect: "d", model: "m", prompt: "p", streams: 0x10, concurrency: +4, warmup: 1,
          seed: 18446744073709551615, stream: true, usage: false, leave: "event(5)",
          connections: "fresh", http: "2",
          timeouts: { connect: "1s", tls: "2s", firstByte: "3s", idle: ".5m" },
        },
        faults: {
          legB: [" pause lognormal(p50=100ms, p99=2s)  at byte(900) ", "first-byte-delay 2s"],
          legA: ["close at time(5s)"],
        },
        expect: ["ttft.p99 < 200ms"],
      }
      """)
    #expect(scenario.about == "All of it")
    #expect(
      scenario.provider
        == ProviderScript(
          think: .uniform(low: .milliseconds(1), high: .milliseconds(2)), headers: .atOnce,
          steps: [
            .role("assistant"), .role("model"),
            .text(TextStep(tokens: 20, gap: .constant(.milliseconds(50)))),
            .stall(.constant(.seconds(2))), .comment("keep-alive"), .finish("stop"),
            .usage(UsageStep()),
            .usage(UsageStep(prompt: 1, completion: 2, cached: 0, reasoning: 1)),
            .errorEvent(ErrorStep(status: 503, type: "t", message: "m")), .done,
            .raw(Array("data: €\n\n".utf8)), .stall(nil),
          ]))
    #expect(
      scenario.traffic
        == Traffic(
          dialect: "d", model: "m", prompt: "p", streams: 16, concurrency: 4, warmup: 1,
          seed: .max, usage: false, leave: .event(5), connections: .fresh, http: .http2,
          timeouts: Timeouts(
            connect: .seconds(1), tls: .seconds(2), firstByte: .seconds(3), idle: .seconds(30))))
    #expect(
      scenario.faults == [
        FaultRule(
          leg: .a, name: "close", effect: .cuts, position: .time(.seconds(5)),
          text: "close at time(5s)"),
        FaultRule(
          leg: .b, name: "pause",
          values: [
            "length": .distribution(.lognormal(p50: .milliseconds(100), p99: .seconds(2)))
          ], effect: .delays, position: .byte(900),
          text: "pause lognormal(p50=100ms, p99=2s)  at byte(900)"),
        FaultRule(
          leg: .b, name: "first-byte-delay",
          values: ["length": .distribution(.constant(.seconds(2)))], effect: .delays,
          text: "first-byte-delay 2s"),
      ])
    #expect(
      scenario.expect == [
        Core.Expectation(
          measure: "ttft", statistic: "p99", comparison: .less,
          bound: .time(.milliseconds(200)), text: "ttft.p99 < 200ms")
      ])
  }

  @Test func withoutAStreamThereIsNoUsageToAskFor() throws {
    let scenario = try read(
      "{ name: 'x', provider: { script: ['done'] }, traffic: { stream: false } }")
    #expect(!scenario.traffic.usage)
  }

  @Test func partsOfUsageNeverExceedTheWhole() throws {
    let scenario = try read(
      "{ name: 'x', provider: { script: [{ usage: { prompt: 10, completion: 4 } }] } }")
    #expect(
      scenario.provider.steps
        == [.usage(UsageStep(prompt: 10, completion: 4, cached: 10, reasoning: 4))])
  }

  @Test func rawBytesMakeTheNumberOfEventsUnknown() throws {
    _ = try read(
      "{ name: 'x', provider: { script: [{ raw: 'data: 1\\n\\ndata: 2\\n\\n' }] },"
        + " traffic: { leave: 'event(2)' } }")
  }

  @Test func theUsageEventCountsOnlyWhenItIsAskedFor() throws {
    let script = "{ name: 'x', provider: { script: ['role', 'usage'] }, "
    _ = try read(script + "traffic: { leave: 'event(2)' } }")
    #expect(throws: ScenarioErrors.self) {
      try read(script + "traffic: { leave: 'event(2)', usage: false } }")
    }
  }
}
