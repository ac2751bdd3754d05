import Core
import Testing
import Wire

/// The same faults in a connection: messages taken apart, edited and framed anew, at every cut.
struct ByteFaultTestsPipeline {
  private static let one = "data: {\"n\":1}\n\n"
  private static let ping = ": keep-alive\n\n"
  private static let two = "data: {\"n\":2}\n\n"
  private static let three = "data: {\"n\":3}\n\n"
  private static let done = "data: [DONE]\n\n"
  private static let blocks = [one, ping, two, three, done]

  private static let message =
    FaultAnswers.head + blocks.flatMap(FaultAnswers.chunk) + Array("0\r\n\r\n".utf8)

  static let edits: [(String, String)] = [
    ("truncate at event(2)", one + ping + two),
    ("truncate at inside-event(2,10)", one + ping + "data: {\"n\""),
    ("drop-event at event(2)", one + ping + three + done),
    ("duplicate at event(2)", one + ping + two + two + three + done),
    ("reorder-events at event(2)", one + ping + three + two + done),
    ("reorder-events at event(4)", blocks.joined()),
    ("inject hi as=comment at event(2)", one + ping + two + ": hi\n\n" + three + done),
    ("inject hi as=comment at inside-event(2,3)", one + ping + two + ": hi\n\n" + three + done),
    ("inject hi as=raw at inside-event(2,3)", one + ping + "dathia: {\"n\":2}\n\n" + three + done),
    ("inject hi at before-headers", "data: hi\n\n" + blocks.joined()),
    ("missing-terminator", one + ping + two + three),
    ("double-terminator", blocks.joined() + done),
    ("missing-usage", blocks.joined()),
    ("no-space at event(2)", one + ping + two + "data:{\"n\":3}\n\ndata:[DONE]\n\n"),
    ("multi-line-data at event(2)", one + ping + two + "data: {\ndata: \"n\":3}\n\n" + done),
    ("line-ends crlf at event(3)", one + ping + two + three + "data: [DONE]\r\n\r\n"),
    ("bom", "\u{FEFF}" + blocks.joined()),
  ]

  @Test(arguments: edits)
  func editsAreFramedAnew(_ literal: String, _ body: String) {
    for cut in everyCut(Self.message) {
      var wire = FaultWire([.b(literal)])
      for piece in cut { wire.receive(piece) }
      guard wire.passed.starts(with: FaultAnswers.head), wire.ends.isEmpty else {
        Issue.record("\(literal): \(wire.ends), \(String(decoding: wire.passed, as: UTF8.self))")
        return
      }
      var decoder = ChunkedDecoder()
      let coded = Array(wire.passed.dropFirst(FaultAnswers.head.count))
      let found = decoder.feed(coded).flatMap { coded[$0.range] }
      guard found == Array(body.utf8), decoder.isComplete else {
        let text = String(decoding: found, as: UTF8.self)
        Issue.record("\(literal), cut at \(cut[0].count): \(text)")
        return
      }
      #expect(wire.pipeline.heldBytes(.downstream) == 0)
    }
  }

  /// No byte is lost, doubled or moved when the fault comes or goes, whatever the moment.
  @Test(arguments: ["slice 7 variation=3 gap=1ms", "coalesce 50", "split-utf8 gap=1ms"])
  func bytesStayWhenItComesAndGoes(_ literal: String) {
    let pieces = stride(from: 0, to: Self.message.count, by: 11).map {
      Self.message[$0..<min($0 + 11, Self.message.count)]
    }
    for added in 0...pieces.count {
      for withdrawn in added...pieces.count {
        var wire = FaultWire([])
        for (index, piece) in pieces.enumerated() {
          if index == added { wire.install(literal, id: 3) }
          if index == withdrawn { wire.withdraw(id: 3) }
          wire.receive(piece)
          wire.wait(.microseconds(300))
        }
        wire.finish()
        wire.wait(.seconds(5))
        guard wire.passed == Self.message, wire.ends == [.finish(.downstream)] else {
          Issue.record("\(literal) from \(added) to \(withdrawn): \(wire.passed.count)")
          return
        }
      }
    }
  }

  /// A fault that edits and comes in the middle of a message waits for the next one: this one is
  /// framed by its sender.
  @Test(arguments: [
    "truncate at event(3)", "inject hi at event(3)", "error-event at event(3)",
    "corrupt at event(3)", "corrupt share=1", "bom",
  ])
  func editsBeginWithAMessage(_ literal: String) {
    for place in FaultAnswers.head.count..<(Self.message.count - 60) {
      var wire = FaultWire([])
      wire.receive(Self.message[..<place])
      wire.install(literal, id: 3)
      wire.receive(Self.message[place...])
      #expect(wire.passed == Self.message, "\(literal), added at \(place)")
      wire.receive(Self.message)
      #expect(wire.passed.dropFirst(Self.message.count) != Self.message[...])
    }
  }

  /// What is gathered stays in front of the places and cuts behind it, whichever rule is first.
  @Test(arguments: [
    ["coalesce 4KB", "reset at event(2)"], ["reset at event(2)", "coalesce 4KB"],
    ["coalesce 4KB", "drop-event at event(3)", "reset at event(2)"],
  ])
  func nothingOvertakesWhatIsGathered(_ literals: [String]) {
    for cut in everyCut(Self.message) {
      var wire = FaultWire(literals.map { .b($0) })
      for piece in cut { wire.receive(piece) }
      let passed = String(decoding: wire.passed.dropFirst(FaultAnswers.head.count), as: UTF8.self)
      #expect(passed.contains(Self.two) && !passed.contains(Self.three))
      #expect(wire.ends == [.reset])
    }
  }

  /// A sender's reset comes behind the bytes that came before it.
  @Test func aResetComesBehindWhatIsGathered() {
    var wire = FaultWire([.b("coalesce 4KB")])
    wire.receive(Self.message.dropLast(9))
    wire.finish(reset: true)
    #expect(wire.passed == Array(Self.message.dropLast(9)))
    #expect(wire.ends == [.abort(.downstream)])
  }

  @Test func piecesAreWritesOfTheirOwn() {
    var wire = FaultWire([.b("slice 10")])
    wire.receive(Self.message)
    #expect(wire.passed == Self.message)
    #expect(wire.writes.dropLast().allSatisfy { $0.count == 10 })
    var gathered = FaultWire([.b("coalesce 10KB within=20ms")])
    for byte in Self.message.dropLast() { gathered.receive([byte]) }
    #expect(gathered.writes.isEmpty)
    gathered.wait(.milliseconds(20))
    #expect(gathered.writes == [Array(Self.message.dropLast())])
  }
}
