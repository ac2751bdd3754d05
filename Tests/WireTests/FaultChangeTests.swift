import Core
import TestSupport
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
  private static let secondBody = Array("{\"ok\":42}".utf8)
  /// What marks each event of the first answer.
  private static let events = (1...5).map { Array("\"n\":\($0)".utf8) }
  private static let input = first + second
  /// From here on a rule has had the second answer, which then is the rule's to deal with.
  private static let secondHeadEnd = input.count - secondBody.count

  private func wire(_ rule: FaultRule) -> FaultWire {
    var wire = FaultWire([rule])
    for _ in 0..<2 { wire.ask(Array("GET / HTTP/1.1\r\nHost: a\r\n\r\n".utf8)) }
    return wire
  }

  /// A wire at each of the moments: it has read byte by byte up to there, and at each fifth moment
  /// also all of it at once. What has come is fed once, and each moment gets a copy. How long a rule
  /// stays takes turns from one moment to the next, in another order for each rule.
  private func atEveryMoment(
    _ fresh: FaultWire, _ literal: String, _ body: (FaultWire, _ moment: Int, _ turn: Int) -> Void
  ) {
    let first = Self.literals.firstIndex(of: literal) ?? 0
    var arrived = fresh
    var count = 0
    for (index, moment) in Self.moments.enumerated() {
      while count < moment {
        arrived.receive(Self.input[count..<(count + 1)])
        count += 1
      }
      body(arrived, moment, first + index)
      if index % 5 == 0 {
        var whole = fresh
        whole.receive(Self.input[..<moment])
        body(whole, moment, first + index + 1)
      }
    }
  }

  /// How far the answer has come at the moments at which something changes: every byte of it.
  private static let moments = Array(0...input.count)

  @Test(arguments: literals)
  func withdrawnAtEveryMoment(_ literal: String) {
    let rule = FaultRule.b(literal)
    atEveryMoment(wire(rule), literal) { arrived, moment, turn in
      let pause = [Nanoseconds.zero, .milliseconds(3)][turn % 2]
      var wire = arrived
      wire.wait(pause)
      wire.withdraw(id: 0)
      wire.receive(Self.input[moment...])
      wire.wait(.seconds(1))
      check(
        wire, rule, literal, "withdrawn at \(moment) after \(pause)",
        hadHead: moment >= Self.secondHeadEnd)
    }
  }

  @Test(arguments: literals)
  func addedAndWithdrawnAtEveryMoment(_ literal: String) {
    let rule = FaultRule.b(literal)
    atEveryMoment(wire(.b("pause 0 at byte(1000000)")), literal) { arrived, moment, turn in
      let length = [0, 1, 40][turn % 3]
      let end = min(Self.input.count, moment + length)
      var wire = arrived
      wire.install(rule, id: 3)
      wire.receive(Self.input[moment..<end])
      wire.wait(.milliseconds(1))
      wire.withdraw(id: 3)
      wire.receive(Self.input[end...])
      wire.wait(.seconds(1))
      check(
        wire, rule, literal, "added at \(moment) for \(length)",
        hadHead: end >= Self.secondHeadEnd)
    }
  }

  @Test(arguments: literals)
  func changedAtEveryMoment(_ literal: String) {
    let rule = FaultRule.b(literal)
    atEveryMoment(wire(rule), literal) { arrived, moment, _ in
      var wire = arrived
      wire.update(rule, id: 0)
      wire.receive(Self.input[moment...])
      wire.wait(.milliseconds(1))
      wire.withdraw(id: 0)
      wire.wait(.seconds(1))
      check(wire, rule, literal, "changed at \(moment)", hadHead: true)
    }
  }

  private func check(
    _ wire: FaultWire, _ rule: FaultRule, _ literal: String, _ when: @autoclosure () -> String,
    hadHead: Bool
  ) {
    let isWhole = Bytes.same(wire.passed, Self.input)
    let problem: String? =
      switch rule.effect {
      case .delays, .reshapes, .silences:
        isWhole && wire.ends.isEmpty ? nil : "not the bytes that came"
      // Its messages are framed anew.
      case .cuts where literal == "missing-last-chunk":
        wire.ends.isEmpty ? edited(wire, literal, hadHead: hadHead) : nil
      case .cuts:
        if wire.ends.isEmpty {
          isWhole ? nil : "not the bytes that came, and no end"
        } else {
          Bytes.same(Self.input.prefix(wire.passed.count), wire.passed[...])
            ? nil : "other bytes than came"
        }
      case .edits: edited(wire, literal, hadHead: hadHead)
      }
    if let problem {
      Issue.record(
        "\(literal) \(when()): \(problem): \(String(decoding: wire.passed.suffix(200), as: UTF8.self))"
      )
    }
  }

  /// What a fault that edits leaves: the second answer as it came unless the fault had its head
  /// before it, and every event at most once and in order unless it doubles or moves them.
  private func edited(_ wire: FaultWire, _ literal: String, hadHead: Bool) -> String? {
    let passed = wire.passed
    if wire.ends.isEmpty, !hadHead, !Self.breaksFraming(literal),
      !Bytes.same(passed.suffix(Self.second.count), Self.second[...]),
      Bytes.place(of: Self.secondBody, in: passed) == nil
    {
      return "the next answer is not there"
    }
    if ["duplicate", "reorder-events"].contains(where: literal.hasPrefix) { return nil }
    var last = 0
    for (index, event) in Self.events.enumerated() {
      guard let place = Bytes.place(of: event, in: passed) else { continue }
      if Bytes.place(of: event, in: passed, from: place + 1) != nil {
        return "event \(index + 1) is there twice"
      }
      if place < last { return "event \(index + 1) is out of order" }
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
