import Core
import TestSupport
import Testing
import Wire

/// What holds in every dialect: scripts read back as they were written, wherever they are cut.
@Suite struct DialectTests {
  static let names = Dialects.all.map(\.name)
  /// What is `openai-chat` but for fields of its own.
  static let profiles = [
    "azure", "deepseek", "groq", "mistral", "openrouter", "qwen", "vllm", "xai",
  ]

  private func dialect(_ name: String) throws -> any Dialect {
    try #require(Dialects.named(name))
  }

  private func expectEverything(_ read: Assembled, _ dialect: any Dialect, stream: Bool) {
    let token = { (number: Int) in DialectBench.token(number) }
    #expect(read.text == [0: token(0) + token(1) + token(2)])
    #expect(read.reasoning == DialectBench.token(0, "r") + DialectBench.token(1, "r"))
    #expect(read.calls.count == 2)
    #expect(read.calls[0]?.name == "weather")
    #expect(read.calls[0]?.arguments == #"{"city":"Zürich \"x\"","days":[1,2]}"#)
    #expect(read.calls[1]?.name == "now")
    #expect(["", "{}"].contains(read.calls[1]?.arguments))
    if dialect.name != "ollama" { #expect(read.calls[1]?.id == "given") }
    #expect(read.finish == [0: "tool_calls"])
    #expect(read.usage == dialect.usage(of: UsageStep()))
    #expect(read.errors == [] && read.malformed == [])
    #expect(read.terminators == (stream ? 1 : 0))
  }

  @Test(arguments: names) func aStreamReadsAsItWasScripted(_ name: String) throws {
    let dialect = try dialect(name)
    let (body, marks, status) = DialectBench.play(DialectBench.everything, in: dialect)
    #expect(status == 200)
    let reading = dialect.read(body)
    expectEverything(Assembled(reading), dialect, stream: true)
    #expect(reading.danglingFrom == nil)
    #expect(marks.reduce(0) { $0 + $1.length } == body.count)
    // Every step has its mark, even what a dialect says together with the next one.
    for kind in [WriteMark.Kind.finish, .usage, .done, .token(0), .token(2)] {
      #expect(marks.contains { $0.kind == kind }, "\(kind)")
    }
  }

  @Test(arguments: names) func aWholeAnswerReadsAsItWasScripted(_ name: String) throws {
    let dialect = try dialect(name)
    let (body, _, status) = DialectBench.play(
      DialectBench.everything, in: dialect, stream: false)
    #expect(status == 200)
    expectEverything(Assembled(dialect.readWhole(body)), dialect, stream: false)
  }

  /// At every byte of a short script with one of each kind of event, and at each eleventh of the
  /// long one. Profiles of one dialect differ in what stands in an event, not in how it is cut: each
  /// is cut at every fifth byte, beginning elsewhere.
  @Test(arguments: names) func aCutStreamReadsAsThePrefixThatArrived(_ name: String) throws {
    let dialect = try dialect(name)
    let place = try #require(Self.names.firstIndex(of: name))
    let isProfile = Self.profiles.contains(name)
    try expectPrefixes(
      DialectBench.oneOfEach, in: dialect, from: isProfile ? place % 5 : 0, by: isProfile ? 5 : 1)
    try expectPrefixes(DialectBench.everything, in: dialect, from: place % 11, by: 11)
  }

  private func expectPrefixes(
    _ steps: [Step], in dialect: any Dialect, from start: Int, by stride: Int
  ) throws {
    let body = DialectBench.play(steps, in: dialect).body
    let whole = dialect.read(body)
    let ends = whole.events.map(\.end)
    for cut in Swift.stride(from: start, to: body.count, by: stride) {
      let reading = dialect.read(Array(body[..<cut]))
      let arrived = ends.firstIndex { $0 > cut } ?? ends.count
      // What is not whole is not there, and what is there cannot be taken back.
      guard (arrived...(arrived + 1)).contains(reading.events.count),
        reading.events[..<arrived] == whole.events[..<arrived],
        cut >= ends.last ?? 0 || !reading.events.contains(where: { $0.kind == .terminator })
      else {
        Issue.record("\(dialect.name), cut at byte \(cut): \(reading.events)")
        return
      }
    }
  }

  @Test(arguments: names) func aCutWholeAnswerIsMalformed(_ name: String) throws {
    let dialect = try dialect(name)
    let body = DialectBench.play(DialectBench.everything, in: dialect, stream: false).body
    for cut in 0..<body.count {
      let read = Assembled(dialect.readWhole(Array(body[..<cut])))
      guard read.malformed.count == 1, read.text.isEmpty else {
        Issue.record("cut at byte \(cut): \(read)")
        return
      }
    }
  }

  @Test(arguments: names) func eventsAreCountedAsTheyAreOnTheWire(_ name: String) throws {
    let dialect = try dialect(name)
    guard dialect.isStream(mediaType: "text/event-stream") else { return }
    let (body, marks, _) = DialectBench.play(DialectBench.everything, in: dialect)
    var counter = EventCounter()
    counter.feed(body.span)
    #expect(marks.reduce(0) { $0 + $1.events } == counter.count)
  }

  @Test(arguments: names) func errorsReadAsTheyWereScripted(_ name: String) throws {
    let dialect = try dialect(name)
    let error = ErrorStep(status: 429, type: "rate_limit_error", message: "slow \"down\"\n")
    let (body, _, status) = DialectBench.play([.error(error)], in: dialect)
    #expect(status == 429)
    #expect(dialect.readError(body)?.message == error.message)
    let steps: [Step] = [.role("assistant"), DialectBench.text(2), .errorEvent(error)]
    let read = Assembled(dialect.read(DialectBench.play(steps, in: dialect).body))
    #expect(read.errors.first == error.message && Set(read.errors).count == 1)
    #expect(read.text == [0: DialectBench.token(0) + DialectBench.token(1)])
    #expect(read.terminators == 0 && read.malformed == [])
  }

  @Test(arguments: names) func aStreamWithoutItsMarkerHasNone(_ name: String) throws {
    let dialect = try dialect(name)
    let read = Assembled(
      dialect.read(DialectBench.play([.role("assistant"), DialectBench.text(2)], in: dialect).body))
    #expect(read.terminators == 0 && read.malformed == [])
    #expect(read.text[0] == DialectBench.token(0) + DialectBench.token(1))
  }

  @Test(arguments: names) func theOtherReasonsReadAsTheyWereScripted(_ name: String) throws {
    let dialect = try dialect(name)
    for reason in ["stop", "length", "content_filter"] {
      let steps: [Step] = [
        .role("assistant"), DialectBench.text(1), .finish(FinishStep(reason)),
        .usage(UsageStep()), .done,
      ]
      let read = Assembled(dialect.read(DialectBench.play(steps, in: dialect).body))
      #expect(read.finish == [0: reason] && read.terminators == 1, "\(reason)")
    }
  }

  @Test(arguments: names) func severalAnswersAreToldApartOrRefused(_ name: String) throws {
    let dialect = try dialect(name)
    let steps: [Step] = [
      .role("assistant"), DialectBench.text(1), DialectBench.text(2, choice: 1),
      DialectBench.text(1), .finish("stop"), .finish(FinishStep("length", choice: 1)),
      .usage(UsageStep()), .done,
    ]
    let problems = steps.compactMap { dialect.problem(with: $0) }
    let (body, _, _) = DialectBench.play(steps, in: dialect)
    let read = Assembled(dialect.read(body))
    guard problems.isEmpty else {
      #expect(problems.count == 2 && problems.allSatisfy { $0.contains("choice") })
      // Where nobody was told, as by a provider that speaks all dialects, it is left out.
      #expect(read.malformed == [] && read.finish == [0: "stop"])
      return
    }
    #expect(
      read.text == [
        0: DialectBench.token(0) + DialectBench.token(3),
        1: DialectBench.token(1) + DialectBench.token(2),
      ])
    #expect(read.finish == [0: "stop", 1: "length"] && read.terminators == 1)
    let whole = DialectBench.play(steps, in: dialect, stream: false).body
    #expect(Assembled(dialect.readWhole(whole)).text == read.text)
  }

