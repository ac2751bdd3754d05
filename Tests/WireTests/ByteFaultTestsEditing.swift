import Core
import Testing
import Wire

/// Faults that change, drop, double or add bytes.
struct ByteFaultTestsEditing {
  private let blocks = ["data: 1\n\n", ": hi\n\n", "data: 2\n\n", "data: 3\n\n", "data: 4\n\n"]
  private var whole: String { blocks.joined() }

  // MARK: truncate

  @Test func truncateDropsToTheEnd() {
    for number in 1...4 {
      var rig = FaultRig("truncate at event(1)")
      rig.play(PartedMessage.stream(blocks), positions: [number])
      let kept = whole.components(upTo: "data: \(number)")
      #expect(rig.body == kept)
      #expect(rig.texts.first == PartedMessage.head)
      #expect(rig.others.isEmpty)
    }
  }

  /// Before everything: the head still comes, and says nothing of a length.
  @Test func truncateKeepsAHeadThatFits() {
    var rig = FaultRig("truncate at before-headers")
    let head = "HTTP/1.1 200 OK\r\nContent-Length: 44\r\nX-A: b\r\n\r\n"
    rig.play(PartedMessage.stream(blocks, head: head), positions: [0])
    #expect(rig.texts == ["HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nX-A: b\r\n\r\n"])
  }

  // MARK: corrupt

  @Test func corruptFlipsTheBytesBehindItsPlace() {
    for (literal, count, bits) in [
      ("corrupt at event(1)", 1, 1), ("corrupt bits=3 at event(1)", 1, 3),
      ("corrupt bytes=12 at event(1)", 12, 1), ("corrupt bytes=5 bits=8 at event(1)", 5, 8),
    ] {
      var rig = FaultRig(literal)
      rig.play(PartedMessage.stream(blocks), positions: [2])
      let place = whole.components(upTo: "data: 2").utf8.count
      let flips = zip(bodyBytes(rig), Array(whole.utf8)).map { ($0 ^ $1).nonzeroBitCount }
      #expect(bodyBytes(rig).count == whole.utf8.count)
      let wanted = (0..<flips.count).map { (place..<(place + count)).contains($0) ? bits : 0 }
      #expect(flips == wanted, "\(literal)")
      #expect(rig.texts.first == PartedMessage.head)
    }
  }

  /// Which bytes are hit does not hang on how they were read, and their share is what was asked.
  @Test func corruptStrewsItsShare() {
    let bytes = [UInt8](repeating: 0, count: 60_000)
    func run(_ size: Int, share: String = "0.1", seed: UInt64 = 7) -> [UInt8] {
      var rig = FaultRig("corrupt share=\(share)", seed: seed)
      rig.feed(.start, .position)
      for low in stride(from: 0, to: bytes.count, by: size) {
        let piece = bytes[low..<min(low + size, bytes.count)]
        rig.feed(.chunk(FaultChunk(.raw, piece, at: rig.now)))
      }
      return rig.sent.flatMap(\.chunk.bytes)
    }
    let once = run(60_000)
    #expect(run(7) == once)
    #expect(run(1_000) == once)
    #expect(run(1_000, seed: 8) != once)
    let hit = Double(once.count { $0 != 0 }) / Double(once.count)
    #expect(abs(hit - 0.1) < 0.01)
    #expect(run(1_000, share: "1").allSatisfy { $0.nonzeroBitCount == 1 })
  }

  @Test(arguments: ["corrupt bytes=0", "corrupt bits=9", "corrupt bytes=2 share=0.5"])
  func corruptRefusesAbsurdSettings(_ literal: String) {
    #expect(throws: LiteralError.self) { try FaultRule(literal) }
  }

  // MARK: Events

  @Test func duplicateSendsOneEventTwice() {
    for share in [0.0, 0.1, 0.5, 0.9] {
      var rig = FaultRig("duplicate at event(2)")
      rig.play(PartedMessage.cut(PartedMessage.stream(blocks), at: share), positions: [2])
      #expect(rig.body == "data: 1\n\n: hi\n\ndata: 2\n\ndata: 2\n\ndata: 3\n\ndata: 4\n\n")
      #expect(rig.sent.reduce(0) { $0 + $1.chunk.events } == 5)
      #expect(rig.fault.heldBytes == 0)
    }
  }

