import Core
import Testing
import Wire

/// Every fault, added, changed and withdrawn at every moment of an open connection: no byte is lost
/// or doubled by that.
struct FaultChangeTests {
  /// Where an example is about more than the short answer here, something like it.
  private static let further = [
    "limit-data 300", "limit-data 300 cut=reset", "stall at byte(200)", "stall at event(2)",
    "timeout 5ms", "slice 7", "trickle 1ms", "bandwidth 20KB/s", "burst 2", "latency 5ms",
    "gzip flush=each", "status 503", "fake-ok html", "close at event(2)", "reset at byte(250)",
    "half-close at event(2)", "truncate at event(2)", "slow-close 5ms", "first-byte-delay 5ms",
    "pause 5ms at every(1)", "coalesce 100 within=5ms", "endless-headers gap=5ms size=32",
  ]
  static let literals = Faults.all.map { $0.spec.example } + further

  /// An answer in chunks with a token, usage and a terminator, and one with a length: what is about
  /// the first must leave the second as it is.
  private static let first: [UInt8] = {
    var bytes = FaultAnswers.head
    for number in 1...4 {
      bytes += FaultAnswers.chunk(
        "data: {\"n\":\(number),\"choices\":[{\"delta\":{\"content\":\"\u{e9}\"}}]}\n\n")
    }
    bytes += FaultAnswers.chunk("data: {\"n\":5,\"choices\":[],\"usage\":{\"total_tokens\":9}}\n\n")
    bytes += FaultAnswers.chunk("data: [DONE]\n\n")
    return bytes + Array("0\r\n\r\n".utf8)
  }()
  private static let second = Array(
    "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 9\r\n\r\n{\"ok\":42}".utf8
  )
  private static let input = first + second
  /// From here on a rule has had the second answer, which then is the rule's to deal with.
  private static let secondHeadEnd = input.count - "{\"ok\":42}".utf8.count

  private func wire(_ literals: [String]) -> FaultWire {
    var wire = FaultWire(literals.map { .b($0) })
    for _ in 0..<2 { wire.ask(Array("GET / HTTP/1.1\r\nHost: a\r\n\r\n".utf8)) }
    return wire
  }

  /// How far the answer has come at the moments at which something changes: every byte of framing
  /// and of two events, and then each seventh.
  private static let moments =
    [Int](0...(FaultAnswers.head.count + 150))
    + stride(from: FaultAnswers.head.count + 157, through: input.count, by: 7)

  @Test(arguments: literals)
  func withdrawnAtEveryMoment(_ literal: String) {
    for moment in Self.moments {
      for pause in [Nanoseconds.zero, .milliseconds(3)] {
        var wire = wire([literal])
        wire.receive(Self.input[..<moment])
        wire.wait(pause)
        wire.withdraw(id: 0)
        wire.receive(Self.input[moment...])
        wire.wait(.seconds(1))
        check(
          wire, literal, "withdrawn at \(moment) after \(pause)",
          hadHead: moment >= Self.secondHeadEnd
        )
      }
    }
  }

  @Test(arguments: literals)
  func addedAndWithdrawnAtEveryMoment(_ literal: String) {
    for moment in Self.moments {
      for length in [0, 1, 40] {
        let end = min(Self.input.count, moment + length)
        var wire = wire(["pause 0 at byte(1000000)"])
        wire.receive(Self.input[..<moment])
        wire.install(literal, id: 3)
        wire.receive(Self.input[moment..<end])
        wire.wait(.milliseconds(1))
        wire.withdraw(id: 3)
        wire.receive(Self.input[end...])
        wire.wait(.seconds(1))
        check(wire, literal, "added at \(moment) for \(length)", hadHead: end >= Self.secondHeadEnd)
      }
    }
  }

  @Test(arguments: literals)
  func changedAtEveryMoment(_ literal: String) {
    for moment in Self.moments {
      var wire = wire([literal])
      wire.receive(Self.input[..<moment])
      wire.update(literal, id: 0)
      wire.receive(Self.input[moment...])
      wire.wait(.milliseconds(1))
      wire.withdraw(id: 0)
      wire.wait(.seconds(1))
      check(wire, literal, "changed at \(moment)", hadHead: true)
    }
  }

  private func check(_ wire: FaultWire, _ literal: String, _ when: String, hadHead: Bool) {
    let effect = FaultRule.b(literal).effect
    let isWhole = wire.passed == Self.input
    let problem: String? =
      switch effect {
      case .delays, .reshapes, .silences:
        isWhole && wire.ends.isEmpty ? nil : "not the bytes that came"
      // Its messages are framed anew.
      case .cuts where literal == "missing-last-chunk":
        wire.ends.isEmpty ? edited(wire, literal, hadHead: hadHead) : nil
      case .cuts:
        if wire.ends.isEmpty {
          isWhole ? nil : "not the bytes that came, and no end"
        } else {
          Self.input.starts(with: wire.passed) ? nil : "other bytes than came"
        }
      case .edits: edited(wire, literal, hadHead: hadHead)
      }
    if let problem {
      Issue.record(
        "\(literal) \(when): \(problem): \(String(decoding: wire.passed.suffix(200), as: UTF8.self))"
      )
    }
  }

