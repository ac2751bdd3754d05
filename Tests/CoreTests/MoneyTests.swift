import Core
import Foundation
import Testing

/// Amounts are exact from text to text.
@Suite struct MoneyTests {
  @Test(arguments: [
    ("0", "0"), ("-0", "0"), ("0.00000250", "0.0000025"), ("2.5e-06", "0.0000025"),
    ("1E3", "1000"), ("-1.5", "-1.5"), ("007.10", "7.1"), ("+3", "3"),
    ("0.1234567890123456789012345678901234567", "0.1234567890123456789012345678901234567"),
    ("12345678901234567890123456789012345678", "12345678901234567890123456789012345678"),
  ])
  func decimalsAreExact(text: String, expected: String) throws {
    let value = try #require(DecimalText.parse(text))
    #expect(DecimalText.text(value) == expected)
  }

  @Test(arguments: [
    "", "-", "x", "1x", "12 ", " 1", ".5", "1.", "1.e3", "1e", "1e+", "1e99999", "1e400", "1e-400",
    "NaN", "Infinity", "0x10", "1,5", "1_000", "--1", "1.2.3",
    "123456789012345678901234567890123456789",
  ])
  func whatIsNoDecimalIsNone(_ text: String) { #expect(DecimalText.parse(text) == nil) }

  @Test func sumsHaveNoBinaryFractions() throws {
    let sum = try #require(DecimalText.parse("0.1")) + #require(DecimalText.parse("0.2"))
    #expect(DecimalText.text(sum) == "0.3")
    #expect(sum == DecimalText.parse("0.30"))
  }

  @Test func fixedPlacesAreRoundedAwayFromZero() throws {
    for (text, places, expected) in [
      ("0.125", 2, "0.13"), ("-0.125", 2, "-0.13"), ("3", 2, "3.00"), ("0.004", 2, "0.00"),
      ("-0.004", 2, "0.00"), ("1999.5", 0, "2000"), ("0.1", 5, "0.10000"),
    ] {
      #expect(DecimalText.fixed(try #require(DecimalText.parse(text)), places: places) == expected)
    }
  }

  @Test func moneyIsTextInFiles() throws {
    let price = Money(try #require(DecimalText.parse("0.00000015")), .usd)
    let data = try JSONEncoder().encode(price)
    #expect(String(decoding: data, as: UTF8.self).contains("\"0.00000015\""))
    #expect(try JSONDecoder().decode(Money.self, from: data) == price)
    let number = Data(#"{"amount": "1x", "currency": "USD"}"#.utf8)
    #expect(throws: DecodingError.self) { try JSONDecoder().decode(Money.self, from: number) }
  }

  @Test func currenciesDoNotMix() throws {
    let euro = try #require(Money.Currency("eur"))
    #expect(euro.code == "EUR")
    #expect(Money.Currency("EURO") == nil)
    #expect(Money.Currency("E1R") == nil)
    #expect(throws: Money.Mixed(.usd, euro)) { try Money(1).adding(Money(1, euro)) }
    #expect(try Money(1).adding(Money(2)) == Money(3))
  }
}
