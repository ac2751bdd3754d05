import Testing
import Wire

/// Editing the head of a message.
struct MessageHeadTests {
  private func head(_ text: String) throws -> MessageHead {
    try #require(MessageHead(Array(text.utf8)))
  }

  private func text(_ head: MessageHead) -> String { String(decoding: head.bytes, as: UTF8.self) }

  private func values(_ name: String, _ head: MessageHead) -> [String] {
    head.values(of: name).map { String(decoding: $0, as: UTF8.self) }
  }

  @Test(arguments: [
    "HTTP/1.1 200 OK\r\n\r\n", "HTTP/1.1 200\n\n", "POST /v1 HTTP/1.1\r\nHost: a\n\r\n",
    "HTTP/1.1 200 OK\r\nA:\r\nb : \t x \r\n folded\r\n\tagain\r\nA: 2\r\nno colon\r\n: x\r\n\r\n",
    "HTTP/1.0 404 Nö\r\nX: \u{1F600}\r\n\r\n",
  ])
  func whatIsNotEditedStaysAsItCame(_ text: String) throws {
    var head = try head(text)
    #expect(head.bytes == Array(text.utf8))
    head.remove("not there")
    #expect(head.bytes == Array(text.utf8))
  }

  @Test(arguments: [
    "", "\r\n", "HTTP/1.1 200 OK", "HTTP/1.1 200 OK\r\n", "HTTP/1.1 200 OK\r\nA: b\r\n",
    "HTTP/1.1 200 OK\r\n\r\nbody", "HTTP/1.1 200 OK\r\n\r\n\r\n", "\r\nHTTP/1.1 200 OK\r\n\r\n",
    "HTTP/1.1 200 OK\r\nA: b\r\n\r",
  ])
  func onlyWholeHeadsAreTaken(_ text: String) {
    #expect(MessageHead(Array(text.utf8)) == nil)
  }

  @Test func fieldsAreFoundWhateverTheirCase() throws {
    let head = try head("HTTP/1.1 200 OK\r\ncoNTent-type: \t a b \r\nX: 1\r\nx:\r\nXY: 3\r\n\r\n")
    #expect(values("Content-Type", head) == ["a b"])
    #expect(values("x", head) == ["1", ""])
    #expect(values("Content", head).isEmpty)
  }

  @Test func settingReplacesTheFirstAndDropsTheRest() throws {
    var head = try head("HTTP/1.1 200 OK\r\nA: 1\r\nB: 2\r\na: 3\r\n more\r\nC: 4\r\n\r\n")
    head.set("A", "5")
    head.set("D", "6")
    #expect(text(head) == "HTTP/1.1 200 OK\r\nA: 5\r\nB: 2\r\nC: 4\r\nD: 6\r\n\r\n")
    head.remove("b")
    head.append("a", "7")
    #expect(text(head) == "HTTP/1.1 200 OK\r\nA: 5\r\nC: 4\r\nD: 6\r\na: 7\r\n\r\n")
    head.remove(prefix: "A")
    #expect(text(head) == "HTTP/1.1 200 OK\r\nC: 4\r\nD: 6\r\n\r\n")
  }

  @Test func theStatusCanBeAnother() throws {
    var head = try head("HTTP/1.0 200 OK\nA: 1\n\n")
    #expect(head.status == 200)
    head.setStatus(503)
    #expect(text(head) == "HTTP/1.0 503 Service Unavailable\r\nA: 1\n\n")
    #expect(try self.head("GET / HTTP/1.1\r\n\r\n").status == nil)
  }

  @Test(arguments: [
    ("", BodyFraming.untilClose), ("Content-Length: 12\r\n", .length(12)),
    ("content-length:0\r\n", .length(0)), ("Content-Length: x\r\n", .untilClose),
    ("Transfer-Encoding: gzip, Chunked\r\n", .chunked),
    ("Transfer-Encoding: gzip\r\n", .untilClose),
    ("Transfer-Encoding: gzip\r\nTransfer-Encoding: chunked\r\n", .chunked),
    ("Content-Length: 5\r\nTransfer-Encoding: chunked\r\n", .chunked),
  ])
  func framingIsReadFromTheFields(_ fields: String, _ framing: BodyFraming) throws {
    #expect(try head("HTTP/1.1 200 OK\r\n\(fields)\r\n").framing == framing)
  }

  @Test(
    arguments: [
      (
        "HTTP/1.1 200 OK\r\nA: 1\r\ncontent-length: 5\r\nB: 2\r\n",
        "HTTP/1.1 200 OK\r\nA: 1\r\nTransfer-Encoding: chunked\r\nB: 2\r\n"
      ),
      (
        "POST / HTTP/1.1\r\nContent-Length: 5\r\n",
        "POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n"
      ),
      (
        "HTTP/1.0 200 OK\r\nContent-Length: 5\r\nConnection: keep-alive\r\n",
        "HTTP/1.0 200 OK\r\nConnection: close\r\n"
      ),
      // A request cannot be ended by a close: its answer would have nowhere to go.
      ("POST / HTTP/1.0\r\nContent-Length: 5\r\n", nil),
      ("HTTP/1.1 204 No Content\r\nContent-Length: 5\r\n", nil),
      ("HTTP/1.1 304 Not Modified\r\nContent-Length: 5\r\n", nil),
      ("HTTP/1.1 103 Early Hints\r\nContent-Length: 5\r\n", nil),
      ("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n", nil),
      ("HTTP/1.1 200 OK\r\nA: 1\r\n", nil),
    ] as [(String, String?)])
  func aLengthGivesWay(_ before: String, _ after: String?) throws {
    var head = try head(before + "\r\n")
    head.prepareForEditing()
    #expect(text(head) == (after ?? before) + "\r\n")
  }

  @Test(arguments: [
    "Content-Length: 5\r\n", "", "Transfer-Encoding: gzip\r\nContent-Length: 5\r\n",
    "Transfer-Encoding: chunked\r\nContent-Length: 5\r\n", "Transfer-Encoding: chunked\r\n",
  ])
  func chunksTakeTheOnlyPlace(_ fields: String) throws {
    var head = try head("HTTP/1.1 200 OK\r\n\(fields)\r\n")
    head.setChunked()
    #expect(text(head) == "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n")
  }
}