  @Test func dropEventDropsOneEvent() {
    for share in [0.0, 0.1, 0.5, 0.9] {
      var rig = FaultRig("drop-event at event(2)")
      rig.play(PartedMessage.cut(PartedMessage.stream(blocks), at: share), positions: [2, 4])
      #expect(rig.body == "data: 1\n\n: hi\n\ndata: 3\n\n")
    }
  }

  @Test func reorderSwapsWithTheNext() {
    for share in [0.0, 0.1, 0.5, 0.9] {
      let chunks = PartedMessage.cut(PartedMessage.stream(blocks), at: share)
      var rig = FaultRig("reorder-events at event(1)")
      rig.play(chunks, positions: [1])
      // The comment between the two keeps its place.
      #expect(rig.body == ": hi\n\ndata: 2\n\ndata: 1\n\ndata: 3\n\ndata: 4\n\n")
      var pairs = FaultRig("reorder-events at every(1)")
      pairs.play(chunks, positions: [1, 2, 3, 4])
      #expect(pairs.body == ": hi\n\ndata: 2\n\ndata: 1\n\ndata: 4\n\ndata: 3\n\n")
      var last = FaultRig("reorder-events at event(4)")
      last.play(chunks, positions: [4])
      #expect(last.body == whole)
      #expect(last.fault.heldBytes == 0)
    }
  }

  /// Withdrawn at any moment: every event comes once, and one at most in another place.
  @Test func reorderKeepsEveryEvent() {
    let chunks = PartedMessage.cut(PartedMessage.stream(blocks), at: 0.5)
    for moment in 0...chunks.count {
      var rig = FaultRig("reorder-events at event(1)")
      rig.feed(.start, .position)
      for chunk in chunks[..<moment] { rig.feed(.chunk(chunk)) }
      rig.withdraw()
      #expect(rig.fault.heldBytes == 0)
      let passed = rig.sent.flatMap(\.chunk.bytes).sorted()
      #expect(passed == chunks[..<moment].flatMap(\.bytes).sorted())
    }
  }

  // MARK: inject

  @Test(arguments: [
    ("inject tick as=comment at event(1)", ": tick\n\n"),
    ("inject \"a\\nb\" as=event at event(1)", "data: a\ndata: b\n\n"),
    ("inject \"{}\" at event(1)", "data: {}\n\n"),
    ("inject \"\\r\\nx\" as=raw at event(1)", "\r\nx"),
  ])
  func injectWritesItsForm(_ literal: String, _ form: String) {
    var rig = FaultRig(literal)
    rig.play(PartedMessage.stream(blocks), positions: [2])
    #expect(rig.body == "data: 1\n\n: hi\n\n\(form)data: 2\n\ndata: 3\n\ndata: 4\n\n")
    #expect(rig.sent.allSatisfy { $0.chunk.kind != .raw })
  }

  /// Nothing goes in before the head, and nothing but raw text into the middle of an event.
  @Test func injectWaitsForItsPlace() {
    var early = FaultRig("inject x as=comment at before-headers")
    early.play(PartedMessage.stream(["data: 1\n\n"]), positions: [0])
    #expect(early.texts == [PartedMessage.head, ": x\n\n", "data: 1\n\n"])

    let cut = PartedMessage.cut(PartedMessage.stream(["data: 1\n\n"]), at: 0.5)
    for (form, body) in [("comment", "data: 1\n\n: x\n\n"), ("raw", "dataxx: 1\n\n")] {
      var inside = FaultRig("inject x\(form == "raw" ? "x" : "") as=\(form) at inside-event(1,4)")
      inside.feed(.start, .chunk(cut[0]), .chunk(cut[1]), .position, .chunk(cut[2]), .end)
      #expect(inside.body == body)
    }
  }

  /// Where nobody reads HTTP the text goes in as it is, also before the first byte.
  @Test func injectIntoPlainBytes() {
    var rig = FaultRig("inject x as=raw at byte(0)")
    rig.feed(.start, .position, rig.chunk("ab"), .position, rig.chunk("c"), .end)
    #expect(rig.text == "xabxc")
    #expect(rig.sent.allSatisfy { $0.chunk.kind == .raw })
  }

  private func bodyBytes(_ rig: FaultRig) -> [UInt8] {
    rig.sent.filter { $0.chunk.kind == .body }.flatMap(\.chunk.bytes)
  }
}

extension String {
  /// What stands before the first occurrence of a text.
  fileprivate func components(upTo text: String) -> String {
    String(self[..<(firstRange(of: text)?.lowerBound ?? endIndex)])
  }
}
