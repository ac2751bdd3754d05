import Core
import Testing
import Wire

/// Faults that give another answer than the sender's: `status` and `fake-ok`.
struct HTTPFaultTestsAnswers {
  @Test(arguments: [400, 429, 500, 502, 503, 529, 599])
  func anErrorStatusInTheShapeOfTheDialect(_ code: Int) throws {
    let harness = try HTTPFaultHarness.answer("status \(code)")
    let answer = try #require(ReadAnswer(harness.wire))
    #expect(answer.head.status == code)
    #expect(answer.failure == nil)
    #expect(answer.rest.isEmpty)
    #expect(answer.field("Content-Type") == "application/json")
    #expect(answer.field("Content-Length") == "\(answer.payload.count)")
    #expect(answer.field("Transfer-Encoding") == nil)
    #expect(answer.field("Date") == "today")
    #expect(answer.field("Connection") == "keep-alive")
    #expect(answer.field("Retry-After") == nil)
    #expect(OpenAIChat().readError(answer.payload) != nil)
    #expect(harness.actions.isEmpty)
    #expect(!harness.mustClose)
    #expect(harness.eventsPassed == 0)
  }

  @Test func theScannerSeesOneWholeAnswer() throws {
    let wire = try HTTPFaultHarness.answer("status 429 retry-after=3").wire
    #expect(
      HTTPMessageScannerTests.scan(wire) == [
        .responseStart, .headEnd(status: 429), .responseEnd(rawEnd: wire.count),
      ])
  }

  @Test(arguments: [
    ("30", "30"), ("2s", "2"), ("1500ms", "2"), ("1m", "60"), ("0", "0"),
    ("'Fri, 31 Dec 1999 23:59:59 GMT'", "Fri, 31 Dec 1999 23:59:59 GMT"),
  ])
  func retryAfter(_ literal: String, _ field: String) throws {
    let harness = try HTTPFaultHarness.answer("status 503 retry-after=\(literal)")
    #expect(ReadAnswer(harness.wire)?.field("Retry-After") == field)
  }

  @Test(arguments: [
    ("html", "text/html", "<h1>502 Bad Gateway</h1>"),
    ("json", "application/json", "{\"message\":\"Bad Gateway\",\"status\":502}"),
  ])
  func otherBodies(_ body: String, _ type: String, _ part: String) throws {
    let answer = try #require(
      ReadAnswer(HTTPFaultHarness.answer("status 502 body=\(body)").wire))
    #expect(answer.field("Content-Type") == type)
    #expect(answer.text.contains(part))
    #expect(answer.failure == nil && answer.rest.isEmpty)
  }

  @Test func anEmptyBody() throws {
    let answer = try #require(ReadAnswer(HTTPFaultHarness.answer("status 500 body=empty").wire))
    #expect(answer.field("Content-Length") == "0")
    #expect(answer.payload.isEmpty && answer.rest.isEmpty)
  }

  /// What describes the body that does not come would be wrong of the one that does.
  @Test func fieldsOfTheOriginalBodyGo() throws {
    let head =
      "HTTP/1.1 200 OK\r\nContent-Length: 5\r\nContent-Encoding: br\r\nETag: \"x\"\r\n"
      + "Retry-After: 9\r\nX-Request-Id: r\r\n\r\n"
    let answer = try #require(
      ReadAnswer(HTTPFaultHarness.answer("status 529", head: head, body: ["hello"]).wire))
    for name in ["Content-Encoding", "ETag", "Retry-After"] { #expect(answer.field(name) == nil) }
    #expect(answer.field("X-Request-Id") == "r")
    #expect(answer.failure == nil && answer.rest.isEmpty)
  }

  @Test func theAnswerToHEADHasNoBody() throws {
    let wire = try HTTPFaultHarness.answer("status 503", body: [], toHEAD: true).wire
    #expect(String(decoding: wire.suffix(4), as: UTF8.self) == "\r\n\r\n")
    #expect(ReadAnswer(wire)?.field("Content-Length") != "0")
  }

  @Test func fakeOKs() throws {
    let page = try #require(ReadAnswer(HTTPFaultHarness.answer("fake-ok").wire))
    #expect(page.head.status == 200)
    #expect(page.field("Content-Type") == "text/html")
    #expect(page.text.hasPrefix("<!DOCTYPE html>"))
    let error = try #require(ReadAnswer(HTTPFaultHarness.answer("fake-ok json-error").wire))
    #expect(error.head.status == 200)
    #expect(error.field("Content-Type") == "application/json")
    #expect(OpenAIChat().readError(error.payload) != nil)
    let nothing = try #require(ReadAnswer(HTTPFaultHarness.answer("fake-ok body=empty").wire))
    #expect(nothing.head.status == 200)
    #expect(nothing.field("Content-Type") == "text/event-stream")
    #expect(nothing.field("Content-Length") == "0")
    for answer in [page, error, nothing] {
      #expect(answer.failure == nil && answer.rest.isEmpty)
    }
  }

  /// Taken away, it must see the rest of a message that it has replaced, and of no other.
  @Test(arguments: ["status 500", "fake-ok"])
  func itIsCommittedOnceItHasBegun(_ literal: String) throws {
    var harness = try HTTPFaultHarness(literal)
    harness.start()
    #expect(!harness.fault.isCommitted)
    harness.head("HTTP/1.1 100 Continue\r\n\r\n")
    #expect(!harness.fault.isCommitted)
    #expect(harness.text == "HTTP/1.1 100 Continue\r\n\r\n")
    harness.head(HTTPFaultHarness.streamHead)
    #expect(harness.fault.isCommitted)
  }

  @Test(arguments: [
    "status 399", "status 600", "status", "status 500 body=xml",
    "status 500 retry-after='1\r\nA: b'",
    "status 500 upstream", "status 500 at event(1)", "fake-ok maybe",
  ])
  func badSettings(_ literal: String) {
    #expect(throws: LiteralError.self) { try FaultRule(literal) }
  }
}
