import Core
import Testing
import Wire

/// Faults that write an event stream otherwise than its dialect or the specification has it.
struct StreamFaultTests {
  private let dialect = OpenAIChat()
  private let request = ProviderRequest(model: "m", stream: true, usage: true, nonce: nil)

  private func event(_ event: ScriptedEvent) -> String {
    String(decoding: dialect.event(event, for: request), as: UTF8.self)
  }

  /// Role, three tokens with a comment between, finish, usage and the terminator.
  private var blocks: [String] {
    [
      event(.role("assistant")), event(.text("Grüße, \"x\" {a,b}")), event(.comment("ping")),
      event(.text("漢字\\")), event(.text(" [1, 2]\n")), event(.finish("stop")),
      event(.usage(UsageStep())), event(.terminator),
    ]
  }

  private func kinds(_ body: String) -> [NeutralEvent.Kind] {
    dialect.read(Array(body.utf8)).events.map(\.kind)
  }

  private var plain: [NeutralEvent.Kind] { kinds(blocks.joined()) }

  private func played(
    _ literal: String, positions: Set<Int> = [], share: Double = 0, told: Bool = true
  ) -> FaultRig {
    var rig = FaultRig(literal, dialect: told ? dialect : nil)
    rig.play(PartedMessage.cut(PartedMessage.stream(blocks), at: share), positions: positions)
    return rig
  }

  private static let shares = [0.0, 0.05, 0.3, 0.6, 0.99]

  // MARK: The dialect's own events

  @Test func missingTerminatorLeavesOutNothingElse() {
    for share in Self.shares {
      for told in [true, false] {
        let rig = played("missing-terminator", share: share, told: told)
        #expect(rig.body == blocks.dropLast().joined())
      }
    }
  }

  @Test func doubleTerminatorAddsOne() {
    for share in Self.shares {
      let rig = played("double-terminator", share: share)
      #expect(rig.body == blocks.joined() + event(.terminator))
    }
  }

  @Test func missingUsageLeavesOutNothingElse() {
    for share in Self.shares {
      let rig = played("missing-usage", share: share)
      #expect(rig.body == (blocks.prefix(6) + blocks.suffix(1)).joined())
    }
  }

  /// Usage that comes with the reason to finish stays: nothing else may be lost.
  @Test func missingUsageKeepsMixedEvents() {
    let mixed =
      "data: {\"choices\":[{\"delta\":{},\"finish_reason\":\"stop\"}],"
      + "\"usage\":{\"prompt_tokens\":1,\"completion_tokens\":2}}\n\n"
    var rig = FaultRig("missing-usage", dialect: dialect)
    rig.play(PartedMessage.stream([mixed, event(.terminator)]))
    #expect(rig.body == mixed + event(.terminator))
  }

  // MARK: error-event

  @Test func errorEventHasTheDialectsShape() throws {
    let literal =
      "error-event message=\"too much\" type=overloaded_error code=slow_down at event(2)"
    let rig = played(literal, positions: [3])
    #expect(kinds(rig.body).prefix(3) == plain.prefix(3))
    let error = StreamError(message: "too much", type: "overloaded_error", code: "slow_down")
    #expect(Array(kinds(rig.body).dropFirst(3)) == [.error(error)])
    #expect(rig.others.isEmpty)
  }

  @Test func errorEventThenWhatWasAsked() {
    let goesOn = played("error-event then=go-on at event(2)", positions: [3], told: false)
    #expect(kinds(goesOn.body).count == plain.count + 1)
    #expect(kinds(goesOn.body).suffix(plain.count - 3) == plain.suffix(plain.count - 3))
    let closes = played("error-event then=close at event(2)", positions: [3])
    #expect(kinds(closes.body).count == 4)
    #expect(closes.others == [.close])
  }

  /// In the middle of an event, the error comes behind it.
  @Test func errorEventNeverBreaksAnEvent() {
    let chunks = PartedMessage.cut(PartedMessage.stream(blocks), at: 0.5)
    for moment in 1...chunks.count {
      var rig = FaultRig("error-event at event(1)", dialect: dialect)
      rig.feed(.start)
      for chunk in chunks[..<moment] { rig.feed(.chunk(chunk)) }
      rig.feed(.position)
      for chunk in chunks[moment...] { rig.feed(.chunk(chunk)) }
      rig.feed(.end)
      let found = kinds(rig.body)
      #expect(found.dropLast() == plain.prefix(found.count - 1))
      guard case .error = found.last else {
        Issue.record("no error after \(moment) pieces")
        return
      }
    }
  }

