import Core
import TestSupport
import Testing
import Wire

/// The format: what is written is read, and what is broken is said.
@Suite struct RecordingTests {
  private static let header = String(
    decoding: RecordingWriter.header(tool: "9.9", startedAt: "2026-01-02T03:04:05Z"), as: UTF8.self)

  private static let fields = [
    HeaderField(name: "Host", value: "a"), HeaderField(name: "X", value: "\"é\\"),
  ]

  /// One of every kind.
  static let events: [RecordedEvent] = [
    .open(client: "127.0.0.1:9", upstream: "http://a/\"b\"", layer: .wire),
    .open(client: "", upstream: "", layer: .body),
    .read(.upstream, Array("POST /\r\n\t\"\\\u{0}\u{1F}\u{7F}é€😀\u{2028}".utf8)),
    .read(.downstream, [0xC3]), .read(.downstream, [0xED, 0xA0, 0x80, 0x0A]),
    .read(.downstream, Array(0...255)),
    .request(
      RecordedRequest(
        method: "POST", target: "/v1?a=b", headers: fields, body: Array("{\"a\":1}".utf8)),
      number: 1),
    .request(RecordedRequest(method: "GET", target: "/", headers: [], body: [0xFF]), number: 2),
    .response(status: 200, version: "1.1", headers: fields),
    .end(.upstream, .stream(.fin)), .end(.downstream, .stream(.reset)),
    .end(.downstream, .stream(.cut)), .end(.downstream, .complete),
    .end(.downstream, .failed(.timeoutIdle)),
    .fault(
      RecordedFault(
        leg: .b, rule: "reset at match(\"x\")", kind: "reset", bytesBefore: 12, eventsBefore: 3)),
    .close,
  ]

  static let entries = events.enumerated().map {
    RecordingEntry(
      connection: $0.offset + 1, at: Nanoseconds(Int64($0.offset) << 40), event: $0.element)
  }

  private static func text(_ entries: [RecordingEntry]) -> String {
    var lines: [UInt8] = []
    for entry in entries { RecordingWriter.append(entry, to: &lines) }
    return header + String(decoding: lines, as: UTF8.self)
  }

  private func read(_ text: String) throws -> Recording {
    try RecordingReader.read(Array(text.utf8))
  }

  @Test func everyKindIsReadAsItWasWritten() throws {
    let recording = try read(Self.text(Self.entries))
    #expect(recording.entries == Self.entries)
    #expect(recording.tool == "9.9" && recording.startedAt == "2026-01-02T03:04:05Z")
    #expect(!recording.isCut && recording.lostLines == 0)
  }

