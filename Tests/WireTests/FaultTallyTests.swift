import Core
import Foundation
import Testing
import Wire

/// Rules that never struck, and what is said of them.
struct FaultTallyTests {
  private let stream = FaultAnswers.stream(4)

  private func warnings(_ rules: [FaultRule], answers: Int = 1) -> [String?] {
    var wire = FaultWire(rules)
    for _ in 0..<answers { wire.receive(stream.bytes) }
    wire.wait(.seconds(60))
    return wire.pipeline.tallies.map { $0.tally.warning(for: rules[$0.id], requests: 3) }
  }

  @Test func whatStruckIsNotSpokenOf() {
    #expect(warnings([.b("pause 1ms at event(2)"), .b("latency 5ms")]) == [nil, nil])
  }

  @Test func aPlaceThatNeverCame() {
    let found = warnings([
      .b("pause 1ms at event(50)"), .b("pause 1ms at byte(100000)"),
      .b(#"pause 1ms at match("nothing like it")"#),
    ])
    #expect(
      found == [
        "\"pause 1ms at event(50)\" never struck: event(50) was never reached: the stream had 4",
        "\"pause 1ms at byte(100000)\" never struck: byte(100000) was never reached: the stream had "
          + "\(stream.bytes.count)",
        "\"pause 1ms at match(\"nothing like it\")\" never struck: match(\"nothing like it\") was "
          + "never reached in the stream",
      ])
    #expect(
      warnings([.b("pause 1ms at event(50)")], answers: 3)[0]?.hasSuffix(
        "the longest of 3 streams had 4") == true)
  }

  @Test func chanceThatWasNeverForIt() {
    let found = warnings([.b("pause 1ms at event(2) p=0.000001"), .b("latency 5ms p=0.000001")])
    #expect(
      found.map { $0?.components(separatedBy: "struck: ").last } == [
        "its place came once, and chance was never for it",
        "its place came once, and chance was never for it",
      ])
  }

  @Test func requestsAndAnswersThatNeverWere() {
    #expect(
      warnings([.b("pause 1ms at event(2) at request(9)")])[0]?.hasSuffix(
        "request(9) was never reached: there were 3") == true)
    #expect(
      warnings([.b("pause 1ms at event(2)")], answers: 0)[0]?.hasSuffix("there was no answer")
        == true)
  }
}
