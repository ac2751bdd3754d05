import Core
import TestSupport
import Testing
import Wire

/// What each fault does to one answer, at every position and with every cut.
struct FaultPipelineTests {
  private let stream = FaultAnswers.stream(3)

  @Test func withoutRulesBytesPassUntouched() {
    var wire = FaultWire([])
    wire.receive([1, 2, 3])
    wire.receive(stream.bytes)
    wire.finish()
    #expect(wire.passed == [1, 2, 3] + stream.bytes)
    #expect(wire.ends == [.finish(.downstream)])
    #expect(wire.pipeline.nextDue == nil)
  }

  @Test func rulesOfTheOtherLegDoNothing() {
    var wire = FaultWire([.b("reset at byte(1)")], leg: .a)
    wire.receive(stream.bytes)
    #expect(wire.passed == stream.bytes)
    #expect(wire.strikes.isEmpty)
  }

  /// The whole stream, pieces of 1, 2 and 3, and the two-way cuts that can matter to a rule at that
  /// place: those around it, and each seventh of the others.
  private func cuts(around place: Int) -> [[ArraySlice<UInt8>]] {
    let all = everyCut(stream.bytes)
    return all[..<4]
      + all[4...].enumerated().filter { index, _ in
        abs(index + 1 - place) <= 6 || (index + place) % 7 == 0
      }.map(\.element)
  }

  /// Everything up to the position passes and nothing behind it, however the bytes came.
  @Test(arguments: ["close", "reset", "stall"])
  func cutsAtEveryByte(_ kind: String) {
    let ends: [FaultPipeline.Action] =
      kind == "close" ? [.close] : kind == "reset" ? [.reset] : []
    for place in 0...stream.bytes.count {
      let fresh = FaultWire([.b("\(kind) at byte(\(place))")])
      let before = stream.ends.count { $0 <= place }
      for cut in cuts(around: place) {
        var wire = fresh
        for piece in cut { wire.receive(piece) }
        guard Bytes.same(wire.passed[...], stream.bytes[..<place]), wire.strikes.count == 1,
          wire.strikes[0].bytesBefore == place, wire.strikes[0].eventsBefore == before,
          wire.ends == ends
        else {
          Issue.record("\(kind) at byte(\(place)): passed \(wire.passed.count), \(wire.ends)")
          return
        }
      }
    }
  }

  @Test(arguments: ["close", "reset", "stall"])
  func cutsAtEveryEvent(_ kind: String) {
    for cut in everyCut(stream.bytes) {
      for number in 1...3 {
        var wire = FaultWire([.b("\(kind) at event(\(number))")])
        for piece in cut { wire.receive(piece) }
        #expect(wire.passed == Array(stream.bytes[..<stream.ends[number - 1]]))
        #expect(wire.strikes.map(\.eventsBefore) == [number])
        #expect(wire.pipeline.isStalled(.downstream) == (kind == "stall"))
      }
    }
  }

  /// A place that never comes is never struck.
  @Test func positionsBehindTheEndDoNothing() {
    for position in ["event(4)", "byte(\(stream.bytes.count + 1))", "time(1s)"] {
      var wire = FaultWire([.b("reset at \(position)")])
      wire.receive(stream.bytes)
      wire.wait(.seconds(5))
      #expect(wire.passed == stream.bytes)
      #expect(wire.strikes.isEmpty)
    }
  }

  /// No byte is lost, doubled or moved, whatever the place, the cut and the time between pieces.
  @Test func aPauseKeepsEveryByteInOrder() {
    for place in 0...stream.bytes.count {
      let fresh = FaultWire([.b("pause 5ms at byte(\(place))")])
      for cut in cuts(around: place) {
        for gap in [Nanoseconds.zero, .milliseconds(7)] {
          var wire = fresh
          for piece in cut {
            wire.receive(piece)
            wire.wait(gap)
          }
          wire.finish()
          wire.wait(.milliseconds(5))
          let isInside = place > 0 && place < stream.bytes.count
          guard Bytes.same(wire.passed, stream.bytes), wire.passedAtStrike == [place],
            wire.ends == [.finish(.downstream)],
            !isInside || wire.instants[place] >= wire.instants[place - 1] + .milliseconds(5)
          else {
            Issue.record("pause at byte(\(place)), gap \(gap)")
            return
          }
        }
      }
    }
  }

