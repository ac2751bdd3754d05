import Core
import Judging
import Testing
import Wire

/// Tokens of a recorded answer, found by their place in its text.
@Suite struct RecordedTextTests {
  private static let texts = ["Hel", "lo", " w\u{f6}", "rld"].map { Array($0.utf8) }

  /// Each piece arrives one millisecond after the one before.
  private static func findings(_ pieces: [[UInt8]]) -> TokenFindings {
    TokenFindings(
      pieces.enumerated().map {
        Observation.OutputEvent(
          kind: .text, bytes: $0.element,
          arrival: Instant(nanoseconds: Int64($0.offset) * 1_000_000), wake: UInt32($0.offset),
          offset: 0)
      }, texts: texts)
  }

  private static func arrivals(_ pieces: [[UInt8]]) -> [String] {
    findings(pieces).arrivals.map { "\($0.number) \($0.instant.nanoseconds / 1_000_000)" }
  }

  @Test func asWritten() {
    #expect(Self.arrivals(Self.texts) == ["0 0", "1 1", "2 2", "3 3"])
  }

  @Test func cutAnewAtEveryByte() {
    let whole = Array(Self.texts.joined())
    #expect(Self.arrivals([whole]) == ["0 0", "1 0", "2 0", "3 0"])
    #expect(Self.arrivals(whole.map { [$0] }) == ["0 2", "1 4", "2 8", "3 11"])
    for cut in 1..<whole.count {
      let found = Self.findings([Array(whole[..<cut]), Array(whole[cut...])])
      #expect(found.arrivals.map(\.number) == [0, 1, 2, 3])
      #expect(found.arrivals.count { $0.wake == 0 } == [3, 5, 9].count { $0 <= cut })
      #expect(found.foreignBytes == 0)
    }
  }

  @Test func whatIsMissingOrOtherText() {
    #expect(Self.arrivals([Array("Hello w".utf8)]) == ["0 0", "1 0"])
    #expect(Self.arrivals([]) == [])
    let other = Self.findings([Array("Hel".utf8), Array("p!".utf8), Array(" w".utf8)])
    #expect(other.arrivals.map(\.number) == [0])
    #expect(other.foreignBytes == 4)
    let more = Self.findings([Array("Hello w\u{f6}rld".utf8), Array("!".utf8)])
    #expect(more.arrivals.count == 4 && more.foreignBytes == 1)
  }
}
