import Core
import Testing
import Wire

/// Faults that write the same bytes in other pieces.
struct ByteFaultTests {
  private let text = (0..<400).map { "event \($0) – größer, 漢字 🙂;" }.joined()

  // MARK: slice

  @Test func sliceCutsWhereTheBytesAreCounted() {
    for cut in [1, 3, 10, 64, 5_000] {
      var rig = FaultRig("slice 10")
      for piece in pieces(of: text, cut) { rig.feed(.chunk(FaultChunk(.raw, piece, at: rig.now))) }
      #expect(rig.text == text)
      var ends: Set<Int> = []
      _ = rig.sent.reduce(0) { offset, sent in
        #expect((1...10).contains(sent.chunk.bytes.count))
        ends.insert(offset + sent.chunk.bytes.count)
        return offset + sent.chunk.bytes.count
      }
      let wanted = Set(stride(from: 10, to: text.utf8.count, by: 10))
      #expect(wanted.isSubset(of: ends), "read in pieces of \(cut)")
    }
  }

  /// The mean is the size, and every length from the shortest to the longest is as frequent.
  @Test func sliceVariesAroundItsSize() {
    var rig = FaultRig("slice 40 variation=39")
    rig.feed(.chunk(FaultChunk(.raw, Array(repeating: 65, count: 400_000)[...], at: rig.now)))
    let sizes = rig.sent.dropLast().map(\.chunk.bytes.count)
    let mean = Double(sizes.reduce(0, +)) / Double(sizes.count)
    #expect(abs(mean - 40) < 1)
    #expect(sizes.min() == 1)
    #expect(sizes.max() == 79)
    #expect(Set(sizes).count == 79)
  }

  @Test func sliceKeepsItsGapWithoutDrift() {
    var rig = FaultRig("slice 4 gap=2ms")
    rig.feed(rig.chunk("0123456789"))
    #expect(rig.texts == ["0123", "4567", "89"])
    #expect(rig.instants == [0, 2_000_000, 4_000_000])
    // The next one keeps its distance from the last, and owes nothing after a silence.
    rig.feed(rig.chunk("abcd"))
    #expect(rig.texts.suffix(2) == ["ab", "cd"])
    #expect(rig.instants.suffix(2) == [6_000_000, 8_000_000])
    rig.wait(.seconds(1))
    rig.feed(rig.chunk("x"))
    #expect(rig.instants.last == 1_008_000_000)
  }

  @Test func sliceKeepsEventsWithTheirLastByte() {
    var rig = FaultRig("slice 5")
    rig.play(PartedMessage.stream(["data: 1\n\n", "data: 2\n\n"]))
    let marks = rig.sent.map { [$0.chunk.events, $0.chunk.event ?? 0] }
    // The piece of two bytes is what the second one lacked when the first event was over.
    #expect(rig.texts.dropFirst() == ["data:", " 1\n\n", "d", "ata: ", "2\n\n"])
    #expect(marks.dropFirst() == [[0, 1], [1, 1], [0, 2], [0, 2], [1, 2]])
    #expect(rig.texts.first == PartedMessage.head)
  }

  @Test(arguments: ["slice 0", "slice 10 variation=10", "slice 10 variation=60", "slice"])
  func sliceRefusesAbsurdSettings(_ literal: String) {
    #expect(throws: LiteralError.self) { try FaultRule(literal) }
  }

  /// A control interface makes rules without reading literals.
  @Test func problemsAreFoundInValues() throws {
    var rule = try FaultRule("slice 10")
    #expect(SliceFault.problem(in: rule) == nil)
    rule.values["size"] = .number(0)
    #expect(SliceFault.problem(in: rule) != nil)
    rule.values["size"] = .number(10)
    for bad in [-1, 10, 60] {
      rule.values["variation"] = .number(bad)
      #expect(SliceFault.problem(in: rule) != nil)
    }
    rule = try FaultRule("coalesce 10")
    #expect(CoalesceFault.problem(in: rule) == nil)
    rule.values["size"] = .number(0)
    #expect(CoalesceFault.problem(in: rule) != nil)
  }

  // MARK: coalesce

  @Test func coalesceGathersToItsSize() {
    var rig = FaultRig("coalesce 6")
    rig.feed(.start, rig.chunk("ab"), rig.chunk("cd"))
    #expect(rig.sent.isEmpty)
    #expect(rig.fault.heldBytes == 4)
    rig.feed(rig.chunk("efgh"))
    #expect(rig.texts == ["abcdefgh"])
    #expect(rig.fault.heldBytes == 0)
    rig.feed(rig.chunk("ijklmn"))
    #expect(rig.texts == ["abcdefgh", "ijklmn"])
    rig.feed(rig.chunk("o"), .end)
    #expect(rig.texts.last == "o")
  }

