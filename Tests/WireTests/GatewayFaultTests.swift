import Core
import Testing
import Wire

/// Faults that write messages anew, as gateways do: header, replace, hop-by-hop, whole-body.
struct GatewayFaultTests {
  private static let plain = "HTTP/1.1 200 OK\r\nA: 1\r\nContent-Type: x/y\r\n\r\n"

  private func answer(
    _ literal: String, head: String = HTTPFaultHarness.streamHead,
    body: [String] = HTTPFaultHarness.events, isActive: Bool = true
  ) throws -> ReadAnswer {
    let harness = try HTTPFaultHarness.answer(literal, head: head, body: body, isActive: isActive)
    return try #require(ReadAnswer(harness.wire))
  }

  // MARK: - header

  @Test(arguments: [
    ("header A '2'", "A: 2"), ("header B 'new'", "A: 1"), ("header A", nil),
  ])
  func fieldsAreSetAndTakenAway(_ literal: String, _ line: String?) throws {
    let text = try HTTPFaultHarness.answer(literal, head: Self.plain).text
    #expect(text.contains("Content-Type: x/y\r\n"))
    #expect(line.map { text.contains($0 + "\r\n") } ?? !text.contains("A: 1"))
    #expect(text.contains("B: new\r\n") == literal.contains("B"))
    #expect(text.hasSuffix("\r\n\r\n" + HTTPFaultHarness.body))
  }

  @Test func theHeadOfARequestToo() throws {
    var wire = FaultWire([.b("header X-Key 'other' upstream")])
    wire.ask(Array("POST / HTTP/1.1\r\nHost: a\r\nX-Key: mine\r\nContent-Length: 2\r\n\r\n{}".utf8))
    let asked = String(decoding: wire.asked, as: UTF8.self)
    #expect(asked.contains("X-Key: other\r\n") && !asked.contains("mine"))
    #expect(asked.hasSuffix("{}") || asked.contains("2\r\n{}\r\n0\r\n\r\n"))
  }

  @Test func onlyFieldsCanBeSet() {
    for literal in ["header 'A B' 'x'", "header '' 'x'", "header A 'b\r\nC: d'"] {
      #expect(throws: LiteralError.self) { try FaultRule(literal) }
    }
  }

  // MARK: - replace

  @Test func wordsBecomeOthersInEveryEvent() throws {
    let read = try answer("replace '\"n\"' '\"number\"'")
    #expect(read.text == HTTPFaultHarness.body.replacing("\"n\"", with: "\"number\""))
    #expect(read.failure == nil)
  }

  @Test func onlyTheFirstOfThem() throws {
    let read = try answer("replace '\"n\"' 'x' first=2")
    #expect(read.text == "data: {x:1}\n\ndata: {x:2}\n\ndata: {\"n\":3}\n\n")
  }

  /// Other bodies are kept to their end, so that words are found wherever they were cut.
  @Test func wordsInABodyThatIsNoStream() throws {
    let body = ["{\"na", "me\":\"lef", "t\"}"]
    let read = try answer(
      "replace 'name\":\"left' 'side\":\"right and more'",
      head: "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 15\r\n\r\n",
      body: [])
    #expect(read.text.isEmpty)
    for cut in everyCut(Array(body.joined().utf8)) {
      var wire = FaultWire([.b("replace 'name\":\"left' 'side\":\"right and more'")])
      wire.ask(FaultAnswers.request(Nonce(value: 1)))
      wire.receive(
        Array(
          "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 15\r\n\r\n".utf8))
      for piece in cut { wire.receive(piece) }
      let answer = try #require(ReadAnswer(wire.passed))
      #expect(answer.text == "{\"side\":\"right and more\"}")
    }
  }

  @Test func nothingToBeFoundChangesNothing() throws {
    let read = try answer("replace 'nowhere' 'x'")
    #expect(read.text == HTTPFaultHarness.body)
    #expect(throws: LiteralError.self) { try FaultRule("replace '' 'x'") }
  }

  // MARK: - hop-by-hop

  @Test func whatIsAboutTheConnectionStays() throws {
    let head =
      "HTTP/1.1 200 OK\r\nConnection: close, X-Hop\r\nx-hop: 1\r\nKeep-Alive: timeout=7\r\n"
      + "Content-Type: text/event-stream\r\nTransfer-Encoding: chunked\r\n\r\n"
    let read = try answer("hop-by-hop", head: head)
    #expect(read.field("X-Hop") == nil && read.field("Keep-Alive") == nil)
    #expect(read.field("Connection") == "close")
    #expect(read.text == HTTPFaultHarness.body)
    #expect(try answer("hop-by-hop").field("Connection") == nil)
  }

  // MARK: - whole-body

  @Test func theAnswerIsFramedByItsLength() throws {
    let read = try answer("whole-body")
    #expect(read.field("Content-Length") == String(HTTPFaultHarness.body.utf8.count))
    #expect(read.field("Transfer-Encoding") == nil)
    #expect(read.text == HTTPFaultHarness.body && read.rest.isEmpty && read.failure == nil)
  }

  /// Nothing comes before its end, and all of it when it is taken away.
  @Test func itIsHeldToItsEnd() throws {
    var harness = try HTTPFaultHarness("whole-body")
    harness.start()
    harness.head(HTTPFaultHarness.streamHead)
    for (index, event) in HTTPFaultHarness.events.enumerated() { harness.event(event, index + 1) }
    #expect(harness.wire.isEmpty)
    #expect(harness.fault.heldBytes > HTTPFaultHarness.body.utf8.count)
    harness.withdraw()
    harness.give(.end)
    let answer = try #require(ReadAnswer(harness.wire))
    #expect(answer.text == HTTPFaultHarness.body && answer.failure == nil)
  }

  @Test(arguments: ["header A '2'", "replace 'n' 'x'", "hop-by-hop", "whole-body"])
  func anInactiveFaultChangesNothing(_ literal: String) throws {
    let harness = try HTTPFaultHarness.answer(literal, isActive: false)
    let none = try HTTPFaultHarness.answer("pause 1s at event(9)")
    #expect(harness.wire == none.wire)
  }
}
