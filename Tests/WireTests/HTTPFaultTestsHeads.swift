import Core
import Testing
import Wire

/// Faults of the head of an answer, and what all HTTP faults leave alone.
struct HTTPFaultTestsHeads {
  static let literals = [
    "status 500", "fake-ok", "wrong-content-length", "missing-last-chunk", "conflicting-framing",
    "gzip", "gzip flush=never", "content-type", "endless-headers", "informational",
  ]
  private static let plain = "HTTP/1.1 200 OK\r\nA: 1\r\nContent-Type: x/y\r\nB: 2\r\n\r\n"

  /// The draw was not for it, or the request is another.
  @Test(arguments: literals + ["chunk-size-garbage at event(2)"])
  func anInactiveFaultChangesNothing(_ literal: String) throws {
    let harness = try HTTPFaultHarness.answer(literal, isActive: false)
    let none = try HTTPFaultHarness.answer("pause 1s at event(9)")
    #expect(harness.wire == none.wire)
    #expect(harness.actions.isEmpty)
    #expect(harness.due == nil && harness.heldUntil == nil)
    #expect(!harness.fault.isCommitted && harness.fault.heldBytes == 0)
  }

  /// An interim response is no answer, and a fault that came in the middle has no head to edit.
  @Test(arguments: literals)
  func onlyAnswersAreEdited(_ literal: String) throws {
    var harness = try HTTPFaultHarness(literal)
    harness.start()
    harness.head("HTTP/1.1 103 Early Hints\r\nContent-Type: a\r\n\r\n")
    harness.event("data: 1\n\n", 1)
    harness.give(.chunk(FaultChunk(.raw, Array("raw".utf8)[...], at: harness.now)))
    harness.give(.end)
    #expect(
      harness.text == "HTTP/1.1 103 Early Hints\r\nContent-Type: a\r\n\r\ndata: 1\n\nraw")
    #expect(harness.actions.isEmpty && harness.due == nil)
  }

  /// What each says of itself holds.
  @Test(arguments: literals + ["chunk-size-garbage at event(2)"])
  func theyAreEditsOfAnswers(_ literal: String) throws {
    let rule = try FaultRule(literal)
    let spec = try #require(Faults.specs.first { $0.name == rule.name })
    #expect(spec.takesApart)
    #expect(spec.effect == (rule.name == "missing-last-chunk" ? .cuts : .edits))
    #expect(spec.directions == [.downstream])
    #expect(try FaultRule(spec.example).name == rule.name)
  }

  // MARK: - content-type

  @Test(arguments: [
    ("content-type", "HTTP/1.1 200 OK\r\nA: 1\r\nB: 2\r\n\r\n"),
    ("content-type missing", "HTTP/1.1 200 OK\r\nA: 1\r\nB: 2\r\n\r\n"),
    (
      "content-type 'application/json'",
      "HTTP/1.1 200 OK\r\nA: 1\r\nContent-Type: application/json\r\nB: 2\r\n\r\n"
    ),
    ("content-type value=\"\"", "HTTP/1.1 200 OK\r\nA: 1\r\nContent-Type: \r\nB: 2\r\n\r\n"),
  ])
  func contentTypes(_ literal: String, _ head: String) throws {
    let harness = try HTTPFaultHarness.answer(literal, head: Self.plain)
    #expect(harness.text == head + HTTPFaultHarness.body)
    #expect(harness.eventsPassed == 3)
  }

  @Test func aValueIsOneField() {
    #expect(throws: LiteralError.self) { try FaultRule("content-type 'a\r\nB: c'") }
    #expect(throws: LiteralError.self) { try FaultRule("content-type 'a\0'") }
  }

  // MARK: - informational

  @Test(arguments: [("100", 100), ("102", 102), ("103", 103)])
  func interimResponsesComeFirst(_ code: String, _ status: Int) throws {
    let wire = try HTTPFaultHarness.answer("informational \(code) count=3").wire
    let landmarks = HTTPMessageScannerTests.scan(wire)
    let statuses = landmarks.compactMap { landmark -> Int? in
      guard case .headEnd(let status) = landmark else { return nil }
      return status
    }
    #expect(statuses == [status, status, status, 200])
    let answer = try HTTPFaultHarness.answer("pause 1s at event(9)").wire
    #expect(wire.suffix(answer.count) == answer[...])
  }

  @Test func onlyInterimCodes() {
    for literal in ["informational 101", "informational 200", "informational count=0"] {
      #expect(throws: LiteralError.self) { try FaultRule(literal) }
    }
  }

  // MARK: - endless-headers

  @Test func headerFieldsForEver() throws {
    var harness = try HTTPFaultHarness("endless-headers gap=10ms size=40")
    harness.start()
    let start = harness.now
    harness.head(HTTPFaultHarness.streamHead)
    harness.event(HTTPFaultHarness.events[0], 1)
    let status = "HTTP/1.1 200 OK\r\n"
    for count in 1...1_000 {
      #expect(harness.wire.count == status.utf8.count + 40 * count)
      #expect(harness.due == start + .milliseconds(Int64(10 * count)))
      harness.wake()
    }
    #expect(harness.heldUntil == harness.due)
    #expect(harness.fault.heldBytes == HTTPFaultHarness.streamHead.utf8.count)
    #expect(harness.text.hasPrefix(status + "X-Endless-1: aaa"))
    #expect(!harness.text.contains("\r\n\r\n"))
    #expect(MessageHead(harness.wire + Array("\r\n".utf8)) != nil)
  }

  /// Taken away, the rest of the sender's head follows, and its body in its framing.
  @Test func takenAwayTheAnswerComes() throws {
    var harness = try HTTPFaultHarness("endless-headers")
    harness.start()
    harness.head(HTTPFaultHarness.streamHead)
    harness.wake()
    for (index, event) in HTTPFaultHarness.events.enumerated() { harness.event(event, index + 1) }
    harness.give(.end)
    harness.withdraw()
    #expect(harness.fault.heldBytes == 0)
    let answer = try #require(ReadAnswer(harness.wire))
    #expect(answer.head.status == 200)
    #expect(answer.field("X-Endless-3") != nil)
    #expect(answer.field("Content-Type") == "text/event-stream")
    #expect(answer.text == HTTPFaultHarness.body)
    #expect(answer.failure == nil && answer.rest.isEmpty)
  }

  @Test func theGapIsBounded() {
    for literal in ["endless-headers gap=0", "endless-headers gap=999us", "endless-headers size=9"]
    {
      #expect(throws: LiteralError.self) { try FaultRule(literal) }
    }
  }
}
