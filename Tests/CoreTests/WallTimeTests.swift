import Core
import Testing

/// Instants of the calendar, as people and programs write them.
struct WallTimeTests {
  @Test(arguments: [
    ("1970-01-01T00:00:00Z", 0), ("2000-02-29T12:34:56Z", 951_827_696_000_000_000),
    ("2026-11-26T12:00:00.25Z", 1_795_694_400_250_000_000),
    ("2026-11-26T13:00:00.25+01:00", 1_795_694_400_250_000_000),
    ("2026-11-26t07:00:00.250000000-05:00", 1_795_694_400_250_000_000),
    ("2026-11-26 12:00:00.2500000009z", 1_795_694_400_250_000_000),
    ("1795694400", 1_795_694_400_000_000_000), ("1795694400.25", 1_795_694_400_250_000_000),
    ("1969-12-31T23:59:59.5Z", -500_000_000), ("0", 0),
  ])
  func read(text: String, nanoseconds: Int64) throws {
    #expect(try WallTime(literal: text).nanoseconds == nanoseconds)
  }

  @Test func writtenAndReadAgain() throws {
    for text in [
      "2026-11-26T12:00:00Z", "2026-11-26T12:00:00.25Z", "1999-12-31T23:59:59.000000001Z",
      "2024-02-29T00:00:00Z", "2100-02-28T23:59:59Z", "2100-03-01T00:00:00Z",
      "1969-12-31T23:59:59.5Z", "1900-03-01T06:00:00Z",
    ] {
      #expect("\(try WallTime(literal: text))" == text)
    }
  }

  @Test func everyDayOfFourCenturies() throws {
    var random = SplitMix64(seed: 1)
    for day in Int64(-25_000)..<80_000 {
      let time = WallTime(
        nanoseconds: day * 86_400_000_000_000 + Int64(random.next() % 86_400_000_000_000))
      guard try WallTime(literal: "\(time)") == time else {
        Issue.record("\(time.nanoseconds) is written as \(time)")
        return
      }
    }
  }

  @Test(arguments: [
    ("", "expected a time"), ("now", "expected a time"), ("12:00", "expected a time"),
    ("2026-11-26", "expected a time"), ("2026-11-26T12:00Z", "expected a time"),
    ("2026-11-26T12:00:00", "needs its zone"), ("2026-11-26T12:00:00+1", "expected a time"),
    ("2026-11-26T12:00:00Z ", "expected a time"), ("2026-11-31T12:00:00Z", "no such day"),
    ("2026-02-29T12:00:00Z", "no such day"), ("2026-13-01T12:00:00Z", "no such day"),
    ("2026-11-26T24:00:00Z", "no such time of the day"),
    ("2026-11-26T12:00:60Z", "no such time of the day"), ("1795694400.", "expected a time"),
    ("-5", "expected a time"), ("1e9", "expected a time"), ("9999-01-01T00:00:00Z", "far away"),
    ("99999999999", "far away"), ("99999999999999999999", "far away"),
  ])
  func whatIsNone(text: String, message: String) {
    let error = #expect(throws: LiteralError.self) { try WallTime(literal: text) }
    #expect(error?.message.contains(message) == true, "\(error?.message ?? "")")
  }
}
