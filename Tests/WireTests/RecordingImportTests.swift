import Core
import Testing
import Wire

/// What others keep traffic in.
@Suite struct RecordingImportTests {
  private func read(_ text: String) throws -> Recording {
    try RecordingImport.read(Array(text.utf8), gap: .milliseconds(20))
  }

  private func error(_ text: String) -> String {
    do { return "read: \(try read(text))" } catch { return "\(error)" }
  }

  private func pieces(_ recording: Recording) -> [[String]] {
    RecordedExchanges.of(recording).map { exchange in
      exchange.pieces.map {
        "\($0.after.count / 1_000_000) \(String(decoding: $0.bytes, as: UTF8.self))"
      }
    }
  }

  // MARK: HAR

  private static func entry(
    _ started: String, url: String, content: String, status: Int = 200
  ) -> String {
    """
    {"startedDateTime": "\(started)", "time": 90.5,
     "request": {"method": "POST", "url": "\(url)", "httpVersion": "h3", "headers": [
        {"name": ":path", "value": "/"}, {"name": "Authorization", "value": "Bearer abc"},
        {"name": "content-type", "value": "application/json"}],
      "postData": {"mimeType": "application/json", "text": "{\\"stream\\": true}"}},
     "response": {"status": \(status), "httpVersion": "h3", "headers": [
        {"name": "content-type", "value": "text/event-stream"},
        {"name": "content-encoding", "value": "br"}, {"name": "set-cookie", "value": "a=b"}],
      "content": \(content)},
     "timings": {"blocked": -1, "dns": 1, "connect": 2, "ssl": 1.5, "send": 0.5, "wait": 20.25,
      "receive": 60}, "_webSocketMessages": []}
    """
  }

  private static func archive(_ entries: String...) -> String {
    "{\"log\": {\"version\": \"1.2\", \"creator\": {\"name\": \"B\"}, \"entries\": ["
      + entries.joined(separator: ",") + "]}}"
  }

  @Test func requestsAndAnswersOfAnArchive() throws {
    let recording = try read(
      "\u{FEFF}"
        + Self.archive(
          Self.entry(
            "2026-03-01T00:00:00.250+01:00", url: "https://h/v1/chat?key=abc#f",
            content: #"{"size": 5, "text": "data: hällo\n\n"}"#),
          Self.entry(
            "2026-02-28T22:59:59.5Z", url: "https://h",
            content: #"{"size": 2, "text": "/wA=", "encoding": "base64"}"#)))
    let exchanges = RecordedExchanges.of(recording)
    #expect(exchanges.map(\.request?.target) == ["/", "/v1/chat?key=***"])
    #expect(exchanges.map(\.startedAt.count) == [3_500_000, 753_500_000])
    #expect(
      exchanges[1].request?.headers == [
        HeaderField(name: "Authorization", value: "**********"),
        HeaderField(name: "content-type", value: "application/json"),
      ])
    #expect(exchanges[1].request?.body == Array("{\"stream\": true}".utf8))
    #expect(exchanges[0].pieces[1].bytes == Array("2\r\n".utf8) + [0xFF, 0x00, 0x0D, 0x0A])
    #expect(
      pieces(recording)[1] == [
        "20 HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\nset-cookie: ***\r\n"
          + "Transfer-Encoding: chunked\r\n\r\n",
        "80 e\r\ndata: hällo\n\n\r\n", "80 0\r\n\r\n",
      ])
    #expect(recording.notes == ["a HAR file has no times within a stream: each body is one read"])
  }

  @Test func whatAnArchiveLeavesOut() throws {
    let recording = try read(
      Self.archive(
        Self.entry("2026-03-01T00:00:00Z", url: "http://h/a", content: "{\"size\": 9}"),
        Self.entry("2026-03-01T00:00:00Z", url: "http://h/b", content: "{}", status: 0)))
    #expect(recording.notes.last?.hasPrefix("1 of 2 answers came without their body") == true)
    #expect(RecordedExchanges.of(recording).map(\.isAnswered) == [true, false])
  }

  @Test func dates() throws {
    func start(_ text: String) throws -> Int64 {
      let other = Self.entry("1970-01-01T00:00:00Z", url: "http://h/", content: "{}")
      let entry = Self.entry(text, url: "http://h/", content: "{}")
      let recording = try read(Self.archive(other, entry))
      return RecordedExchanges.of(recording)[1].startedAt.count - 3_500_000
    }
    #expect(try start("1970-01-01T00:00:00.000000001Z") == 1)
    #expect(try start("1972-03-01T00:00:00Z") == 68_256_000 * 1_000_000_000)
    #expect(try start("2000-02-29T23:59:59-02:30") == 951_877_799 * 1_000_000_000)
    #expect(try start("2100-03-01t00:00:00+0000") == 4_107_542_400 * 1_000_000_000)
    for text in ["2026-13-01T00:00:00Z", "2026-01-01 00:00", "yesterday", "2026-01-01T24:00:00Z"] {
      let archive = Self.archive(Self.entry(text, url: "http://h/", content: "{}"))
      #expect(error(archive).contains("startedDateTime"), "\(text)")
    }
  }

  @Test(arguments: [
    ("", "the file is empty"), ("\u{FEFF}", "the file is empty"),
    ("data: 1\n\n", "body of an event stream without its head"),
    (": hi\n\ndata: 1\n\n", "`curl --no-buffer -i`"),
    ("{\"log\": {\"entries\": [{", "breaks off at byte 22"), ("{\"log\":", "cut in half?"),
    ("hello", "neither a recording"), ("[1]", "this is JSON, but"),
    ("{\"log\": {}}", "this is JSON, but"), ("{\"log\": {\"entries\": []}}", "no entries"),
    ("{\"log\": {\"entries\": [{}]}}", "entry 1 of this HAR file has no request"),
    ("{\"relaymark\": \"recording/9\"}", "this is a recording/9"),
    ("HTTP/1.1 hello\n\n", "status line"), ("HTTP/1.1 200 OK\nA: b\n", "does not end"),
    ("HTTP/1.1 200 OK\nA\n\n", "name, colon and value"),
  ])
  func whatIsNone(text: String, mention: String) {
    #expect(error(text).contains(mention), "\(error(text))")
  }

  // MARK: curl

  @Test func aCaptureOfCurl() throws {
    let recording = try read(
      "HTTP/1.1 200 Connection established\r\n\r\nHTTP/1.1 100 Continue\r\n\r\n"
        + "HTTP/2 200 \r\ncontent-type: text/event-stream; charset=utf-8\r\nset-cookie: abc\r\n\r\n"
        + ": hello\n\ndata: 1\n\nevent: x\r\ndata: 2\r\n\r\ndata: rest")
    #expect(
      pieces(recording) == [
        [
          "0 HTTP/1.1 200 OK\r\ncontent-type: text/event-stream; charset=utf-8\r\n"
            + "set-cookie: ***\r\nTransfer-Encoding: chunked\r\n\r\n",
          "20 12\r\n: hello\n\ndata: 1\n\n\r\n", "40 15\r\nevent: x\r\ndata: 2\r\n\r\n\r\n",
          "60 a\r\ndata: rest\r\n", "60 0\r\n\r\n",
        ]
      ])
    #expect(RecordedExchanges.of(recording).first?.request == nil)
    #expect(recording.notes.count == 1)
  }

  @Test func aCaptureThatIsNoStreamIsOneRead() throws {
    let recording = try read(
      "HTTP/1.1 429 Too Many Requests\nContent-Length: 5\nRetry-After: 1\n\n{\n\n}\n")
    #expect(
      pieces(recording) == [
        [
          "0 HTTP/1.1 429 Too Many Requests\r\nContent-Length: 5\r\nRetry-After: 1\r\n\r\n",
          "20 {\n\n}\n",
        ]
      ])
  }

