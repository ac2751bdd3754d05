import Core
import Testing
import Wire

/// The fault `gzip`.
struct HTTPFaultTestsGzip {
  private func harness(_ literal: String, head: String = HTTPFaultHarness.streamHead) throws
    -> HTTPFaultHarness
  {
    var harness = try HTTPFaultHarness(literal)
    harness.start()
    harness.head(head)
    return harness
  }

  @Test(arguments: [
    "gzip", "gzip flush=never",
  ])
  func theWholeComesOutAgain(_ literal: String) throws {
    let harness = try HTTPFaultHarness.answer(literal)
    let answer = try #require(ReadAnswer(harness.wire))
    #expect(answer.field("Content-Encoding") == "gzip")
    #expect(answer.failure == nil && answer.rest.isEmpty)
    let file = try #require(StoredFile(answer.payload))
    #expect(file.isComplete)
    #expect(file.payload == Array(HTTPFaultHarness.body.utf8))
    #expect(harness.eventsPassed == 3)
  }

  /// A reader has every event as soon as it has come.
  @Test func everyPieceIsFlushed() throws {
    var harness = try harness("gzip")
    var sent = ""
    for (index, event) in HTTPFaultHarness.events.enumerated() {
      harness.event(event, index + 1)
      sent += event
      let answer = try #require(ReadAnswer(harness.wire))
      let file = try #require(StoredFile(answer.payload))
      #expect(file.payload == Array(sent.utf8))
      #expect(file.blocks == index + 1 && !file.isComplete)
      #expect(harness.fault.heldBytes == 0)
      #expect(harness.eventsPassed == index + 1)
    }
  }

  @Test func neverFlushingHoldsTheWholeStream() throws {
    var harness = try harness("gzip flush=never")
    let before = harness.wire.count
    for (index, event) in HTTPFaultHarness.events.enumerated() { harness.event(event, index + 1) }
    #expect(harness.wire.count == before)
    #expect(harness.fault.heldBytes == HTTPFaultHarness.body.utf8.count)
    #expect(harness.fault.isCommitted)
    harness.give(.end)
    #expect(harness.wire.count > before)
    #expect(harness.fault.heldBytes == 0)
    #expect(!harness.fault.isCommitted)
  }

  @Test func whatItHoldsIsBounded() throws {
    var harness = try harness("gzip flush=never")
    let piece = String(repeating: "data: x\n\n", count: 1_000)
    for number in 1...200 {
      harness.event(piece, number)
      #expect(harness.fault.heldBytes < Limits.unflushedBytes)
    }
    harness.give(.end)
    let answer = try #require(ReadAnswer(harness.wire))
    #expect(StoredFile(answer.payload)?.payload.count == 200 * piece.utf8.count)
  }

  @Test func aLengthGivesWay() throws {
    let head = "HTTP/1.1 200 OK\r\nContent-Length: 5\r\ncontent-encoding: br\r\n\r\n"
    let wire = try HTTPFaultHarness.answer("gzip", head: head, body: ["hello"]).wire
    let answer = try #require(ReadAnswer(wire))
    #expect(answer.head.framing == .chunked)
    #expect(answer.head.values(of: "Content-Length").isEmpty)
    #expect(answer.field("Content-Encoding") == "br, gzip")
    #expect(StoredFile(answer.payload)?.payload == Array("hello".utf8))
  }

  @Test(arguments: ["gzip", "gzip flush=never"])
  func anEmptyBodyIsAnEmptyFile(_ literal: String) throws {
    let answer = try #require(ReadAnswer(HTTPFaultHarness.answer(literal, body: []).wire))
    let file = try #require(StoredFile(answer.payload))
    #expect(file.isComplete && file.payload.isEmpty)
  }

  @Test func whatHasNoBodyIsNotCoded() throws {
    let head = "HTTP/1.1 204 No Content\r\n\r\n"
    #expect(try HTTPFaultHarness.answer("gzip", head: head, body: []).text == head)
  }
}