  @Test func linesFitTheSchema() throws {
    let schema = try JSONSchema.committed("recording")
    var lines = Self.text(Self.entries).split(separator: "\n").map(String.init)
    lines.append(
      String(decoding: RecordingWriter.lost(7, at: .seconds(1)).dropLast(), as: UTF8.self))
    for line in lines { #expect(schema.errors(try JSON.parse(line)) == [], "\(line)") }
    for end in EndCondition.allCases {
      let entry = RecordingEntry(
        connection: 1, at: .zero, event: .end(.downstream, .failed(end)))
      let line = String(Self.text([entry]).split(separator: "\n")[1])
      #expect(schema.errors(try JSON.parse(line)) == [], "\(line)")
    }
    for (from, to) in [
      ("\"type\":\"read\"", "\"type\":\"write\""), ("\"upstream\"", "\"sideways\""),
      ("\"at\":2", "\"at\":-2"), ("\"text\"", "\"words\""),
    ] {
      let line = lines[3].replacing(from, with: to)
      #expect(line != lines[3])
      #expect(schema.errors(try JSON.parse(line)) != [], "\(line)")
    }
  }

  @Test func aReadIsTextWhereItCanBe() {
    let text = Self.text(Self.entries)
    #expect(text.contains(#""text":"POST /\r\n\t\"\\\u0000\u001f"#))
    #expect(text.contains("\"base64\":\"ww==\""))
  }

  /// A kill in mid-write at any byte leaves a recording up to its last whole line.
  @Test func cutAtEveryByte() throws {
    let bytes = Array(Self.text(Self.entries).utf8)
    for count in Self.header.utf8.count...bytes.count {
      let recording = try RecordingReader.read(Array(bytes[..<count]))
      let whole = bytes[..<count].count { $0 == 0x0A } - 1
      let endsWhole = count < bytes.count && bytes[count] == 0x0A
      #expect(recording.entries == Array(Self.entries[..<(whole + (endsWhole ? 1 : 0))]))
      #expect(recording.isCut == (bytes[count - 1] != 0x0A && !endsWhole))
    }
  }

  @Test func lostLinesAreCounted() throws {
    let lost = String(decoding: RecordingWriter.lost(12, at: .seconds(1)), as: UTF8.self)
    let recording = try read(Self.header + lost + lost)
    #expect(recording.lostLines == 24 && recording.entries.isEmpty)
  }

  private func error(_ text: String) -> String {
    do {
      let recording = try read(text)
      return "read: \(recording)"
    } catch {
      return "\(error)"
    }
  }

  @Test func aBrokenLineInTheMiddleIsNamed() {
    var lines = Self.text(Self.entries).split(separator: "\n").map(String.init)
    lines[4] = String(lines[4].dropLast(3))
    #expect(error(lines.joined(separator: "\n")).hasPrefix("line 5: "))
    #expect(error(Self.header + "\n" + "{}\n").hasPrefix("line 2: "))
  }

  @Test(arguments: [
    ("{\"connection\":1,\"at\":0}", "\"type\" is missing"),
    ("{\"type\":\"fish\",\"connection\":1,\"at\":0}", "no line of type \"fish\""),
    ("{\"type\":\"close\",\"connection\":1}", "\"at\" is missing"),
    ("{\"type\":\"close\",\"connection\":1,\"at\":-1}", "\"at\" is missing or is not a count"),
    ("{\"type\":\"close\",\"connection\":1,\"at\":1.5}", "\"at\" is missing or is not a count"),
    ("{\"type\":\"end\",\"connection\":1,\"at\":0,\"direction\":\"up\",\"how\":\"fin\"}", "\"up\""),
    (
      "{\"type\":\"end\",\"connection\":1,\"at\":0,\"direction\":\"upstream\",\"how\":\"x\"}",
      "\"how\" cannot be \"x\""
    ),
    ("{\"type\":\"read\",\"connection\":1,\"at\":0,\"direction\":\"upstream\"}", "\"text\""),
    (
      "{\"type\":\"read\",\"connection\":1,\"at\":0,\"direction\":\"upstream\",\"base64\":\"a\"}",
      "not base64"
    ),
    ("[1]", "\"type\" is missing"),
  ])
  func whatIsWrongWithALine(line: String, mention: String) {
    let message = error(Self.header + line + "\n")
    #expect(message.hasPrefix("line 2: ") && message.contains(mention), "\(message)")
  }

  @Test func otherVersionsAreNamed() {
    let other = Self.header.replacing("recording/1", with: "recording/2")
    #expect(error(other).contains("this is a recording/2"))
    #expect(error(other).contains("written by relaymark 9.9"))
    #expect(error("").contains("first line of a recording"))
    #expect(error("{\"a\":1}\n").contains("first line of a recording"))
  }

  // MARK: Base64 (RFC 4648 section 10)

  @Test(arguments: [
    ("", ""), ("f", "Zg=="), ("fo", "Zm8="), ("foo", "Zm9v"), ("foob", "Zm9vYg=="),
    ("fooba", "Zm9vYmE="), ("foobar", "Zm9vYmFy"),
  ])
  func base64Vectors(plain: String, coded: String) {
    var result: [UInt8] = []
    Base64.encode(Array(plain.utf8).span, into: &result)
    #expect(result == Array(coded.utf8))
    #expect(Base64.decode(result) == Array(plain.utf8))
  }

  @Test(arguments: ["Z", "Zg", "Zg=", "=Zg=", "Z===", "Zg=a", "Zm 8", "Zm9v\n", "====", "Zm-_"])
  func noBase64(text: String) {
    #expect(Base64.decode(Array(text.utf8)) == nil)
  }

  @Test func base64OfEveryByte() {
    for count in 253...256 {
      let bytes = Array((0..<count).map { UInt8($0) }.reversed())
      var result: [UInt8] = []
      Base64.encode(bytes.span, into: &result)
      #expect(Base64.decode(result) == bytes)
    }
  }
}