  /// What `curl --raw` prints.
  @Test func aCaptureWithItsChunksIsDecoded() throws {
    let head = "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n"
    func bodies(_ body: String) throws -> [String] {
      try read(head + "Transfer-Encoding: chunked\r\n\r\n" + body).entries.compactMap {
        if case .read(_, let bytes) = $0.event {
          String(decoding: bytes, as: UTF8.self)
        } else {
          nil
        }
      }
    }
    #expect(
      try bodies("9\r\ndata: 1\n\n\r\n9\r\ndata: 2\n\n\r\n0\r\n\r\n") == [
        "data: 1\n\n", "data: 2\n\n",
      ])
    #expect(try bodies("data: 1\n\n") == ["data: 1\n\n"])
    let cut = "9\r\ndata: 1\n\n\r\n9\r\nda"
    #expect(try bodies(cut).joined() == cut)
  }

  @Test func aCaptureThatIsShorterThanItSaysBreaksOff() throws {
    let recording = try read("HTTP/1.1 200 OK\nContent-Length: 9\n\n{}")
    #expect(RecordedExchanges.of(recording).first?.end?.how == .fin)
    #expect(RecordedExchanges.of(recording).first?.isWhole == false)
  }

  @Test func whatIsCompressedIsSaid() {
    let error = #expect(throws: RecordingError.self) {
      try RecordingImport.read([0x1F, 0x8B, 8, 0], gap: .zero)
    }
    #expect(error?.message.contains("gunzip it first") == true)
  }

  @Test func aMarkBeforeARecordingIsPassedOver() throws {
    let header = RecordingWriter.header(tool: "1", startedAt: "now")
    #expect(try RecordingImport.read([0xEF, 0xBB, 0xBF] + header, gap: .zero).tool == "1")
  }

  @Test func ourOwnRecordingIsKnown() throws {
    let header = RecordingWriter.header(tool: "1", startedAt: "now")
    #expect(try RecordingImport.read(header, gap: .zero).tool == "1")
  }
}