  // MARK: The specification's liberties

  @Test func bomComesOnceAndBeforeTheStreamAlone() {
    let rig = played("bom")
    let bytes = rig.sent.filter { $0.chunk.kind == .body }.flatMap(\.chunk.bytes)
    #expect(bytes == [0xEF, 0xBB, 0xBF] + Array(blocks.joined().utf8))
    var other = FaultRig("bom")
    let head = "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n\r\n"
    other.play(PartedMessage.stream(["{\"a\":1}"], head: head))
    #expect(other.text == head + "{\"a\":1}")
  }

  @Test(arguments: [("cr", "\r"), ("crlf", "\r\n"), ("lf", "\n")])
  func lineEnds(_ name: String, _ end: String) {
    let lines = [
      "data: a", "", ": c", "", "event: e", "data: {\"x\":\"\\n\"}", "", "data: b", "", "",
    ]
    let wanted = lines.joined(separator: end)
    for from in ["\n", "\r\n", "\r"] {
      let bytes = Array(lines.joined(separator: from).utf8)
      for size in [1, 2, 3, bytes.count] {
        var rig = FaultRig("line-ends \(name)")
        rig.feed(.start, rig.chunk(PartedMessage.head, .head))
        for low in stride(from: 0, to: bytes.count, by: size) {
          let piece = bytes[low..<min(low + size, bytes.count)]
          rig.feed(.chunk(FaultChunk(.body, piece, at: rig.now)))
        }
        rig.feed(.end)
        #expect(Array(rig.body.utf8) == Array(wanted.utf8), "\(from.utf8.map(\.self)) by \(size)")
      }
    }
  }

  /// From its place on; a line end that is cut there stays one.
  @Test func lineEndsFromAPlace() {
    var rig = FaultRig("line-ends lf at byte(3)", active: false)
    rig.feed(.start, rig.chunk(PartedMessage.head, .head), rig.chunk("data: 1\r\n\r", .body))
    rig.activate()
    rig.feed(rig.chunk("\ndata: 2\r\n\r\n", .body, event: 2), .end)
    #expect(Array(rig.body.utf8) == Array("data: 1\r\n\rdata: 2\n\n".utf8))
  }