  /// What a fault that edits leaves: the second answer as it came unless the fault had its head
  /// before it, and every event at most once and in order unless it doubles or moves them.
  private func edited(_ wire: FaultWire, _ literal: String, hadHead: Bool) -> String? {
    let passed = wire.passed
    let text = String(decoding: passed, as: UTF8.self)
    if wire.ends.isEmpty, !hadHead, !Self.breaksFraming(literal),
      !passed.suffix(Self.second.count).elementsEqual(Self.second), !text.contains("{\"ok\":42}")
    {
      return "the next answer is not there"
    }
    let moves = ["duplicate", "reorder-events"].contains { literal.hasPrefix($0) }
    var last = text.startIndex
    for number in 1...5 where !moves {
      let found = text.ranges(of: "\"n\":\(number)")
      if found.count > 1 { return "event \(number) is there twice" }
      guard let place = found.first?.lowerBound else { continue }
      if place < last { return "event \(number) is out of order" }
      last = place
    }
    return nil
  }

  /// Whether a reader of the first answer cannot find the second any more, as is meant.
  private static func breaksFraming(_ literal: String) -> Bool {
    ["endless-headers", "chunk-size-garbage", "conflicting-framing", "wrong-content-length"]
      .contains { literal.hasPrefix($0) }
  }
}

/// New settings for a fault that has counted already.
struct FaultUpdateTests {
  private let input = FaultAnswers.stream(8).bytes

  /// Toxiproxy's `timeout` ends a connection when it is taken away, not when it is changed.
  @Test func aTimeoutGoesOnCounting() {
    var wire = FaultWire([.b("timeout 100ms")])
    let start = wire.now
    wire.receive(input)
    wire.wait(.milliseconds(60))
    wire.update("timeout 80ms cut=reset", id: 0)
    #expect(wire.ends.isEmpty)
    wire.wait(.milliseconds(60))
    #expect(wire.ends == [.reset])
    #expect(wire.strikes.last?.at == start + .milliseconds(80))
    #expect(wire.passed.isEmpty)
  }

  @Test func aTimeoutThatIsOverEndsAtOnce() {
    var wire = FaultWire([.b("timeout 100ms")])
    wire.receive(input)
    wire.wait(.milliseconds(60))
    wire.update("timeout 10ms", id: 0)
    wire.wait(.zero)
    #expect(wire.ends == [.close])
  }

  @Test func aLimitCountsWhatHasPassed() {
    var wire = FaultWire([.b("limit-data 300")])
    wire.receive(input[..<200])
    wire.update("limit-data 250", id: 0)
    wire.receive(input[200...])
    #expect(wire.passed.count == 250 && wire.ends == [.close])
    var beyond = FaultWire([.b("limit-data 300")])
    beyond.receive(input[..<200])
    beyond.update("limit-data 150", id: 0)
    #expect(beyond.ends.isEmpty)
    beyond.receive(input[200...])
    #expect(beyond.passed.count == 200 && beyond.ends == [.close])
  }

  @Test func whatWasHeldPassesAndTheNewSettingsHoldWhatComes() {
    var wire = FaultWire([.b("latency 500ms")])
    wire.receive(input[..<200])
    wire.wait(.milliseconds(10))
    wire.update("latency 20ms", id: 0)
    #expect(wire.passed.elementsEqual(input[..<200]))
    wire.receive(input[200...])
    wire.wait(.milliseconds(19))
    #expect(wire.passed.elementsEqual(input[..<200]))
    wire.wait(.milliseconds(1))
    #expect(wire.passed == input)
  }
}

/// What one connection plans and holds, however small the pieces are that it makes.
struct FaultBoundTests {
  @Test(arguments: ["trickle 1ms", "bandwidth 1KB/s", "slice 1 gap=1ms", "slow-read 1KB/s"])
  func aLargeChunkIsNotTakenApartAtOnce(_ literal: String) {
    var wire = FaultWire([.b(literal)], reading: .bytes)
    wire.receive([UInt8](repeating: 0x61, count: 65_536))
    wire.wait(.milliseconds(1_500))
    #expect(wire.passed.count + wire.pipeline.heldBytes(.downstream) == 65_536)
    #expect(wire.pipeline.plannedSteps <= 4)
  }
}
