import Core
import Testing
import TestSupport
import Wire

/// WHATWG HTML 9.2.5 and 9.2.6, case by case, each under every cut.
struct SSEParserTests {
  struct Reading: Equatable {
    var items: [SSEParser.Item] = []
    var pendingFrom: Int?
    var tooLongFrom: Int?
    var retry: Int?
  }

  static func read(_ bytes: [UInt8], lineLimit: Int = Limits.lineBytes) -> Reading {
    func run(_ pieces: [ArraySlice<UInt8>]) -> Reading {
      var parser = SSEParser(lineLimit: lineLimit)
      var reading = Reading()
      for piece in pieces { reading.items += parser.feed(piece) }
      reading.pendingFrom = parser.pendingFrom
      reading.tooLongFrom = parser.tooLongFrom
      reading.retry = parser.retry
      return reading
    }
    #expect(ChunkVerifier.difference(bytes, run: run) == nil)
    return run([bytes[...]])
  }

  static func read(_ text: String, lineLimit: Int = Limits.lineBytes) -> Reading {
    read(Array(text.utf8), lineLimit: lineLimit)
  }

  /// The data of the events, as text.
  static func data(_ text: String) -> [String] {
    read(text).items.compactMap {
      guard case .event(_, let data, _) = $0.kind else { return nil }
      return String(decoding: data, as: UTF8.self)
    }
  }

  static func event(
    _ data: String, type: String = "message", id: String = "", _ start: Int, _ end: Int
  ) -> SSEParser.Item {
    SSEParser.Item(
      kind: .event(type: Array(type.utf8), data: Array(data.utf8), id: Array(id.utf8)),
      start: start, end: end)
  }

  @Test(arguments: [
    ("data: a\n\n", ["a"]),
    ("data:a\n\n", ["a"]),
    ("data:  a \n\n", [" a "]),
    ("data:\ta\n\n", ["\ta"]),
    ("data\n\n", [""]),
    ("data:\n\ndata\ndata\n\ndata:test\n\n", ["", "\n", "test"]),
    ("data: a\ndata: b\n\n", ["a\nb"]),
    ("data: a:b\n\n", ["a:b"]),
    ("data: a\n:comment\ndata: b\n\n", ["a\nb"]),
    ("Data: a\n\n", []),
    ("data : a\n\n", []),
    (" data: a\n\n", []),
    ("data: a\n", []),
    ("data: a", []),
    ("data: a\n\ndata: b\n", ["a"]),
    ("\n\n\ndata: a\n\n\n\n", ["a"]),
    ("event: x\n\n", []),
    ("", []),
  ])
  func dataOfEvents(_ text: String, _ expected: [String]) {
    #expect(Self.data(text) == expected)
  }

  @Test(arguments: [
    ("data: a\r\rdata: b\r\r", ["a", "b"]),
    ("data: a\r\n\r\ndata: b\r\n\r\n", ["a", "b"]),
    ("data: a\n\rdata: b\r\n\n", ["a", "b"]),
    ("data: a\r\n\rdata: b\n\r\n", ["a", "b"]),
    ("data: a\r\ndata: b\rdata: c\n\n", ["a\nb\nc"]),
    ("data: a\r\n", []),
    (
      "data: a\u{2028}b\u{2029}c\u{85}d\u{B}e\u{C}f\n\n", ["a\u{2028}b\u{2029}c\u{85}d\u{B}e\u{C}f"]
    ),
    ("data:\u{301}a\n\n", ["\u{301}a"]),
    ("data: \u{301}a\n\u{301}\n", []),
  ])
  func lineEnds(_ text: String, _ expected: [String]) {
    #expect(Self.data(text).map { Array($0.utf8) } == expected.map { Array($0.utf8) })
  }