  /// The hold begins when the event has passed, not when the next one comes.
  @Test func aPauseCountsFromItsPosition() {
    var wire = FaultWire([.b("pause 300ms at event(1)")])
    let start = wire.now
    wire.receive(stream.bytes[..<stream.ends[0]])
    #expect(wire.pipeline.nextDue == start + .milliseconds(300))
    wire.wait(.milliseconds(100))
    wire.receive(stream.bytes[stream.ends[0]...])
    #expect(wire.passed.count == stream.ends[0])
    #expect(wire.pipeline.heldBytes(.downstream) == stream.bytes.count - stream.ends[0])
    wire.wait(.milliseconds(199))
    #expect(wire.passed.count == stream.ends[0])
    wire.wait(.milliseconds(1))
    #expect(wire.passed == stream.bytes)
    #expect(wire.pipeline.heldBytes(.downstream) == 0)
    #expect(wire.strikes.map(\.at) == [start])
  }

  @Test func aFirstByteDelayHoldsTheHead() {
    for cut in everyCut(stream.bytes) {
      var wire = FaultWire([.b("first-byte-delay 2s")])
      let start = wire.now
      for piece in cut { wire.receive(piece) }
      #expect(wire.passed.isEmpty)
      wire.wait(.seconds(3))
      #expect(wire.passed == stream.bytes)
      #expect(Set(wire.instants) == [start + .seconds(2)])
    }
  }

  /// Exactly what came before the instant has passed, at every split of the answer around it.
  @Test(arguments: ["close", "reset", "stall"])
  func timeCutsBetweenWhatCame(_ kind: String) {
    for place in 1..<stream.bytes.count {
      var wire = FaultWire([.b("\(kind) at time(10ms)")])
      let start = wire.now
      wire.receive(stream.bytes[..<place])
      wire.wait(.milliseconds(10))
      wire.receive(stream.bytes[place...])
      // The first nine bytes wait for the tenth, and are behind the place when it comes.
      #expect(wire.passed.count == (place > 9 ? place : 0))
      #expect(wire.strikes.map(\.at) == [start + .milliseconds(10)])
    }
  }

  @Test func timeZeroStrikesBeforeTheFirstByte() {
    var wire = FaultWire([.b("close at time(0)")])
    wire.receive(stream.bytes)
    #expect(wire.passed.isEmpty)
    #expect(wire.ends == [.close])
  }

  /// FIN waits behind a pause, and for ever behind a stall; a reset as well.
  @Test func theEndKeepsItsPlace() {
    for reset in [false, true] {
      var paused = FaultWire([.b("pause 5ms at event(2)")])
      paused.receive(stream.bytes)
      paused.finish(reset: reset)
      #expect(paused.ends.isEmpty)
      paused.wait(.milliseconds(5))
      #expect(paused.passed == stream.bytes)
      #expect(paused.ends == [reset ? .abort(.downstream) : .finish(.downstream)])

      var stalled = FaultWire([.b("stall at event(2)")])
      stalled.receive(stream.bytes)
      stalled.finish(reset: reset)
      stalled.wait(.seconds(100))
      #expect(stalled.ends.isEmpty)
      #expect(stalled.pipeline.isStalled(.downstream))
    }
  }

  @Test func afterACutNothingPasses() {
    var wire = FaultWire([.b("reset at event(1)")])
    wire.receive(stream.bytes)
    wire.receive(stream.bytes)
    wire.finish()
    #expect(wire.ends == [.reset])
    #expect(wire.passed.count == stream.ends[0])
    #expect(wire.pipeline.isOver)
    #expect(wire.pipeline.heldBytes(.downstream) == 0)
    #expect(wire.pipeline.nextDue == nil)
  }
}