  @Test func noSpaceKeepsEveryValue() {
    let stream =
      "data: a\n\ndata:  b\n\nevent: e\nid: 1\ndata:c: d\ndata: \ndata:\n\n: ping\n\n"
      + "data: {\"x\": 1}\n\n"
    var parser = SSEParser()
    let values = parser.feed(Array(stream.utf8)).map(\.kind)
    for size in [1, 2, 3, 7, stream.utf8.count] {
      var rig = FaultRig("no-space")
      rig.feed(.start, rig.chunk(PartedMessage.head, .head))
      for low in stride(from: 0, to: stream.utf8.count, by: size) {
        let piece = Array(stream.utf8)[low..<min(low + size, stream.utf8.count)]
        rig.feed(.chunk(FaultChunk(.body, piece, at: rig.now)))
      }
      var reader = SSEParser()
      #expect(reader.feed(Array(rig.body.utf8)).map(\.kind) == values)
      guard size == stream.utf8.count else { continue }
      #expect(
        rig.body
          == "data:a\n\ndata:  b\n\nevent:e\nid:1\ndata:c: d\ndata:\ndata:\n\n: ping\n\n"
          + "data:{\"x\": 1}\n\n")
    }
  }

  @Test func multiLineDataSaysTheSame() {
    for end in ["\n", "\r\n", "\r"] {
      let ended = blocks.map { $0.split(separator: "\n", omittingEmptySubsequences: false) }
        .map { $0.joined(separator: end) }
      for share in Self.shares {
        var rig = FaultRig("multi-line-data", dialect: dialect)
        rig.play(PartedMessage.cut(PartedMessage.stream(ended), at: share))
        #expect(kinds(rig.body) == plain)
        let lines = rig.body.utf8.split { $0 == 0x0A || $0 == 0x0D }
        #expect(lines.count > 3 * blocks.count)
      }
    }
  }

  @Test func multiLineDataBreaksTheOutermostValue() {
    var rig = FaultRig("multi-line-data")
    rig.play(
      PartedMessage.stream([
        "data: {\"a\":[1,2],\"b\":\",\\\",\", \"c\":{}}\n\n", "data:[1,{}]\r\n\r\n",
        "data: [DONE]\n\n", "data: one, two\n\n", "data: 7\n\n",
      ]))
    #expect(
      rig.body
        == "data: {\ndata: \"a\":[1,2],\ndata: \"b\":\",\\\",\",\ndata:  \"c\":{}}\n\n"
        + "data:[\r\ndata:1,\r\ndata:{}]\r\n\r\ndata: [DONE]\n\ndata: one, two\n\ndata: 7\n\n")
  }

  // MARK: All of them

  static let all = [
    "bom", "double-terminator", "error-event at event(1)", "line-ends crlf", "missing-terminator",
    "missing-usage", "multi-line-data", "no-space",
  ]

  @Test(arguments: all)
  func streamFaultsSpeakOfAnswersOnly(_ literal: String) throws {
    #expect(try FaultRule(literal).direction == .downstream)
    #expect(try FaultRule(literal).effect == .edits)
    #expect(throws: LiteralError.self) { try FaultRule("\(literal) upstream") }
  }

  /// Not drawn or not reached: every byte as it was, at every cut.
  @Test(arguments: all.filter { $0 != "error-event at event(1)" })
  func withoutADrawNothingChanges(_ literal: String) {
    for share in Self.shares {
      let chunks = PartedMessage.cut(PartedMessage.stream(blocks), at: share)
      var rig = FaultRig(literal, active: false, dialect: dialect)
      rig.play(chunks)
      #expect(rig.text == PartedMessage.head + blocks.joined())
    }
  }

  /// Bodies that are no event stream stay as they are.
  @Test(arguments: all.filter { $0 != "error-event at event(1)" })
  func otherBodiesStay(_ literal: String) {
    let head = "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n\r\n"
    var rig = FaultRig(literal, dialect: dialect)
    rig.feed(.start, rig.chunk(head, .head), rig.chunk("{\"a: \": \"\r\n\",", .body))
    rig.feed(rig.chunk("\"usage\": 1}\n\ndata: [DONE]\n\n", .body), .end)
    #expect(
      Array(rig.text.utf8)
        == Array((head + "{\"a: \": \"\r\n\",\"usage\": 1}\n\ndata: [DONE]\n\n").utf8))
  }

  /// What is held for a decision comes out when the fault goes, at every moment.
  @Test(arguments: ["missing-terminator", "double-terminator", "missing-usage", "multi-line-data"])
  func withdrawReleasesWhatIsHeld(_ literal: String) {
    let chunks = PartedMessage.cut(PartedMessage.stream(Array(blocks.prefix(5))), at: 0.5)
    for moment in 0...chunks.count {
      var rig = FaultRig(literal, dialect: dialect)
      rig.feed(.start)
      for chunk in chunks[..<moment] { rig.feed(.chunk(chunk)) }
      rig.withdraw()
      #expect(rig.fault.heldBytes == 0)
      let whole = String(decoding: chunks[..<moment].flatMap(\.bytes), as: UTF8.self)
      if literal == "multi-line-data" {
        let body = String(decoding: chunks[..<moment].dropFirst().flatMap(\.bytes), as: UTF8.self)
        #expect(kinds(rig.body) == kinds(body))
      } else {
        #expect(rig.text == whole)
      }
    }
  }

  /// A length that the head promised would be wrong behind every fault that edits.
  @Test(arguments: all + ["drop-event", "duplicate", "reorder-events", "inject x at event(1)"])
  func lengthsGiveWayToChunks(_ literal: String) {
    let head = "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nContent-Length: 900\r\n\r\n"
    var rig = FaultRig(literal, dialect: dialect)
    rig.play(PartedMessage.stream(blocks, head: head), positions: [1])
    #expect(
      rig.texts.first
        == "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n"
        + "Transfer-Encoding: chunked\r\n\r\n")
  }
}