  @Test func byteOrderMark() {
    let mark = "\u{FEFF}"
    #expect(Self.read(mark + "data: a\n\n").items == [Self.event("a", 3, 12)])
    let double = Self.read(mark + mark + "data: a\n\ndata: b\n\n").items
    #expect(double.count == 2)
    #expect(double.first?.kind == .garbageLine(Array((mark + "data: a").utf8)))
    #expect(double.last == Self.event("b", 15, 24))
    #expect(Self.data("data: a\n\n\(mark)data: b\n\n") == ["a"])
    #expect(Self.read(mark).pendingFrom == nil)
    #expect(Self.read([0xEF, 0xBB]).pendingFrom == 0)
    let broken = Self.read([0xEF, 0xBB] + Array("x\n".utf8))
    #expect(
      broken.items
        == [SSEParser.Item(kind: .garbageLine([0xEF, 0xBB, 0x78]), start: 0, end: 4)])
  }

  @Test func typeAndIdentifier() {
    let text = "event: e\nid: 1\ndata: a\n\ndata: b\n\nid: 2\0\ndata: c\n\nid\nevent\ndata: d\n\n"
    let items = Self.read(text).items
    #expect(
      items == [
        Self.event("a", type: "e", id: "1", 0, 24), Self.event("b", id: "1", 24, 33),
        Self.event("c", id: "1", 33, 49), Self.event("d", 49, 67),
      ])
    #expect(
      Self.read("event: lost\n\ndata: a\n\n").items == [
        SSEParser.Item(kind: .nothing, start: 0, end: 13), Self.event("a", 13, 22),
      ])
  }

  @Test(arguments: [
    ("retry: 250\n", 250), ("retry:0\n", 0), ("retry: 1x\n", nil), ("retry:\n", nil),
    ("retry: -1\n", nil), ("retry: 1.5\n", nil), ("retry:  5\n", nil), ("retry: ٣\n", nil),
    ("retry: 5\nretry: x\n", 5), ("retry: 99999999999999999999\n", Int.max), ("Retry: 5\n", nil),
  ])
  func retry(_ text: String, _ expected: Int?) {
    #expect(Self.read(text).retry == expected)
  }

  @Test func commentsAndGarbageAreItemsOfTheirOwn() {
    let text = ":a\ndata: x\n: b\n{\"error\":1}\ndata: y\n<p>\n\n:\n"
    let items = Self.read(text).items
    #expect(
      items == [
        SSEParser.Item(kind: .comment(Array("a".utf8)), start: 0, end: 3),
        SSEParser.Item(kind: .comment(Array(" b".utf8)), start: 11, end: 15),
        SSEParser.Item(kind: .garbageLine(Array("{\"error\":1}".utf8)), start: 15, end: 27),
        SSEParser.Item(kind: .garbageLine(Array("<p>".utf8)), start: 35, end: 39),
        Self.event("x\ny", 3, 40),
        SSEParser.Item(kind: .comment([]), start: 40, end: 42),
      ])
  }

  @Test(arguments: [("x-trace: 1\n\n", true), ("retry: 5\n\n", true), ("Forbidden\n\n", false)])
  func unknownFieldsMakeABlockOfNothing(_ text: String, _ isBlock: Bool) {
    let items = Self.read(text).items
    #expect(items.count == 1)
    #expect((items.first?.kind == .nothing) == isBlock)
  }

  @Test func offsetsWithCRLF() {
    let items = Self.read("data: a\r\n\r\n: c\r\ndata: b\r\n\r\n").items
    #expect(
      items == [
        Self.event("a", 0, 10),
        SSEParser.Item(kind: .comment(Array(" c".utf8)), start: 11, end: 15),
        Self.event("b", 16, 26),
      ])
  }

  @Test func anEventEndedByCRIsNotHeldBack() {
    var parser = SSEParser()
    #expect(parser.feed(Array("data: a\r\n\r".utf8)).count == 1)
    #expect(parser.feed([0x0A]).isEmpty)
    #expect(parser.pendingFrom == nil)
  }

  @Test(arguments: [
    ("", nil), ("data: a\n\n", nil), ("data: a\n", 0), ("data: a\n\nda", 9), ("data: a\n: c", 0),
    (": c", 0), ("data: a\n\n:", 9), ("data: a\r\n\r\n", nil), ("junk{\n", nil), ("\r\n\r", nil),
  ])
  func pending(_ text: String, _ expected: Int?) {
    #expect(Self.read(text).pendingFrom == expected)
  }

  @Test func aLineBeyondTheLimitIsCutAndTheStreamGoesOn() {
    let reading = Self.read("data: 12\ndata: 34567\n\ndata: a\n\n", lineLimit: 8)
    #expect(reading.tooLongFrom == 9)
    #expect(
      reading.items == [
        SSEParser.Item(kind: .garbageLine(Array("data: 34".utf8)), start: 9, end: 21),
        Self.event("12", 0, 22), Self.event("a", 22, 31),
      ])
    #expect(Self.read("data: 1234567890", lineLimit: 8).pendingFrom == 0)
    #expect(Self.read("data: 1234567890", lineLimit: 8).tooLongFrom == 0)
    #expect(Self.read("data: 12\n\n", lineLimit: 8).tooLongFrom == nil)
  }

  @Test func theDataOfABlockIsLimitedToo() {
    let reading = Self.read("data:123\ndata:456\ndata:789\n\n", lineLimit: 8)
    #expect(reading.tooLongFrom == 18)
    #expect(reading.items.last == Self.event("123\n456", 0, 28))
  }

  @Test func illFormedTextStaysAsItIs() {
    let reading = Self.read(Array("data: ".utf8) + [0xFF, 0xC3, 0x0A, 0x0A])
    #expect(
      reading.items.first?.kind
        == .event(type: Array("message".utf8), data: [0xFF, 0xC3], id: []))
  }

  @Test(arguments: 0..<60)
  func randomStreams(_ seed: Int) {
    var random = SplitMix64(seed: UInt64(seed))
    let alphabet = [
      "\n", "\r", "\r\n", "\n\n", "data", "data:", ":", " ", "event:", "id:", "retry:1", "x", "{",
      "\u{FEFF}",
    ]
    let bytes = Garbage.make(from: alphabet, count: 60, using: &random)
    let reading = Self.read(bytes)
    var last = 0
    for item in reading.items {
      #expect(item.start < item.end && item.end <= bytes.count && item.end > last)
      last = item.end
    }
    _ = Self.read(bytes, lineLimit: 7)
  }
}
