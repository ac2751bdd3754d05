import Core
import Testing
import Wire

/// Faults of the framing of a body.
struct HTTPFaultTestsFraming {
  private static let sized = "HTTP/1.1 200 OK\r\nContent-Length: 5\r\nA: 1\r\n\r\n"

  // MARK: - wrong-content-length

  @Test(arguments: [("", 10), (" 7", 7), (" more=5", 10), (" length=999 less=5", 999)])
  func aStreamIsGivenALength(_ settings: String, _ length: Int) throws {
    let harness = try HTTPFaultHarness.answer("wrong-content-length\(settings)")
    let answer = try #require(ReadAnswer(harness.wire))
    #expect(answer.field("Content-Length") == "\(length)")
    #expect(answer.field("Transfer-Encoding") == nil)
    let body = Array(HTTPFaultHarness.body.utf8)
    #expect(answer.payload + answer.rest == body)
    #expect((answer.failure == nil) == (length <= body.count))
    #expect(harness.eventsPassed == 3)
  }

  @Test(arguments: [(" 5KB", 5000), (" more=100", 105), (" less=2", 3), (" less=100", 0)])
  func aKnownLengthIsChanged(_ settings: String, _ length: Int) throws {
    let harness = try HTTPFaultHarness.answer(
      "wrong-content-length\(settings)", head: Self.sized, body: ["hello"])
    #expect(harness.text == "HTTP/1.1 200 OK\r\nContent-Length: \(length)\r\nA: 1\r\n\r\nhello")
  }

  @Test func itIsMoreOrLess() {
    #expect(throws: LiteralError.self) { try FaultRule("wrong-content-length more=1 less=1") }
  }

  // MARK: - missing-last-chunk

  @Test(arguments: [HTTPFaultHarness.streamHead, sized, "HTTP/1.1 200 OK\r\n\r\n"])
  func everythingButTheLastChunk(_ head: String) throws {
    let harness = try HTTPFaultHarness.answer("missing-last-chunk", head: head)
    let answer = try #require(ReadAnswer(harness.wire))
    #expect(answer.head.framing == .chunked)
    #expect(answer.text == HTTPFaultHarness.body)
    #expect(answer.failure == "incomplete")
    #expect(harness.actions == [.close])
  }

  @Test func whatHasNoBodyHasNoLastChunk() throws {
    let head = "HTTP/1.1 204 No Content\r\n\r\n"
    let harness = try HTTPFaultHarness.answer("missing-last-chunk", head: head, body: [])
    #expect(harness.text == head)
    #expect(harness.actions.isEmpty)
  }

  // MARK: - chunk-size-garbage

  /// Behind the head (0 and 1), between two events, and behind the last.
  @Test(arguments: 0...4)
  func theNextPieceHasGarbageForItsHeader(_ position: Int) throws {
    let harness = try HTTPFaultHarness.answer(
      "chunk-size-garbage at event(1)", position: position)
    let answer = try #require(ReadAnswer(harness.wire))
    let before = max(0, position - 1)
    #expect(answer.failure == "chunk size is not a hexadecimal number")
    #expect(answer.text == HTTPFaultHarness.events.prefix(before).joined())
    var expected = HTTPFaultHarness.streamHead
    for (number, event) in HTTPFaultHarness.events.enumerated() {
      let size = number == before ? "xyz" : String(event.utf8.count, radix: 16)
      expected += "\(size)\r\n\(event)\r\n"
    }
    #expect(harness.text == expected + (before == 3 ? "xyz\r\n" : "") + "0\r\n\r\n")
  }

  @Test func anyTextAndALength() throws {
    let harness = try HTTPFaultHarness.answer(
      "chunk-size-garbage '-1' at event(1)", head: Self.sized, body: ["hello"], position: 1)
    #expect(harness.text.hasSuffix("chunked\r\nA: 1\r\n\r\n-1\r\nhello\r\n0\r\n\r\n"))
  }

  @Test func withoutChunksNothingHappens() throws {
    let head = "HTTP/1.0 200 OK\r\n\r\n"
    for position in 0...2 {
      let harness = try HTTPFaultHarness.answer(
        "chunk-size-garbage at event(1)", head: head, position: position)
      #expect(harness.text == head + HTTPFaultHarness.body)
      #expect(harness.mustClose)
    }
  }

  // MARK: - conflicting-framing

  @Test(arguments: [HTTPFaultHarness.streamHead, sized])
  func bothFramings(_ head: String) throws {
    let harness = try HTTPFaultHarness.answer("conflicting-framing length=12", head: head)
    let answer = try #require(ReadAnswer(harness.wire))
    #expect(answer.head.values(of: "Content-Length") == [Array("12".utf8)])
    #expect(answer.head.values(of: "Transfer-Encoding") == [Array("chunked".utf8)])
    #expect(answer.text == HTTPFaultHarness.body)
    #expect(answer.failure == nil && answer.rest.isEmpty)
  }
}