  @Test func coalesceWaitsForItsTimeAndNoLonger() {
    var rig = FaultRig("coalesce 100 within=30ms")
    rig.feed(rig.chunk("a"))
    rig.wait(.milliseconds(20))
    rig.feed(rig.chunk("b"))
    rig.wait(.milliseconds(9))
    #expect(rig.sent.isEmpty)
    rig.wait(.milliseconds(1))
    #expect(rig.texts == ["ab"])
    #expect(rig.instants == [30_000_000])
    // A timer that was asked for earlier does not cut the next one short.
    rig.feed(rig.chunk("c"), .timer)
    #expect(rig.texts == ["ab"])
    rig.wait(.milliseconds(30))
    #expect(rig.texts == ["ab", "c"])
  }

  @Test func coalesceLetsTheHeadPass() {
    var rig = FaultRig("coalesce 100")
    rig.play(PartedMessage.stream(["data: 1\n\n", ": hi\n\n", "data: 2\n\n"]))
    #expect(rig.texts == [PartedMessage.head, "data: 1\n\n: hi\n\ndata: 2\n\n"])
    #expect(rig.sent.last?.chunk.events == 2)
  }

  // MARK: split-utf8

  @Test func splitUtf8CutsInEveryCharacter() {
    var rig = FaultRig("split-utf8")
    rig.feed(rig.chunk("aé漢🙂z"))
    #expect(rig.text == "aé漢🙂z")
    #expect(rig.sent.map(\.chunk.bytes.count) == [2, 2, 3, 4])
    // Everything behind a cut begins in the middle of a character.
    for sent in rig.sent.dropFirst() { #expect(sent.chunk.bytes.first.map { $0 & 0xC0 } == 0x80) }
  }

  @Test func splitUtf8KeepsItsGap() {
    var rig = FaultRig("split-utf8 gap=5ms")
    rig.feed(rig.chunk("é"), rig.chunk("ab"), rig.chunk("ü"))
    #expect(rig.text == "éabü")
    #expect(rig.instants == [0, 5_000_000, 10_000_000, 15_000_000, 20_000_000])
  }

  // MARK: all three

  /// No byte is lost, doubled or moved, whenever the fault is added or withdrawn.
  @Test(arguments: ["slice 7 variation=3", "coalesce 50 within=5ms", "split-utf8 gap=1ms"])
  func bytesStayWhateverTheMoment(_ literal: String) {
    let input = String(text.prefix(200))
    for cut in [1, 2, 3, 37] {
      let all = pieces(of: input, cut)
      for added in stride(from: 0, through: all.count, by: 1 + all.count / 20) {
        for withdrawn in stride(from: added, through: all.count, by: 1 + all.count / 10) {
          var rig = FaultRig(literal, active: false)
          for piece in all[..<added] { rig.feed(.chunk(FaultChunk(.raw, piece, at: rig.now))) }
          rig.activate()
          for piece in all[added..<withdrawn] {
            rig.feed(.chunk(FaultChunk(.raw, piece, at: rig.now)))
            rig.wait(.milliseconds(1))
          }
          rig.withdraw()
          #expect(rig.fault.heldBytes == 0)
          let passed = Array(all[..<withdrawn].joined())
          #expect(rig.text == String(decoding: passed, as: UTF8.self))
        }
      }
    }
  }

  @Test(arguments: ["slice 7 variation=6", "coalesce 64", "split-utf8"])
  func theSameSeedGivesTheSamePieces(_ literal: String) {
    func run(_ seed: UInt64) -> [FaultRig.Sent] {
      var rig = FaultRig(literal, seed: seed)
      for piece in pieces(of: text, 33) { rig.feed(.chunk(FaultChunk(.raw, piece, at: rig.now))) }
      rig.feed(.end)
      return rig.sent
    }
    let first = run(1)
    for _ in 0..<100 { #expect(run(1) == first) }
    if literal.hasPrefix("slice") { #expect(run(2) != first) }
  }

  private func pieces(of text: String, _ size: Int) -> [ArraySlice<UInt8>] {
    let bytes = Array(text.utf8)
    return stride(from: 0, to: bytes.count, by: size).map {
      bytes[$0..<min($0 + size, bytes.count)]
    }
  }
}