  @Test(arguments: names) func refusalsAreReadOrRefused(_ name: String) throws {
    let dialect = try dialect(name)
    let steps: [Step] = [
      .role("assistant"), DialectBench.text(2, .refusal), .finish("stop"), .usage(UsageStep()),
      .done,
    ]
    let read = Assembled(dialect.read(DialectBench.play(steps, in: dialect).body))
    let refused = steps.contains { dialect.problem(with: $0) != nil }
    let words = DialectBench.token(0, "n") + DialectBench.token(1, "n")
    #expect(read.refusal == (refused ? "" : words) && read.text == [:])
  }

  @Test(arguments: names) func garbageIsNeitherFatalNorLost(_ name: String) throws {
    let dialect = try dialect(name)
    for seed in 0..<40 {
      var random = SplitMix64(seed: UInt64(seed))
      var body = DialectBench.play(DialectBench.everything, in: dialect).body
      for _ in 0..<(1 + seed % 5) {
        body[Int(random.next() % UInt64(body.count))] = UInt8(truncatingIfNeeded: random.next())
      }
      _ = dialect.read(body)
      _ = dialect.readWhole(body)
      _ = dialect.readError(body)
    }
    #expect(
      !Assembled(dialect.read(Array("<html>Bad gateway</html>\r\n\r\n".utf8))).malformed.isEmpty)
  }
}
