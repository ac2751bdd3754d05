package import Foundation

/// An amount in one currency. Amounts of different currencies never add up.
package struct Money: Hashable, Sendable, Codable {
  package var amount: Decimal
  package var currency: Currency

  package init(_ amount: Decimal, _ currency: Currency = .usd) {
    self.amount = amount
    self.currency = currency
  }

  /// An ISO 4217 code as it stands in price lists: `USD`, `EUR`, `CNY`.
  package struct Currency: Hashable, Sendable, Codable, CustomStringConvertible {
    package let code: String

    /// Nil unless it is three letters; case does not matter.
    package init?(_ code: String) {
      let upper = code.uppercased()
      guard upper.utf8.count == 3, upper.utf8.allSatisfy({ (0x41...0x5A).contains($0) }) else {
        return nil
      }
      self.code = upper
    }

    private init(known code: String) { self.code = code }

    package static let usd = Currency(known: "USD")
    package var description: String { code }

    package init(from decoder: any Decoder) throws {
      let text = try decoder.singleValueContainer().decode(String.self)
      guard let currency = Currency(text) else {
        throw DecodingError.dataCorrupted(
          .init(codingPath: decoder.codingPath, debugDescription: "\(text) is no currency"))
      }
      self = currency
    }

    package func encode(to encoder: any Encoder) throws {
      var container = encoder.singleValueContainer()
      try container.encode(code)
    }
  }

  /// Two currencies met where one sum was wanted.
  package struct Mixed: Error, Hashable, Sendable {
    package var first: Currency
    package var second: Currency

    package init(_ first: Currency, _ second: Currency) {
      self.first = first
      self.second = second
    }
  }

  package func adding(_ other: Money) throws(Mixed) -> Money {
    guard currency == other.currency else { throw Mixed(currency, other.currency) }
    return Money(amount + other.amount, currency)
  }

  private enum CodingKeys: String, CodingKey { case amount, currency }

  /// The amount stands in files as text: a reader of numbers would make it a binary fraction.
  package init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    let text = try container.decode(String.self, forKey: .amount)
    guard let amount = DecimalText.parse(text) else {
      throw DecodingError.dataCorruptedError(
        forKey: .amount, in: container, debugDescription: "\(text) is no decimal number")
    }
    self.init(amount, try container.decode(Currency.self, forKey: .currency))
  }

  package func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(DecimalText.text(amount), forKey: .amount)
    try container.encode(currency, forKey: .currency)
  }
}
