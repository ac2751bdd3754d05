import Core
import Testing
import Wire

/// Several rules, several answers, and what is drawn.
struct FaultCompositionTests {
  private let stream = FaultAnswers.stream(4)

  @Test func rulesActInTheOrderOfTheirPlaces() {
    for rules in [
      [FaultRule.b("pause 5ms at event(1)"), .b("reset at event(3)")],
      [FaultRule.b("reset at event(3)"), .b("pause 5ms at event(1)")],
    ] {
      for cut in everyCut(stream.bytes) {
        var wire = FaultWire(rules)
        let start = wire.now
        for piece in cut { wire.receive(piece) }
        #expect(wire.passed.count == stream.ends[0])
        wire.wait(.milliseconds(5))
        #expect(wire.passed.count == stream.ends[2])
        #expect(wire.ends == [.reset])
        #expect(wire.strikes.map(\.at) == [start, start + .milliseconds(5)])
      }
    }
  }

  @Test func atOnePlaceTheOrderOfTheRulesCounts() {
    var wire = FaultWire([.b("pause 5ms at event(1)"), .b("close at event(1)")])
    wire.receive(stream.bytes)
    #expect(wire.ends.isEmpty)
    wire.wait(.milliseconds(5))
    #expect(wire.ends == [.close])
    #expect(wire.passed.count == stream.ends[0])
  }

  @Test func theClockCutsAStallAndAPause() {
    for holding in ["stall", "pause 500ms"] {
      var wire = FaultWire([
        .b("\(holding) at event(1)"), .b("reset at time(50ms)"),
      ])
      let start = wire.now
      wire.receive(stream.bytes)
      wire.wait(.milliseconds(49))
      #expect(wire.ends.isEmpty)
      wire.wait(.milliseconds(1))
      #expect(wire.ends == [.reset])
      #expect(wire.strikes.last?.at == start + .milliseconds(50))
      #expect(wire.strikes.last?.bytesBefore == stream.ends[0])
    }
  }

  @Test func aPauseInAPauseLastsAsLongAsTheLonger() {
    var wire = FaultWire([
      .b("pause 100ms at event(1)"), .b("pause 20ms at time(90ms)"),
    ])
    let start = wire.now
    wire.receive(stream.bytes)
    wire.wait(.seconds(1))
    #expect(wire.passed == stream.bytes)
    #expect(wire.instants.last == start + .milliseconds(110))
  }

  /// On a connection that is used again each answer meets each rule once, under its own name.
  @Test func everyAnswerMeetsEveryRule() {
    let first = Nonce(value: 1)
    let second = Nonce(value: 2)
    for size in [1, 2, 3, 50, 1_000] {
      var wire = FaultWire([
        .b("pause 5ms at event(2)"), .b("pause 1ms at time(50ms)"),
      ])
      for nonce in [first, second] {
        wire.ask(FaultAnswers.request(nonce))
        var rest = stream.bytes[...]
        while !rest.isEmpty {
          wire.receive(rest.prefix(size))
          rest = rest.dropFirst(size)
        }
        wire.wait(.milliseconds(60))
      }
      wire.ask(Array("GET / HTTP/1.1\r\n\r\n".utf8))
      wire.receive(stream.bytes)
      wire.wait(.milliseconds(60))
      #expect(wire.passed == stream.bytes + stream.bytes + stream.bytes)
      #expect(wire.strikes.map(\.nonce) == [first, second, nil])
      #expect(wire.strikes.allSatisfy { $0.bytesBefore == stream.ends[1] && $0.eventsBefore == 2 })
    }
  }

  @Test func twoAnswersInOneRead() {
    var wire = FaultWire([.b("pause 5ms at event(4)")])
    wire.receive(stream.bytes + stream.bytes)
    #expect(wire.passed.count == stream.ends[3])
    wire.wait(.milliseconds(5))
    #expect(wire.passed.count == stream.bytes.count + stream.ends[3])
    wire.wait(.milliseconds(5))
    #expect(wire.passed == stream.bytes + stream.bytes)
  }

  /// What is drawn hangs on seed, rule and nonce, not on the connection or on what came before.
  @Test func drawsHangOnTheNonce() {
    let rule = FaultRule.b("pause uniform(1ms,1s) at event(1)")
    func pause(_ nonce: UInt64, connection: Int, seed: UInt64 = 7, before: Int = 0) -> Nanoseconds {
      var wire = FaultWire([rule], seed: seed, connection: connection)
      for other in 0..<before {
        wire.ask(FaultAnswers.request(Nonce(value: UInt64(900 + other))))
        wire.receive(stream.bytes)
        wire.wait(.seconds(2))
      }
      wire.ask(FaultAnswers.request(Nonce(value: nonce)))
      let start = wire.now
      wire.receive(stream.bytes)
      return (wire.pipeline.nextDue ?? start) - start
    }
    let drawn = pause(5, connection: 0)
    #expect(drawn >= .milliseconds(1))
    for before in 0...3 { #expect(pause(5, connection: 9 + before, before: before) == drawn) }
    #expect(pause(6, connection: 0) != drawn)
    #expect(pause(5, connection: 0, seed: 8) != drawn)
  }

  @Test func withoutANonceDrawsHangOnTheConnection() {
    let rule = FaultRule.b("pause uniform(1ms,1s) at event(1)")
    func due(_ connection: Int) -> Instant? {
      var wire = FaultWire([rule], connection: connection)
      wire.receive(stream.bytes)
      return wire.pipeline.nextDue
    }
    #expect(due(1) == due(1))
    #expect(due(1) != due(2))
  }
}
